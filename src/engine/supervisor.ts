/**
 * Keeps one engine process alive for the server: starts it, starts it again when it dies, and gives jobs that died with it
 * one more try.
 */
import { setTimeout as delay } from "node:timers/promises";
import { SttError } from "../errors.ts";
import type { Engine, EngineStatus, TranscribeOptions } from "./engine.ts";
import { engineEnvironment } from "./child-environment.ts";
import { EngineChild, EngineDied, type EngineLogger } from "./engine-child.ts";
import type { EngineFacts, EngineSettings, Job, JobResult } from "./messages.ts";
import { selfCommand } from "./self-command.ts";
import { clientClosed } from "./wire-error.ts";

export interface SupervisorOptions {
  readonly settings: EngineSettings;
  readonly logger: EngineLogger;
  /** The server's own environment; the engine gets only what it needs of it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Command line of an engine, its program first; this same program unless given. */
  readonly command?: readonly string[];
  /** Waits before the first, second, ... start after deaths in a row. After the last one it gives up until it is asked. */
  readonly backoffMs?: readonly number[];
}

const BACKOFF_MS = [0, 500, 2_000];

/** An engine that lived this long did not die of what killed the one before. */
const STABLE_MS = 60_000;

type State =
  | { readonly state: "starting" }
  | { readonly state: "ready"; readonly facts: EngineFacts }
  | { readonly state: "failed"; readonly message: string }
  | { readonly state: "stopped" };

export class EngineSupervisor implements Engine {
  readonly #options: SupervisorOptions;
  readonly #command: readonly string[];
  readonly #backoffMs: readonly number[];
  readonly #stopping = new AbortController();
  #state: State = { state: "stopped" };
  #starts = 0;
  /** Deaths since a job was last done. */
  #deaths = 0;
  #child: EngineChild | undefined;
  /** The engine to give jobs to, perhaps still on its way; undefined if nothing is being tried. */
  #coming: Promise<EngineChild> | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#command = options.command ?? selfCommand("engine");
    this.#backoffMs = options.backoffMs ?? BACKOFF_MS;
  }

  get status(): EngineStatus {
    const state: State = this.#stopping.signal.aborted ? { state: "stopped" } : this.#state;
    return { ...state, restarts: Math.max(0, this.#starts - 1) };
  }

  /** Starts the engine; returns at once. How it goes is told by `status`. */
  start(): void {
    this.#summon(0);
  }

  /** The running engine's process id, for diagnosis. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async transcribe(job: Job, { signal, onSegment }: TranscribeOptions): Promise<JobResult> {
    let delivered = 0;
    for (let firstTry = true; ; firstTry = false) {
      const child = await this.#getChild(signal);
      let seen = 0;
      const options: TranscribeOptions = {
        signal,
        // A second try finds the same segments again; the caller already has the first ones.
        onSegment: (segment) => {
          seen += 1;
          if (seen <= delivered) return;
          delivered = seen;
          onSegment(segment);
        },
      };
      try {
        const result = await child.run(job, options);
        this.#deaths = 0;
        return result;
      } catch (error) {
        if (!(error instanceof EngineDied)) throw error;
        if (!firstTry) throw crashed(error);
      }
    }
  }

  /** Ends the engine for good; jobs that are left get shutting_down. Resolves when its process is gone. */
  async stop(deadlineMs: number): Promise<void> {
    this.#stopping.abort();
    await this.#child?.stop(deadlineMs);
  }

  async #getChild(signal: AbortSignal): Promise<EngineChild> {
    if (this.#stopping.signal.aborted) throw shuttingDown();
    if (signal.aborted) throw clientClosed();
    const { promise: gone, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(clientClosed());
    signal.addEventListener("abort", onAbort);
    try {
      return await Promise.race([this.#coming ?? this.#summon(0), gone]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  #summon(waitMs: number): Promise<EngineChild> {
    this.#state = { state: "starting" };
    this.#coming = this.#bringUp(waitMs);
    // Whoever waits for it gets the error as well; `status` tells everybody else.
    this.#coming.catch(() => undefined);
    return this.#coming;
  }

  /** Tries until an engine is ready or trying makes no sense. @throws SttError */
  async #bringUp(waitMs: number): Promise<EngineChild> {
    for (let wait = waitMs; ;) {
      if (wait > 0) await delay(wait, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      if (this.#stopping.signal.aborted) throw shuttingDown();
      const child = this.#startChild();
      try {
        const facts = await child.ready;
        this.#state = { state: "ready", facts };
        this.#options.logger.info({ engine: child.pid, ...facts }, "engine ready");
        return child;
      } catch (error) {
        await child.ended;
        wait = this.#giveUpOr(error);
      }
    }
  }

  /** Wait before the next start after one that failed. @throws SttError when there is no sense in another */
  #giveUpOr(error: unknown): number {
    if (this.#stopping.signal.aborted) throw shuttingDown();
    const message = error instanceof Error ? error.message : String(error);
    const wait = error instanceof SttError ? undefined : this.#nextWait();
    this.#options.logger.error({ deaths: this.#deaths }, `engine could not start: ${message}`);
    if (wait !== undefined) return wait;
    this.#fail(message);
    if (error instanceof SttError) throw error;
    throw new SttError("model_unavailable", `The model could not be loaded. ${message} The log may tell why.`);
  }

  /** @throws SttError model_unavailable if there cannot be a process */
  #startChild(): EngineChild {
    this.#starts += 1;
    const startMs = performance.now();
    const { settings, logger, environment } = this.#options;
    const onEnd = (reason: string) => {
      if (this.#state.state !== "ready" || this.#stopping.signal.aborted) return;
      if (performance.now() - startMs > STABLE_MS) this.#deaths = 0;
      this.#replace(reason);
    };
    const command = this.#command;
    try {
      this.#child = new EngineChild({ command, environment: engineEnvironment(environment), settings, logger, onEnd });
      return this.#child;
    } catch (cause) {
      // The program's file was replaced or removed, or the system allows no more processes.
      const message = "The engine process could not be started.";
      logger.error({ program: command[0], error: String(cause) }, message);
      this.#fail(message);
      throw new SttError("model_unavailable", "The model could not be loaded. The log has the reason.", { cause });
    }
  }

  /** After the death of an engine that was ready. One that was not is `#bringUp`'s. */
  #replace(reason: string): void {
    this.#options.logger.error({ deaths: this.#deaths }, `engine ended with ${reason}`);
    const wait = this.#nextWait();
    if (wait === undefined) this.#fail(`The engine process keeps ending, at last with ${reason}.`);
    else this.#summon(wait);
  }

  /** Counts a death. Undefined after too many in a row. */
  #nextWait(): number | undefined {
    this.#deaths += 1;
    return this.#backoffMs[this.#deaths - 1];
  }

  #fail(message: string): void {
    this.#state = { state: "failed", message };
    this.#coming = undefined;
  }
}

function crashed(cause: Error): SttError {
  return new SttError(
    "engine_crashed",
    "The engine crashed on this file twice. It has been started again, but sending the file again would not help.",
    { cause },
  );
}

function shuttingDown(): SttError {
  return new SttError("shutting_down", "The server is shutting down. Send the request again later.");
}
