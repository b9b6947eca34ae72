import { Elysia } from "elysia";
import { createGuard } from "./auth.ts";
import { createCapacity } from "./capacity.ts";
import { createCors, isPreflight } from "./cors.ts";
import type { AppDeps } from "./deps.ts";
import { docsRoutes } from "./docs/routes.ts";
import { allowedMethods, errorResponse, explainError } from "./error-response.ts";
import { healthRoute } from "./health.ts";
import { IDLE_TIMEOUT_SECONDS } from "./idle-timeout.ts";
import { modelRoutes } from "./models.ts";
import { ownPath, routesUnderOtherPaths } from "./paths.ts";
import { readyRoute } from "./ready.ts";
import { logRequest, recordOf } from "./request-record.ts";
import { transcriptionRoute } from "./transcriptions.ts";
import { translationRoute } from "./translations.ts";

/** Puts the routes together. The caller listens, stops, and owns everything in `deps`. */
export function createApp(deps: AppDeps) {
  const { basePath } = deps.config;
  const cors = createCors(deps.config.corsOrigins);
  const guard = createGuard(deps.config.apiKeys);
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
      // Set before anything can fail, so that errors and streams carry them too.
      Object.assign(set.headers, { "x-request-id": recordOf(request).id, ...cors(request) });
      guard(request, ownPath(new URL(request.url).pathname, basePath));
    })
    .onError(({ error, request, set }) => {
      const response = answerError(error, request, app.routes);
      set.status = response.status; // For the log: onAfterResponse does not get this response.
      return response;
    })
    .onAfterResponse(async ({ request, route, response, set }) => {
      await recordOf(request).streaming;
      deps.activity.end();
      const status = recordOf(request).error?.status ?? (response instanceof Response ? response.status : set.status);
      logRequest(deps.logger, request, { route: route ?? "unknown", status: Number(status ?? 200) });
    });
  const capacity = createCapacity(deps.config.maxRequests);
  const routes = new Elysia()
    .use(healthRoute(deps))
    .use(readyRoute(deps))
    .use(modelRoutes(deps))
    .use(transcriptionRoute(deps, capacity))
    .use(translationRoute(deps, capacity))
    .use(docsRoutes(deps));
  return app.use(routes).use(routesUnderOtherPaths(routes.routes, basePath));
}

function answerError(thrown: unknown, request: Request, routes: Parameters<typeof allowedMethods>[0]): Response {
  // No route answers OPTIONS. A pre-flight for a path that is not there may pass: the page can then read its 404.
  if (isPreflight(request)) return new Response(null, { status: 204 });
  const allowed = allowedMethods(routes, new URL(request.url).pathname);
  const error = explainError(thrown, request, allowed);
  const headers = error.kind === "wrong_method" ? { allow: allowed.join(", ") } : undefined;
  if (headers !== undefined && request.method === "OPTIONS") return new Response(null, { status: 204, headers });
  recordOf(request).error = error;
  const response = errorResponse(error);
  if (headers !== undefined) response.headers.set("allow", headers.allow);
  return response;
}
