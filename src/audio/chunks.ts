/**
 * Cuts audio into chunks, the pieces that one worker runs. A chunk fits one window of the model, and cuts go where it is
 * quietest, so that as few words as possible are cut in two.
 */
import { SAMPLE_RATE_HZ } from "./samples.ts";

/** Half-open range of a file's samples. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
}

/** Whisper's encoder sees 30 s at a time. */
export const MAX_CHUNK_SAMPLES = 30 * SAMPLE_RATE_HZ;

/** The last part of a full window, in which the cut is looked for. */
export const SEARCH_SAMPLES = 10 * SAMPLE_RATE_HZ;

/** A cut is the middle of the quietest stretch of this length: shorter ones fall between two syllables. */
const STRETCH_SAMPLES = SAMPLE_RATE_HZ / 10;

/** What a cut leaves over has at least this length: on less the model invents text. */
const MIN_REST_SAMPLES = SAMPLE_RATE_HZ;

/** Chunks in order, without gap or overlap, together all samples; none for no samples. */
export function cutChunks(samples: Float32Array, maxSamples = MAX_CHUNK_SAMPLES): Chunk[] {
  const chunks: Chunk[] = [];
  let start = 0;
  while (samples.length - start > maxSamples) {
    const end = findCut(samples, start, maxSamples);
    chunks.push({ start, end });
    start = end;
  }
  if (start < samples.length) chunks.push({ start, end: samples.length });
  return chunks;
}

/** Of equally quiet stretches the last: fewer chunks. */
function findCut(samples: Float32Array, start: number, maxSamples: number): number {
  const windowEnd = start + maxSamples;
  const latest = Math.min(windowEnd, samples.length - MIN_REST_SAMPLES);
  let quietest = Infinity;
  let cut = latest;
  for (let at = windowEnd - SEARCH_SAMPLES; at + STRETCH_SAMPLES <= latest; at += STRETCH_SAMPLES) {
    const energy = sumOfSquares(samples, at, at + STRETCH_SAMPLES);
    if (energy > quietest) continue;
    quietest = energy;
    cut = at + STRETCH_SAMPLES / 2;
  }
  return cut;
}

function sumOfSquares(samples: Float32Array, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i += 1) sum += (samples[i] ?? 0) ** 2;
  return sum;
}
