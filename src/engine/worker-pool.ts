/**
 * The worker threads of an engine. Each holds one state on the shared weights and blocks in native code while it runs.
 */
import * as v from "valibot";
import type { Library } from "../native/library.ts";
import { setAbort } from "../native/state.ts";
import { WORKER_URL } from "../worker-url.ts";
import type { ChunkRunner } from "./scheduler.ts";
import { unpackError } from "./wire-error.ts";
import {
  fromWorkerSchema,
  type ChunkOptions,
  type ChunkResult,
  type FromWorker,
  type ToWorker,
} from "./worker-messages.ts";

export interface ChunkTask {
  /** Transferred to the worker: the caller has them no more. */
  readonly samples: Float32Array<ArrayBuffer>;
  readonly options: ChunkOptions;
}

export interface ChunkOutcome {
  readonly result: ChunkResult;
  /** Time inside the native call. */
  readonly computeMs: number;
}

export interface WorkerOptions {
  readonly library: Library;
  readonly libraryDir: string;
  readonly contextPointer: number;
  /** Address of the weights that token times need; opens them when first asked. @throws SttError model_unavailable */
  readonly timedContextPointer: () => number;
  /** Called when the thread ends by an error of its own, after which it cannot be used. */
  readonly onBroken: (error: Error) => void;
}

/** One worker thread. Lives as long as the process. */
export class EngineWorker implements ChunkRunner<ChunkTask, ChunkOutcome> {
  readonly #worker = new Worker(WORKER_URL);
  readonly #options: WorkerOptions;
  #plainPointer = 0;
  /** 0 until a task wants token times: another state takes as much memory again. */
  #timedPointer = 0;
  #aborted = false;
  #pending: PromiseWithResolvers<FromWorker> | undefined;

  private constructor(options: WorkerOptions) {
    this.#options = options;
    this.#worker.addEventListener("message", ({ data }) => this.#receive(data, options.onBroken));
    this.#worker.addEventListener("error", ({ message }) => options.onBroken(new Error(message)));
  }

  /** Starts the thread and its state. @throws SttError if the state cannot be made */
  static async open(options: WorkerOptions): Promise<EngineWorker> {
    const worker = new EngineWorker(options);
    worker.#plainPointer = await worker.#openState(options.contextPointer, false);
    return worker;
  }

  async run({ samples, options }: ChunkTask): Promise<ChunkOutcome> {
    this.#aborted = false;
    if (options.tokenTimes && this.#timedPointer === 0) {
      this.#timedPointer = await this.#openState(this.#options.timedContextPointer(), true);
    }
    for (const pointer of this.#pointers()) setAbort(this.#options.library, pointer, this.#aborted);
    const reply = await this.#ask({ type: "run", samples, options }, [samples.buffer]);
    if (reply.type === "result") return reply;
    throw reply.type === "failed" ? unpackError(reply.error) : new Error(`unexpected ${reply.type} from a worker`);
  }

  /** Any time: a flag raised after the run is taken back before the next one. */
  abort(): void {
    this.#aborted = true;
    for (const pointer of this.#pointers()) setAbort(this.#options.library, pointer, true);
  }

  #pointers(): number[] {
    return [this.#plainPointer, this.#timedPointer].filter((pointer) => pointer !== 0);
  }

  async #openState(contextPointer: number, tokenTimes: boolean): Promise<number> {
    const { libraryDir } = this.#options;
    const reply = await this.#ask({ type: "open", libraryDir, contextPointer, tokenTimes });
    if (reply.type === "opened") return reply.statePointer;
    throw reply.type === "failed" ? unpackError(reply.error) : new Error(`unexpected ${reply.type} from a worker`);
  }

  #ask(message: ToWorker, transfer: Bun.Transferable[] = []): Promise<FromWorker> {
    this.#pending = Promise.withResolvers();
    this.#worker.postMessage(message, transfer);
    return this.#pending.promise;
  }

  #receive(data: unknown, onBroken: (error: Error) => void): void {
    const message = v.safeParse(fromWorkerSchema, data);
    if (message.success) this.#pending?.resolve(message.output);
    else onBroken(new Error(`a worker sent a message of another shape: ${message.issues[0].message}`));
  }
}
