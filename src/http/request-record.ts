/**
 * What is known of a request while it is in hand: its id for the client, its facts for the log line at its end.
 */
import type { JobResult } from "../engine/messages.ts";
import { SttError } from "../errors.ts";
import type { Logger } from "../log.ts";

export interface RequestRecord {
  /** Sent as `x-request-id`. */
  readonly id: string;
  readonly startedMs: number;
  /** The error it was answered with. */
  error?: SttError;
  /** What the engine said of the job. */
  result?: JobResult;
  /** Settles, without an error, when an answer that is streamed has ended. */
  streaming?: Promise<void>;
}

/** Kept beside the request and freed with it: Elysia's context is not the same object in all its hooks. */
const records = new WeakMap<Request, RequestRecord>();

/** The record of a request, made when first asked for. */
export function recordOf(request: Request): RequestRecord {
  let record = records.get(request);
  if (record === undefined) {
    record = { id: `req_${crypto.randomUUID().replaceAll("-", "")}`, startedMs: performance.now() };
    records.set(request, record);
  }
  return record;
}

/** Writes the one line a request leaves in the log. `route` is the pattern: a path could hold what is not ours to keep. */
export function logRequest(logger: Logger, request: Request, answer: { route: string; status: number }): void {
  const { id, startedMs, error, result } = recordOf(request);
  const fields = {
    requestId: id,
    method: request.method,
    route: answer.route,
    status: answer.status,
    durationMs: Math.round(performance.now() - startedMs),
    ...(result && { audioSeconds: result.audioSeconds, language: result.language, ...roundAll(result.timing) }),
    ...(error && { code: error.code, reason: error.message }),
  };
  // A 503 is told by the engine's own lines; a 500 is a defect and needs its cause and stack.
  if (error?.status === 500) logger.error({ ...fields, err: error.cause ?? error }, "request");
  else logger.info(fields, "request");
}

function roundAll(timing: JobResult["timing"]): JobResult["timing"] {
  return {
    queueMs: Math.round(timing.queueMs),
    decodeMs: Math.round(timing.decodeMs),
    vadMs: Math.round(timing.vadMs),
    computeMs: Math.round(timing.computeMs),
  };
}
