/**
 * How far the times of words are from where the words are.
 */
import { join } from "node:path";
import * as v from "valibot";
import { ROOT_DIR } from "./fixtures.ts";

const labelSchema = v.object({ word: v.string(), start: v.number(), end: v.number() });
/** A word and when it is spoken, in seconds. */
export type TimedWord = v.InferOutput<typeof labelSchema>;

const WORDS_DIR = join(ROOT_DIR, "tests", "fixtures", "words");

/** Single words with silence between them; tests/fixtures/make-words.ts made it. */
export const ISOLATED_WORDS_PATH = join(WORDS_DIR, "isolated-en.flac");

export async function readIsolatedWords(): Promise<TimedWord[]> {
  return v.parse(v.array(labelSchema), await Bun.file(join(WORDS_DIR, "isolated-en.json")).json());
}

/** Errors of times, in milliseconds. */
export interface TimeErrors {
  readonly start: number[];
  readonly end: number[];
}

/** Compares the words that both lists have in the same order; misheard ones say nothing of times. */
export function compareTimes(heard: readonly TimedWord[], labels: readonly TimedWord[]): TimeErrors {
  const errors: TimeErrors = { start: [], end: [] };
  for (const [h, l] of alignWords(heard.map(spell), labels.map(spell))) {
    errors.start.push(Math.abs((heard[h]?.start ?? NaN) - (labels[l]?.start ?? NaN)) * 1000);
    errors.end.push(Math.abs((heard[h]?.end ?? NaN) - (labels[l]?.end ?? NaN)) * 1000);
  }
  return errors;
}

/** Median and 95th percentile, in whole milliseconds. */
export function summarize(errors: readonly number[]): { median: number; p95: number; count: number } {
  const sorted = errors.toSorted((a, b) => a - b);
  const at = (part: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN);
  return { median: at(0.5), p95: at(0.95), count: sorted.length };
}

function spell({ word }: TimedWord): string {
  return word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** Index pairs of a longest common subsequence. */
function alignWords(a: readonly string[], b: readonly string[]): [number, number][] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const get = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = lengths[i];
      if (row) row[j] = a[i] === b[j] ? get(i + 1, j + 1) + 1 : Math.max(get(i + 1, j), get(i, j + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (get(i + 1, j) >= get(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}
