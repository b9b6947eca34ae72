/**
 * What the benches do with numbers: runs in turn, medians, spread. Times are milliseconds.
 */

/** The middle of what was measured, and how far the middle half of it lies apart: that is the noise. */
export interface Summary {
  readonly median: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
}

/**
 * The value below which `fraction` (0 to 1) of the values lie; between two values it is interpolated.
 * @throws Error for no values
 */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(at)];
  const above = sorted[Math.ceil(at)];
  if (below === undefined || above === undefined) throw new Error("Expected at least one measured value, got none.");
  return below + (above - below) * (at - Math.floor(at));
}

/** @throws Error for no values */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** @throws Error for no values */
export function summarize(values: readonly number[]): Summary {
  return { median: median(values), lowerQuartile: quantile(values, 0.25), upperQuartile: quantile(values, 0.75) };
}

/** NaN for no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * By what each value of `b` exceeds the value of `a` that was measured just before it. What slows the machine down for
 * seconds hits both of a pair, so the median of these is steadier than the difference of two medians.
 * @throws Error unless both have the same length
 */
export function differences(a: readonly number[], b: readonly number[]): number[] {
  if (a.length !== b.length) throw new Error(`Expected pairs of values, got ${a.length} and ${b.length}.`);
  return b.map((value, index) => value - (a[index] ?? Number.NaN));
}

export interface InterleaveOptions {
  readonly rounds: number;
  /** Awaited before every measurement. */
  readonly settle?: () => Promise<void>;
}

/**
 * Measures the sides in turn, A B A B, never two at once; gives for each side its results in order of the rounds. The
 * order is the same in every round, so that each side always follows the same other one and finds the caches as that
 * leaves them: turning it round would give values of two kinds, and a median between them.
 */
export async function runInterleaved<Side extends string, T>(
  sides: Readonly<Record<Side, () => Promise<T>>>,
  { rounds, settle }: InterleaveOptions,
): Promise<Record<Side, T[]>> {
  const names = Object.keys(sides) as Side[];
  const results = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<Side, T[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      await settle?.();
      results[name].push(await sides[name]());
    }
  }
  return results;
}
