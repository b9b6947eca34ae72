/**
 * Which chunk runs next. A job of one chunk goes before all longer jobs; longer jobs take turns, a chunk each. Nothing that
 * runs is interrupted for another job: a chunk is at most one window.
 */
import { clientClosed } from "./wire-error.ts";

/** One worker, whatever it is made of. `run` is called again only after the last one settled. */
export interface ChunkRunner<Task, Outcome> {
  run(task: Task): Promise<Outcome>;
  /** Makes the running chunk end soon. */
  abort(): void;
}

export interface ScheduledOutcome<Outcome> {
  readonly outcome: Outcome;
  /** How long the chunk waited for a worker. */
  readonly queueMs: number;
}

interface Waiting<Task, Outcome> {
  readonly makeTask: () => Task;
  readonly sinceMs: number;
  readonly resolve: (outcome: ScheduledOutcome<Outcome>) => void;
  readonly reject: (error: unknown) => void;
}

/** The chunks of one job. */
export interface Lane<Task, Outcome> {
  /**
   * Runs one chunk after the earlier ones of this lane. `makeTask` is called when a worker is there, so that samples are
   * copied one chunk at a time.
   * @throws client_closed after `cancel`
   */
  run(makeTask: () => Task): Promise<ScheduledOutcome<Outcome>>;
  /** Drops what waits and aborts what runs. */
  cancel(): void;
}

class JobLane<Task, Outcome> implements Lane<Task, Outcome> {
  readonly waiting: Waiting<Task, Outcome>[] = [];
  readonly runners = new Set<ChunkRunner<Task, Outcome>>();
  readonly #enqueued: () => void;
  #cancelled = false;

  constructor(
    readonly short: boolean,
    enqueued: () => void,
  ) {
    this.#enqueued = enqueued;
  }

  run(makeTask: () => Task): Promise<ScheduledOutcome<Outcome>> {
    if (this.#cancelled) return Promise.reject(clientClosed());
    const { promise, resolve, reject } = Promise.withResolvers<ScheduledOutcome<Outcome>>();
    this.waiting.push({ makeTask, sinceMs: performance.now(), resolve, reject });
    this.#enqueued();
    return promise;
  }

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    for (const { reject } of this.waiting.splice(0)) reject(clientClosed());
    for (const runner of this.runners) runner.abort();
  }
}

export class Scheduler<Task, Outcome> {
  readonly #idle: ChunkRunner<Task, Outcome>[];
  /** Lanes with waiting chunks, the next one to serve first. */
  #queue: JobLane<Task, Outcome>[] = [];

  constructor(runners: readonly ChunkRunner<Task, Outcome>[]) {
    this.#idle = [...runners];
  }

  /** @param short whether the job is a single chunk */
  openLane(short: boolean): Lane<Task, Outcome> {
    const lane: JobLane<Task, Outcome> = new JobLane(short, () => {
      if (!this.#queue.includes(lane)) this.#queue.push(lane);
      this.#dispatch();
    });
    return lane;
  }

  #dispatch(): void {
    this.#queue = this.#queue.filter((lane) => lane.waiting.length > 0);
    while (this.#idle.length > 0) {
      const lane = this.#takeLane();
      const waiting = lane?.waiting.shift();
      const runner = waiting && this.#idle.shift();
      if (!lane || !waiting || !runner) return;
      // Back to the end of the queue: the next chunk is another job's turn.
      if (lane.waiting.length > 0) this.#queue.push(lane);
      void this.#run(runner, lane, waiting);
    }
  }

  #takeLane(): JobLane<Task, Outcome> | undefined {
    const short = this.#queue.findIndex((lane) => lane.short);
    return this.#queue.splice(Math.max(short, 0), 1)[0];
  }

  async #run(
    runner: ChunkRunner<Task, Outcome>,
    lane: JobLane<Task, Outcome>,
    { makeTask, sinceMs, resolve, reject }: Waiting<Task, Outcome>,
  ): Promise<void> {
    lane.runners.add(runner);
    const queueMs = performance.now() - sinceMs;
    try {
      resolve({ outcome: await runner.run(makeTask()), queueMs });
    } catch (error) {
      reject(error);
    } finally {
      lane.runners.delete(runner);
      this.#idle.push(runner);
      this.#dispatch();
    }
  }
}
