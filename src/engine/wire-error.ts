/**
 * Errors across a process or thread boundary: an `SttError` keeps its meaning, anything else becomes `internal_error`.
 */
import { ERROR_KINDS, SttError, toSttError, type SttErrorKind } from "../errors.ts";
import type { WireError } from "./messages.ts";

/** What may be sent of an error. The text of an unknown one stays here. */
export function packError(error: unknown): WireError {
  const { kind, message, param } = toSttError(error);
  return { kind, message, param };
}

/** The error that was sent. A kind that this version does not know becomes `internal_error`. */
export function unpackError({ kind, message, param }: WireError): SttError {
  const known = Object.hasOwn(ERROR_KINDS, kind) ? (kind as SttErrorKind) : "internal_error";
  return new SttError(known, message, param === null ? {} : { param });
}

/** What a transcription rejects with when its caller gave up. */
export function clientClosed(): SttError {
  return new SttError("client_closed", "The request was cancelled before it was done.");
}
