import { Elysia } from "elysia";
import type { AppDeps } from "../deps.ts";
import { ASSETS } from "./assets.ts";
import { createDocument } from "./document.ts";
import { createPage, PAGE_POLICY } from "./page.ts";
import { START_SCRIPT } from "./start-script.ts";

/** Where the page is; its files and its description lie below. */
const PAGES = ["/swagger", "/docs"];

const CACHE_A_DAY = "public, max-age=86400";

/** Swagger UI at `/swagger` and `/docs`, the description it shows also at `/openapi.json`. */
export function docsRoutes({ version }: Pick<AppDeps, "version">) {
  const app = new Elysia();
  let document: ReturnType<typeof createDocument> | undefined;
  /** @param root the server's root as seen from the description, so that clients find it behind any prefix */
  const describe = async (root: string) => {
    document ??= createDocument(version);
    return Response.json({ ...(await document), servers: [{ url: root, description: "This server" }] });
  };
  app.get("/openapi.json", () => describe("."));
  for (const page of PAGES) {
    app.get(page, ({ request }) => {
      const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": PAGE_POLICY };
      return new Response(createPage(new URL(request.url).pathname, version), { headers });
    });
    app.get(`${page}/json`, () => describe(".."));
    app.get(`${page}/start.js`, () => cacheable(START_SCRIPT, "text/javascript; charset=utf-8"));
    for (const [name, { path, type }] of Object.entries(ASSETS)) {
      app.get(`${page}/${name}`, () => cacheable(Bun.file(path), type));
    }
  }
  return app;
}

function cacheable(body: string | Blob, type: string): Response {
  const headers = { "content-type": type, "cache-control": CACHE_A_DAY, "x-content-type-options": "nosniff" };
  return new Response(body, { headers });
}
