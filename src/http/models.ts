import { Elysia } from "elysia";
import { MODEL_ALIASES, resolveModelName } from "../models/aliases.ts";
import type { AppDeps } from "./deps.ts";

/** `GET /v1/models` and `/v1/models/{id}`; an id may hold slashes, raw or encoded. */
export function modelRoutes({ model }: AppDeps) {
  const created = model.found ? model.createdSeconds : 0;
  const describe = (id: string) => ({ id, object: "model", created, owned_by: "tiflis-stt" });
  const ids = [model.id, ...MODEL_ALIASES.filter((alias) => alias !== model.id)];
  return new Elysia()
    .get("/v1/models", () => ({ object: "list", data: ids.map(describe) }))
    .get("/v1/models/*", ({ params }) => {
      const wanted = decode(params["*"]);
      resolveModelName(wanted, model.id);
      return describe(ids.find((id) => id.toLowerCase() === wanted.toLowerCase()) ?? wanted);
    });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // Not percent-encoding after all; no model is called so, and 404 is the answer.
  }
}
