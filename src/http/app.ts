import { Elysia } from "elysia";
import type { AppDeps } from "./deps.ts";
import { allowedMethods, errorResponse, explainError } from "./error-response.ts";
import { healthRoute } from "./health.ts";
import { IDLE_TIMEOUT_SECONDS } from "./idle-timeout.ts";
import { modelRoutes } from "./models.ts";
import { readyRoute } from "./ready.ts";
import { logRequest, recordOf } from "./request-record.ts";
import { transcriptionRoute } from "./transcriptions.ts";

/** Puts the routes together. The caller listens, stops, and owns everything in `deps`. */
export function createApp(deps: AppDeps) {
  const app = new Elysia({
    // One router for all: Bun's own would answer some requests without our hooks.
    systemRouter: false,
    serve: {
      idleTimeout: IDLE_TIMEOUT_SECONDS,
      // Bun answers 413 with an empty body; our own limit is in upload.ts and answers with the envelope.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    },
  })
    .onRequest(({ request, set }) => {
      deps.activity.begin();
      set.headers["x-request-id"] = recordOf(request).id;
    })
    .onError(({ error, request }) => answerError(error, request, app.routes))
    .onAfterResponse(({ request, route, response, set }) => {
      deps.activity.end();
      const status = recordOf(request).error?.status ?? (response instanceof Response ? response.status : set.status);
      logRequest(deps.logger, request, { route: route ?? "unknown", status: Number(status ?? 200) });
    })
    .use(healthRoute(deps))
    .use(readyRoute(deps))
    .use(modelRoutes(deps))
    .use(transcriptionRoute(deps));
  return app;
}

function answerError(thrown: unknown, request: Request, routes: Parameters<typeof allowedMethods>[0]): Response {
  const allowed = allowedMethods(routes, new URL(request.url).pathname);
  const error = explainError(thrown, request, allowed);
  const headers = error.kind === "wrong_method" ? { allow: allowed.join(", ") } : undefined;
  if (headers !== undefined && request.method === "OPTIONS") return new Response(null, { status: 204, headers });
  recordOf(request).error = error;
  const response = errorResponse(error);
  if (headers !== undefined) response.headers.set("allow", headers.allow);
  return response;
}
