/**
 * The one place that turns errors into OpenAI's envelope, `{"error":{"message","type","param","code"}}`.
 */
import { NotFoundError, ParseError, ValidationError } from "elysia";
import { ERROR_KINDS, SttError, toSttError, type ErrorKind } from "../errors.ts";

/** A registered route, as Elysia lists it. */
export interface Route {
  readonly method: string;
  readonly path: string;
}

/** The answer to a request that failed. */
export function errorResponse(error: SttError): Response {
  const kind: ErrorKind = ERROR_KINDS[error.kind];
  const headers = new Headers();
  // The official clients send 429 and 5xx again on their own unless told.
  if (kind.retry !== undefined) headers.set("x-should-retry", String(kind.retry));
  const retryAfterSeconds = error.retryAfterSeconds ?? kind.retryAfterSeconds;
  if (retryAfterSeconds !== undefined) headers.set("retry-after", String(Math.ceil(retryAfterSeconds)));
  // HTTP asks for a challenge. Only Bearer is named, because naming Basic makes browsers open a password window.
  if (kind.status === 401) headers.set("www-authenticate", 'Bearer realm="tiflis-stt"');
  return Response.json(errorBody(error), { status: kind.status, headers });
}

/** OpenAI's envelope, for answers and for streams that have begun. */
export function errorBody(error: SttError) {
  const { type, code } = ERROR_KINDS[error.kind];
  return { error: { message: error.message, type, param: error.param, code } };
}

/** Whatever was thrown while a request was handled -> an error that may be shown. */
export function explainError(error: unknown, request: Request, allowed: readonly string[]): SttError {
  if (error instanceof NotFoundError) {
    const path = new URL(request.url).pathname;
    if (allowed.length === 0)
      return new SttError("unknown_route", `There is no ${path} here. /swagger shows what there is.`);
    return new SttError("wrong_method", `Expected ${allowed.join(" or ")} for ${path}, got ${request.method}.`);
  }
  if (error instanceof ParseError || error instanceof ValidationError) {
    return new SttError("malformed_body", "The request could not be read. Check its body and content type.", {
      cause: error,
    });
  }
  return toSttError(error);
}

/** The methods a path answers to, given all routes; none when there is no such path. */
export function allowedMethods(routes: readonly Route[], pathname: string): string[] {
  const path = pathname.replace(/(.)\/$/, "$1");
  const methods = new Set(routes.filter((route) => matches(route.path, path)).map((route) => route.method));
  if (methods.has("GET")) methods.add("HEAD");
  return [...methods].sort();
}

/** Elysia's patterns as far as they are used here: `:name` is one segment, `*` the rest. */
function matches(pattern: string, path: string): boolean {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/:[^/]+/g, "[^/]+");
  return new RegExp(`^${source.replace("*", ".+")}$`).test(path);
}
