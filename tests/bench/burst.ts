/**
 * A burst: several callers ask at the same moment, and each waits for its own answer.
 */
import { mean } from "./stats.ts";

export interface Burst {
  /** From the start of the burst until each answer, one value a caller. */
  readonly latenciesMs: readonly number[];
}

/** Lets threads that still spin after their last work go to sleep, so that one side does not slow down the other. */
const SETTLE_MS = 50;

/** For `runInterleaved`. */
export const settle = () => Bun.sleep(SETTLE_MS);

/** Makes `size` calls at once. */
export async function measureBurst(size: number, call: () => Promise<void>): Promise<Burst> {
  const start = performance.now();
  const timed = async () => {
    await call();
    return performance.now() - start;
  };
  return { latenciesMs: await Promise.all(Array.from({ length: size }, timed)) };
}

/** How long a caller waits for its answer, on average over the burst. */
export function meanLatencyMs(burst: Burst): number {
  return mean(burst.latenciesMs);
}

/** How long it takes until all have their answer. */
export function totalMs(burst: Burst): number {
  return Math.max(...burst.latenciesMs);
}
