import { Elysia } from "elysia";
import { SttError } from "../errors.ts";
import type { AppDeps } from "./deps.ts";
import { assertWillAnswer } from "./engine-state.ts";

/** `GET /ready`: 200 once the model answers, 503 before and when it cannot. */
export function readyRoute(deps: AppDeps) {
  return new Elysia().get("/ready", () => {
    assertWillAnswer(deps);
    if (deps.engine.status.state === "ready") return { status: "ready" };
    throw new SttError("not_ready", `The model '${deps.model.id}' is being loaded. Ask again in a moment.`, {
      retryAfterSeconds: 1,
    });
  });
}
