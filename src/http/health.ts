import { Elysia } from "elysia";
import type { AppDeps } from "./deps.ts";

/** `GET /health`: 200 as long as the server itself is up, with what is known of the engine. */
export function healthRoute({ engine, model, version }: AppDeps) {
  return new Elysia().get("/health", () => {
    const { status } = engine;
    const facts = status.state === "ready" ? status.facts : undefined;
    return {
      status: "ok",
      version,
      engine: status.state,
      restarts: status.restarts,
      model: model.id,
      backend: facts?.backend ?? null,
      cpu_variant: facts?.cpuVariant ?? null,
      workers: facts?.workers ?? null,
      threads_per_worker: facts?.threadsPerWorker ?? null,
    };
  });
}
