/**
 * What the server knows of an engine: its state, and one thing to ask of it. `src/engine/supervisor.ts` is the real one;
 * tests of the HTTP side bring their own.
 */
import type { EngineFacts, Job, JobResult, Segment } from "./messages.ts";

/** Where an engine is in its life. `restarts` counts how often its process had to be started again. */
export type EngineStatus = { readonly restarts: number } & (
  | { readonly state: "starting" }
  | { readonly state: "ready"; readonly facts: EngineFacts }
  | { readonly state: "failed"; readonly message: string }
  | { readonly state: "stopped" }
);

export interface TranscribeOptions {
  /** Aborting it stops the native work; `transcribe` then rejects with `client_closed`. */
  readonly signal: AbortSignal;
  /** Called once a segment, in order of time. */
  readonly onSegment: (segment: Segment) => void;
}

export interface Engine {
  readonly status: EngineStatus;
  /**
   * Runs one job. The file at `job.path` must stay until the promise settles; the caller owns it.
   * @throws SttError, whatever went wrong: with the audio, the engine, or because of `signal`.
   */
  transcribe(job: Job, options: TranscribeOptions): Promise<JobResult>;
}
