/**
 * The files of Swagger UI. Imported as files, they are embedded by `bun build --compile`, and read from node_modules when
 * the server runs from source: nothing ever comes from a CDN.
 */
import faviconPath from "swagger-ui-dist/favicon-32x32.png" with { type: "file" };
import scriptPath from "swagger-ui-dist/swagger-ui-bundle.js" with { type: "file" };
import stylePath from "swagger-ui-dist/swagger-ui.css" with { type: "file" };

/** A file to send: its path, in the executable or on disk, and its content type. */
export interface Asset {
  readonly path: string;
  readonly type: string;
}

/** By the name the page asks for. */
export const ASSETS: Readonly<Record<string, Asset>> = {
  "swagger-ui-bundle.js": { path: scriptPath, type: "text/javascript; charset=utf-8" },
  "swagger-ui.css": { path: stylePath, type: "text/css; charset=utf-8" },
  "favicon-32x32.png": { path: faviconPath, type: "image/png" },
};
