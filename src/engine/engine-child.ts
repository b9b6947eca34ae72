/**
 * One engine process as the server sees it: its start, its jobs, its end. Never started twice.
 */
import * as v from "valibot";
import { SttError } from "../errors.ts";
import type { TranscribeOptions } from "./engine.ts";
import {
  fromEngineSchema,
  type EngineFacts,
  type EngineSettings,
  type FromEngine,
  type Job,
  type JobResult,
  type ToEngine,
} from "./messages.ts";
import { clientClosed, unpackError } from "./wire-error.ts";

/** Where an engine's own log lines go. */
export interface EngineLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface EngineChildOptions {
  readonly command: readonly string[];
  /** All of the child's environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly settings: EngineSettings;
  readonly logger: EngineLogger;
  /** The process is gone. Called before its jobs are rejected: they shall find the next engine already on its way. */
  readonly onEnd: (reason: string) => void;
}

/** The process ended, by itself or by a signal, without an answer. */
export class EngineDied extends Error {
  override readonly name = "EngineDied";
}

interface RunningJob {
  readonly onSegment: TranscribeOptions["onSegment"];
  readonly resolve: (result: JobResult) => void;
  readonly reject: (error: unknown) => void;
}

export class EngineChild {
  /** Settles once: the engine's facts, SttError if it says that it cannot start, EngineDied if it ends before. */
  readonly ready: Promise<EngineFacts>;
  /** Resolves when the process is gone and all its jobs are rejected. */
  readonly ended: Promise<void>;
  readonly #ready = Promise.withResolvers<EngineFacts>();
  readonly #process: Bun.Subprocess<"ignore", "ignore", "pipe">;
  readonly #logger: EngineLogger;
  readonly #jobs = new Map<number, RunningJob>();
  #lastJobId = 0;
  /** What jobs are rejected with: set when the end was asked for, or when it came. */
  #endError: Error | undefined;

  constructor({ command, environment, settings, logger, onEnd }: EngineChildOptions) {
    this.#logger = logger;
    this.ready = this.#ready.promise;
    // Whoever does not wait for it learns from `ended`.
    this.ready.catch(() => undefined);
    this.#process = Bun.spawn([...command], {
      env: { ...environment },
      stdio: ["ignore", "ignore", "pipe"],
      ipc: (message) => this.#receive(message),
    });
    this.ended = this.#watch(onEnd);
    void this.#forwardStderr();
    this.#send({ type: "start", settings });
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** @throws SttError from the engine or client_closed; EngineDied; what `onSegment` throws */
  async run(job: Job, { signal, onSegment }: TranscribeOptions): Promise<JobResult> {
    if (this.#endError) throw this.#endError;
    if (signal.aborted) throw clientClosed();
    const id = (this.#lastJobId += 1);
    const { promise, resolve, reject } = Promise.withResolvers<JobResult>();
    const cancel = () => {
      this.#send({ type: "cancel", id });
      reject(clientClosed());
    };
    this.#jobs.set(id, { onSegment, resolve, reject });
    signal.addEventListener("abort", cancel);
    try {
      this.#send({ type: "job", id, job });
      return await promise;
    } finally {
      signal.removeEventListener("abort", cancel);
      this.#jobs.delete(id);
    }
  }

  /** Asks the process to end, and kills it after the deadline. Resolves when it is gone. Its jobs get shutting_down. */
  async stop(deadlineMs: number): Promise<void> {
    this.#endError = new SttError("shutting_down", "The server is shutting down. Send the request again.");
    this.#send({ type: "stop" });
    const timer = setTimeout(() => this.kill(), deadlineMs);
    await this.ended;
    clearTimeout(timer);
  }

  /** Ends the process at once. */
  kill(): void {
    this.#process.kill("SIGKILL");
  }

  /** A process that is already gone is noticed by `#watch`; there is nobody to tell here. */
  #send(message: ToEngine): void {
    try {
      this.#process.send(message);
    } catch (error) {
      this.#logger.debug({ pid: this.pid, error: String(error) }, `engine is gone, ${message.type} was not sent`);
    }
  }

  async #watch(onEnd: EngineChildOptions["onEnd"]): Promise<void> {
    await this.#process.exited;
    const { signalCode, exitCode } = this.#process;
    const reason = signalCode === null ? `exit code ${exitCode}` : `signal ${signalCode}`;
    const error = (this.#endError ??= new EngineDied(`The engine process ended with ${reason}.`));
    onEnd(reason);
    this.#ready.reject(error);
    for (const job of this.#jobs.values()) job.reject(error);
  }

  #receive(data: unknown): void {
    const parsed = v.safeParse(fromEngineSchema, data);
    if (parsed.success) return this.#handle(parsed.output);
    this.#logger.error({ pid: this.pid, issue: parsed.issues[0].message }, "engine sent a message of another shape");
    this.kill();
  }

  #handle(message: FromEngine): void {
    switch (message.type) {
      case "ready":
        return this.#ready.resolve(message.facts);
      case "startFailed":
        this.#ready.reject(unpackError(message.error));
        return this.kill();
      case "log":
        return this.#log(message.level, message.message);
      case "segment":
        return this.#deliver(message.id, message.segment);
      case "done":
        return this.#jobs.get(message.id)?.resolve(message.result);
      case "failed":
        return this.#jobs.get(message.id)?.reject(unpackError(message.error));
    }
  }

  #deliver(id: number, segment: (FromEngine & { type: "segment" })["segment"]): void {
    const job = this.#jobs.get(id);
    try {
      job?.onSegment(segment);
    } catch (error) {
      this.#send({ type: "cancel", id });
      job?.reject(error);
    }
  }

  #log(level: string, message: string): void {
    const known = level === "debug" || level === "info" || level === "warn" ? level : "error";
    this.#logger[known]({ engine: this.pid }, message);
  }

  /** Native libraries print their last words here. */
  async #forwardStderr(): Promise<void> {
    const lines = this.#process.stderr.pipeThrough(new TextDecoderStream());
    for await (const text of lines) {
      for (const line of text.split("\n")) if (line.trim() !== "") this.#log("warn", line.trimEnd());
    }
  }
}
