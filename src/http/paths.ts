/**
 * One route, several addresses: clients put `/v1` into their base URL or leave it out, and proxies hand on a prefix or not.
 */
import { Elysia } from "elysia";

/** A path without the base path and without a slash at its end: `/stt/docs/` -> `/docs`. */
export function ownPath(pathname: string, basePath: string): string {
  const inside = basePath !== "" && `${pathname}/`.startsWith(`${basePath}/`);
  const path = inside ? pathname.slice(basePath.length) : pathname;
  return path.replace(/\/$/, "") || "/";
}

/** Where a route is also found: `/v1/models` -> `/models`, `/stt/v1/models`, `/stt/models`. */
export function otherPaths(path: string, basePath: string): string[] {
  const short = path.replace(/^\/v1(?=\/)/, "");
  const paths = [short, basePath + path, basePath + short];
  return [...new Set(paths)].filter((other) => other !== path);
}

/** All of `routes` again under their other paths. A slash at the end is Elysia's own tolerance. */
export function routesUnderOtherPaths(routes: Elysia["routes"], basePath: string): Elysia {
  const app = new Elysia();
  for (const { method, path, handler, hooks } of routes) {
    for (const other of otherPaths(path, basePath)) app.route(method, other, handler as () => unknown, hooks);
  }
  return app;
}
