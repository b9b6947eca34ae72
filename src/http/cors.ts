/**
 * Which web pages may use the API (CORS). Our own and not @elysiajs/cors, because that one compares an origin without its
 * scheme, cannot match a list of request headers by prefix, and answers OPTIONS of unknown paths and other uses alike.
 * Cookies play no part: keys are sent by the page itself, so credentials are never allowed.
 */

/** What the official clients and the ones in use ask to send. */
const REQUEST_HEADERS = new Set([
  "accept",
  "api-key",
  "authorization",
  "content-type",
  "idempotency-key",
  "x-api-key",
  "x-request-id",
  "x-requested-with",
  "x-title",
]);
const REQUEST_HEADER_PREFIXES = ["openai-", "x-stainless-"];

const METHODS = "GET, HEAD, POST";
/** What a page may read of an answer besides its type: the id for reports, and what the official clients retry by. */
const EXPOSED_HEADERS = "x-request-id, retry-after, x-should-retry";
/** Two hours; Chromium keeps a pre-flight no longer. */
const MAX_AGE_SECONDS = 7_200;

/** Headers to add to the answer of a request, whatever becomes of it. */
export type Cors = (request: Request) => Record<string, string>;

/** A browser asks whether a page may send a request; the answer is in the headers alone. */
export function isPreflight(request: Request): boolean {
  return (
    request.method === "OPTIONS" &&
    request.headers.has("origin") &&
    request.headers.has("access-control-request-method")
  );
}

/** @param origins exact, with `*` for any port, or `*` for all */
export function createCors(origins: readonly string[]): Cors {
  const all = origins.includes("*");
  const exact = new Set(origins);
  const anyPort = new Set(origins.filter((origin) => origin.endsWith(":*")).map((origin) => origin.slice(0, -2)));
  const isAllowed = (origin: string) =>
    all || exact.has(origin) || anyPort.has(origin.replace(/(?<=:\/\/.*):\d+$/, ""));
  return (request) => {
    const origin = request.headers.get("origin");
    // Caches must keep the answers for two pages apart.
    const vary = all ? undefined : { vary: "Origin" };
    if (origin === null || !isAllowed(origin.toLowerCase())) return { ...vary };
    return {
      ...vary,
      "access-control-allow-origin": all ? "*" : origin,
      "access-control-expose-headers": EXPOSED_HEADERS,
      ...(isPreflight(request) && preflightHeaders(request)),
    };
  };
}

function preflightHeaders(request: Request): Record<string, string> {
  const asked = (request.headers.get("access-control-request-headers") ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => REQUEST_HEADERS.has(name) || REQUEST_HEADER_PREFIXES.some((prefix) => name.startsWith(prefix)));
  return {
    "access-control-allow-methods": METHODS,
    ...(asked.length > 0 && { "access-control-allow-headers": asked.join(", ") }),
    "access-control-max-age": String(MAX_AGE_SECONDS),
  };
}
