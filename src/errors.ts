/**
 * The one family of errors. Whatever goes wrong on purpose is an `SttError`; anything else is a bug and reaches clients
 * only as `internal_error`. Imports nothing.
 */

/** What went wrong, as data: HTTP status, OpenAI `type` and `code`, and whether the SDKs should send it again. */
export interface ErrorKind {
  readonly status: number;
  readonly type: "invalid_request_error" | "server_error" | "rate_limit_error";
  readonly code: string | null;
  /** Sent as `x-should-retry`; undefined leaves the choice to the client. */
  readonly retry?: boolean;
  /** Sent as `Retry-After` unless the error itself knows better. */
  readonly retryAfterSeconds?: number;
}

/** Statuses, types and codes are those of OpenAI's published errors where it has one for the case. */
export const ERROR_KINDS = {
  invalid_value: { status: 400, type: "invalid_request_error", code: "invalid_value" },
  unsupported_value: { status: 400, type: "invalid_request_error", code: "unsupported_value" },
  missing_field: { status: 400, type: "invalid_request_error", code: "missing_required_parameter" },
  malformed_body: { status: 400, type: "invalid_request_error", code: "malformed_body" },
  unreadable_audio: { status: 400, type: "invalid_request_error", code: "unsupported_format" },
  audio_too_short: { status: 400, type: "invalid_request_error", code: "audio_too_short" },
  audio_too_long: { status: 400, type: "invalid_request_error", code: "audio_too_long" },
  invalid_api_key: { status: 401, type: "invalid_request_error", code: "invalid_api_key" },
  unknown_route: { status: 404, type: "invalid_request_error", code: "unknown_url" },
  unknown_model: { status: 404, type: "invalid_request_error", code: "model_not_found" },
  wrong_method: { status: 405, type: "invalid_request_error", code: "method_not_allowed" },
  request_timeout: { status: 408, type: "invalid_request_error", code: "request_timeout" },
  too_large: { status: 413, type: "invalid_request_error", code: "content_too_large" },
  wrong_content_type: { status: 415, type: "invalid_request_error", code: "unsupported_content_type" },
  overloaded: { status: 429, type: "rate_limit_error", code: "rate_limit_exceeded", retry: true, retryAfterSeconds: 1 },
  /** The client went away. Never sent; logged with the status that proxies use for it. */
  client_closed: { status: 499, type: "invalid_request_error", code: "client_closed_request" },
  internal_error: { status: 500, type: "server_error", code: null },
  /** The engine died twice on the same job: sending it a third time would only kill it again. */
  engine_crashed: { status: 500, type: "server_error", code: "engine_crashed", retry: false },
  not_ready: { status: 503, type: "server_error", code: "model_not_ready", retry: true, retryAfterSeconds: 1 },
  model_unavailable: { status: 503, type: "server_error", code: "model_unavailable", retry: false },
  shutting_down: { status: 503, type: "server_error", code: "shutting_down", retry: true, retryAfterSeconds: 1 },
} as const satisfies Record<string, ErrorKind>;

export type SttErrorKind = keyof typeof ERROR_KINDS;

export interface SttErrorOptions {
  /** The request field at fault. */
  readonly param?: string;
  readonly cause?: unknown;
  /** Seconds until another try makes sense; becomes `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/** An error meant to be read: its message says what was expected, what came, and what to do. */
export class SttError extends Error {
  readonly kind: SttErrorKind;
  readonly param: string | null;
  readonly retryAfterSeconds: number | undefined;

  constructor(kind: SttErrorKind, message: string, options: SttErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "SttError";
    this.kind = kind;
    this.param = options.param ?? null;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return ERROR_KINDS[this.kind].status;
  }

  get code(): string | null {
    return ERROR_KINDS[this.kind].code;
  }
}

/** The error itself if it is ours, otherwise an `internal_error` whose text says nothing of the cause. */
export function toSttError(error: unknown): SttError {
  if (error instanceof SttError) return error;
  return new SttError("internal_error", "The server failed to handle this request. The log has the details.", {
    cause: error,
  });
}
