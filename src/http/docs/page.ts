/**
 * The page of Swagger UI. All its addresses are relative, so that it works under any base path and behind any proxy, and
 * nothing in it is inline, so that its content security policy can forbid that.
 */

/** Only what this server sends itself; `data:` are the icons within the style sheet. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Makes the page.
 * @param pathname what the browser asked for: without a slash at its end, relative addresses begin one level higher
 */
export function createPage(pathname: string, version: string): string {
  const folder = pathname.endsWith("/") ? "." : `./${pathname.slice(pathname.lastIndexOf("/") + 1)}`;
  // The version makes browsers fetch the files of a new release.
  const file = (name: string) => `${folder}/${name}?v=${encodeURIComponent(version)}`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Tiflis Code STT</title>
    <link rel="icon" type="image/png" href="${file("favicon-32x32.png")}">
    <link rel="stylesheet" href="${file("swagger-ui.css")}">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="${file("swagger-ui-bundle.js")}"></script>
    <script src="${file("start.js")}"></script>
  </body>
</html>
`;
}
