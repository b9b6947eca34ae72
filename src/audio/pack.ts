/**
 * Spans of speech -> chunks: as much speech as fits one window of the model, cut in the middle of silence. A chunk is a
 * contiguous part of the file, so that its times are the file's times less its start.
 */
import { cutChunks, MAX_CHUNK_SAMPLES, SEARCH_SAMPLES, type Chunk } from "./chunks.ts";
import { SAMPLE_RATE_HZ } from "./samples.ts";
import type { Span } from "./speech.ts";

/** A longer silence ends a chunk: after a long pause inside a window Whisper tends to lose the rest of it. */
const MAX_PAUSE_SAMPLES = 2 * SAMPLE_RATE_HZ;

/** Padding beyond this would leave too little of the window for speech. */
const MAX_PADDING_SAMPLES = 5 * SAMPLE_RATE_HZ;

/**
 * Chunks in order, without overlap, all speech in exactly one of them, each as soon as the speech after it is known.
 * @param spans of `samples`, in order
 * @param paddingMs silence kept before and after the speech of a chunk, as far as there is any
 */
export async function* packSpeech(
  spans: AsyncIterable<Span>,
  samples: Float32Array,
  paddingMs: number,
): AsyncGenerator<Chunk> {
  const padding = Math.min(Math.round((paddingMs * SAMPLE_RATE_HZ) / 1000), MAX_PADDING_SAMPLES);
  /** What may belong to the next chunk; together never too long for one. */
  let waiting: Span[] = [];
  /** The next chunk does not begin before it. */
  let floor = 0;
  const startOf = (span: Span) => Math.max(floor, span.start - padding);
  const takeChunk = (count: number, next: number): Chunk => {
    const [first, last] = [waiting[0] as Span, waiting[count - 1] as Span];
    const middle = Math.floor((last.end + next) / 2);
    const chunk = { start: startOf(first), end: Math.min(last.end + padding, middle) };
    floor = middle;
    waiting = waiting.slice(count);
    return chunk;
  };

  for await (const whole of spans) {
    for (const span of splitLong(whole, samples, MAX_CHUNK_SAMPLES - 2 * padding)) {
      const pause = span.start - (waiting.at(-1)?.end ?? span.start);
      if (pause > MAX_PAUSE_SAMPLES) yield takeChunk(waiting.length, span.start);
      for (
        let first = waiting[0];
        first && span.end + padding - startOf(first) > MAX_CHUNK_SAMPLES;
        first = waiting[0]
      ) {
        const count = findLongestPause(waiting, span);
        yield takeChunk(count, (waiting[count] ?? span).start);
      }
      waiting.push(span);
    }
  }
  // What is left of the file counts as silence on both sides, so that all of it may be padding.
  if (waiting.length > 0) yield takeChunk(waiting.length, 2 * samples.length - (waiting.at(-1) as Span).end);
}

/** Speech without a pause for longer than a window is cut where it is quietest. */
function splitLong({ start, end }: Span, samples: Float32Array, maxSamples: number): Span[] {
  const within = samples.subarray(start, end);
  return cutChunks(within, maxSamples).map((part) => ({ start: start + part.start, end: start + part.end }));
}

/** How many spans to take, so that the cut falls into the longest pause near the end of the window; of equal ones the last. */
function findLongestPause(spans: readonly Span[], next: Span): number {
  const earliest = (spans[0] as Span).start + MAX_CHUNK_SAMPLES - SEARCH_SAMPLES;
  let best = spans.length;
  let longest = next.start - (spans.at(-1) as Span).end;
  for (let count = spans.length - 1; count > 0; count -= 1) {
    const [before, after] = [spans[count - 1] as Span, spans[count] as Span];
    if (before.end < earliest) break;
    if (after.start - before.end <= longest) continue;
    longest = after.start - before.end;
    best = count;
  }
  return best;
}
