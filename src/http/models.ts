import { Elysia } from "elysia";
import { SttError } from "../errors.ts";
import { listModelNames } from "../models/aliases.ts";
import type { AppDeps } from "./deps.ts";

/** `GET /v1/models` and `/v1/models/{id}`; an id may hold slashes, raw or encoded. */
export function modelRoutes({ config, model }: AppDeps) {
  const created = model.found ? model.createdSeconds : 0;
  const models = listModelNames(model.id, config).map((id) => ({
    id,
    object: "model",
    created,
    owned_by: "tiflis-stt",
    shutdown_date: null,
  }));
  return new Elysia()
    .get("/v1/models", () => ({ object: "list", data: models }))
    .get("/v1/models/*", ({ params }) => {
      const wanted = decode(params["*"]).replace(/\/$/, "");
      const found = models.find(({ id }) => id.toLowerCase() === wanted.toLowerCase());
      if (found !== undefined) return found;
      const message = `The model '${wanted.slice(0, 100)}' is not on this server. GET /v1/models lists those that are.`;
      throw new SttError("unknown_model", message, { param: "model" });
    });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // Not percent-encoding after all; no model is called so, and 404 is the answer.
  }
}
