import { SttError } from "../errors.ts";
import type { AppDeps } from "./deps.ts";

/**
 * Refuses work that cannot succeed any more. An engine that is still starting, for the first time or again, takes jobs.
 * @throws SttError `shutting_down` or `model_unavailable`.
 */
export function assertWillAnswer({ activity, engine }: Pick<AppDeps, "activity" | "engine">): void {
  if (activity.stopping || engine.status.state === "stopped") {
    throw new SttError(
      "shutting_down",
      "The server is shutting down. Send the request again to the one that replaces it.",
    );
  }
  if (engine.status.state === "failed") throw new SttError("model_unavailable", engine.status.message);
}
