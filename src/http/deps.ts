import type { Config } from "../config.ts";
import type { Engine } from "../engine/engine.ts";
import type { Logger } from "../log.ts";
import type { ModelResolution } from "../models/resolve.ts";
import type { Activity } from "./activity.ts";

/** Everything the routes are given from outside; they make none of it themselves. */
export interface AppDeps {
  readonly config: Pick<
    Config,
    | "language"
    | "maxUploadBytes"
    | "maxRequests"
    | "basePath"
    | "modelAliases"
    | "unknownModel"
    | "apiKeys"
    | "corsOrigins"
  >;
  readonly engine: Engine;
  readonly model: ModelResolution;
  /** Private folder for uploads; each request removes its own file. */
  readonly uploadDir: string;
  readonly activity: Activity;
  readonly logger: Logger;
  readonly version: string;
}
