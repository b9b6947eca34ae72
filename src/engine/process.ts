/**
 * The engine's side of the channel: takes orders from the server, runs jobs, and never outlives the server.
 */
import { rmSync } from "node:fs";
import * as v from "valibot";
import { killDecoders } from "../audio/ffmpeg.ts";
import { SttError } from "../errors.ts";
import type { Library } from "../native/library.ts";
import { toEngineSchema, type EngineSettings, type FromEngine, type Job } from "./messages.ts";
import { runJob } from "./pipeline.ts";
import { openRuntime, type Runtime } from "./runtime.ts";
import { clientClosed, packError } from "./wire-error.ts";

/** Lines that whisper.cpp logged are fetched this often; its queue holds 256. */
const LOG_INTERVAL_MS = 500;

const LOG_LEVELS = ["debug", "info", "warn", "error"];

const NO_VAD =
  "There is no voice activity model: silence and noise go to the speech model, and long audio is cut where it is quietest. " +
  "Set STT_VAD_MODEL to a Silero model in ggml form, or STT_VAD=off to do without.";

/**
 * Runs the engine of this process; returns at once. Orders come over the IPC channel of `Bun.spawn`.
 * @throws Error if there is no such channel: the command is not for people
 */
export function runEngine(): void {
  if (process.send === undefined) throw new Error("Expected to be started by the server, got no channel to it.");
  const engine = new EngineProcess();
  process.on("message", (message: unknown) => engine.receive(message));
  process.on("disconnect", () => engine.abandon());
  // Ctrl-C reaches the whole process group, and service managers send SIGTERM to all processes of a service; but it is the
  // server that decides what happens to running jobs.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => undefined);
  process.on("uncaughtException", crash);
  process.on("unhandledRejection", crash);
}

class EngineProcess {
  #settings: EngineSettings | undefined;
  #runtime: Runtime | undefined;
  #library: Library | undefined;
  readonly #jobs = new Map<number, AbortController>();

  receive(data: unknown): void {
    const message = v.parse(toEngineSchema, data);
    if (message.type === "start") void this.#start(message.settings);
    else if (message.type === "job") void this.#run(message.id, message.job);
    else if (message.type === "cancel") this.#jobs.get(message.id)?.abort(clientClosed());
    else endProcess();
  }

  /** The server is gone, perhaps by SIGKILL: nobody else is left to remove its uploads. */
  abandon(): void {
    killDecoders();
    if (this.#settings) rmSync(this.#settings.uploadDir, { recursive: true, force: true });
    endProcess();
  }

  /** After `startFailed` the server ends this process. */
  async #start(settings: EngineSettings): Promise<void> {
    this.#settings = settings;
    try {
      this.#runtime = await openRuntime(settings, {
        onLibrary: (library) => {
          this.#library = library;
        },
        onBroken: crash,
      });
      this.#sendLog();
      setInterval(() => this.#sendLog(), LOG_INTERVAL_MS);
      if (settings.vad !== "off" && settings.vadModelPath === null) this.#log("warn", NO_VAD);
      send({ type: "ready", facts: this.#runtime.facts });
    } catch (error) {
      this.#sendLog();
      this.#logError(error);
      send({ type: "startFailed", error: packError(error) });
    }
  }

  async #run(id: number, job: Job): Promise<void> {
    const controller = new AbortController();
    this.#jobs.set(id, controller);
    try {
      if (this.#runtime === undefined) throw new SttError("not_ready", "The model is still being loaded.");
      const onSegment = (segment: (FromEngine & { type: "segment" })["segment"]) =>
        send({ type: "segment", id, segment });
      const result = await runJob(job, this.#runtime.pipeline, { signal: controller.signal, onSegment });
      send({ type: "done", id, result });
    } catch (error) {
      if (!controller.signal.aborted) this.#logError(error);
      send({ type: "failed", id, error: packError(error) });
    } finally {
      this.#jobs.delete(id);
    }
  }

  /** What the server, and so the client, is not told: an unknown error, or the cause of a known one. */
  #logError(error: unknown): void {
    if (!(error instanceof SttError)) this.#log("error", `engine failed: ${describe(error)}`);
    else if (error.cause !== undefined) this.#log("debug", `${error.message} ${describe(error.cause)}`);
  }

  #sendLog(): void {
    for (const { level, message } of this.#library?.takeLogLines() ?? []) this.#log(level, message);
  }

  #log(level: string, message: string): void {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(this.#settings?.logLevel ?? "debug")) return;
    send({ type: "log", level, message });
  }
}

function send(message: FromEngine): void {
  // Without a server `abandon` is on its way.
  if (process.connected) process.send?.(message);
}

/** The supervisor forwards standard error to the log and starts another engine. */
function crash(error: unknown): void {
  console.error(describe(error));
  endProcess();
}

/** Not `process.exit`, which waits for worker threads, and those may be deep in native code. */
function endProcess(): void {
  killDecoders();
  process.kill(process.pid, "SIGKILL");
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
