import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { findSpeech, hasSpeech, VAD_WINDOW_SAMPLES, type Span } from "../../../src/audio/speech.ts";

const SILERO = { threshold: 0.5, minSilenceMs: 100 };

/** Pieces of a few probabilities, as they come from the detector. */
async function* inPieces(probabilities: readonly number[], size = 7): AsyncGenerator<number[]> {
  for (let i = 0; i < probabilities.length; i += size) yield probabilities.slice(i, i + size);
}

/** Spans in windows. */
async function spansOf(probabilities: readonly number[], options = SILERO, pieceSize?: number): Promise<Span[]> {
  const spans = await Array.fromAsync(findSpeech(inPieces(probabilities, pieceSize), options));
  return spans.map(({ start, end }) => ({ start: start / VAD_WINDOW_SAMPLES, end: end / VAD_WINDOW_SAMPLES }));
}

const repeat = (probability: number, windows: number) => Array.from({ length: windows }, () => probability);

test("speech lasts from the threshold to the silence after it", async () => {
  expect(await spansOf([...repeat(0.1, 10), ...repeat(0.9, 20), ...repeat(0.1, 10)])).toEqual([{ start: 10, end: 30 }]);
});

test("speech goes on between the two thresholds", async () => {
  expect(await spansOf([...repeat(0.9, 5), ...repeat(0.4, 20), ...repeat(0.9, 5), ...repeat(0.1, 9)])).toEqual([
    { start: 0, end: 30 },
  ]);
  expect(await spansOf(repeat(0.4, 50))).toEqual([]);
});

test("a short silence is part of the speech, a longer one is not", async () => {
  const speech = repeat(0.9, 10);
  // 100 ms are three windows and a bit.
  expect(await spansOf([...speech, ...repeat(0, 3), ...speech])).toEqual([{ start: 0, end: 23 }]);
  expect(await spansOf([...speech, ...repeat(0, 5), ...speech])).toEqual([
    { start: 0, end: 10 },
    { start: 15, end: 25 },
  ]);
  expect(await spansOf([...speech, ...repeat(0, 5), ...speech], { threshold: 0.5, minSilenceMs: 200 })).toHaveLength(1);
});

test("a quarter of a second is not yet speech", async () => {
  expect(await spansOf([...repeat(0.9, 7), ...repeat(0, 20)])).toEqual([]);
  expect(await spansOf([...repeat(0.9, 8), ...repeat(0, 20)])).toEqual([{ start: 0, end: 8 }]);
});

test("speech at the end of the file counts", async () => {
  expect(await spansOf([...repeat(0, 5), ...repeat(0.9, 10)])).toEqual([{ start: 5, end: 15 }]);
  expect(await spansOf([...repeat(0, 5), ...repeat(0.9, 10), 0, 0])).toEqual([{ start: 5, end: 15 }]);
});

test("a low threshold still ends speech", async () => {
  expect(await spansOf([...repeat(0.2, 10), ...repeat(0.005, 10)], { threshold: 0.1, minSilenceMs: 100 })).toEqual([
    { start: 0, end: 10 },
  ]);
});

const probability = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));
const runs = fc.array(fc.tuple(probability, fc.integer({ min: 1, max: 40 })), { maxLength: 30 });

test("spans are ordered, apart, long enough and inside, however the probabilities arrive", async () => {
  await fc.assert(
    fc.asyncProperty(runs, fc.integer({ min: 1, max: 50 }), async (runs, pieceSize) => {
      const probabilities = runs.flatMap(([probability, windows]) => repeat(probability, windows));
      const spans = await spansOf(probabilities, SILERO, pieceSize);
      let last = -4;
      for (const { start, end } of spans) {
        expect(start - last).toBeGreaterThanOrEqual(last < 0 ? 0 : 4);
        expect(end - start).toBeGreaterThanOrEqual(8);
        expect(probabilities[start] ?? 0).toBeGreaterThanOrEqual(SILERO.threshold);
        last = end;
      }
      expect(last).toBeLessThanOrEqual(probabilities.length);
      expect(await spansOf(probabilities, SILERO, probabilities.length + 1)).toEqual(spans);
      expect(await hasSpeech(inPieces(probabilities), SILERO)).toBe(spans.length > 0);
    }),
    { numRuns: 200 },
  );
});

test("nobody listens longer than it takes to hear somebody", async () => {
  let taken = 0;
  async function* endless() {
    for (;;) {
      taken += 1;
      yield repeat(taken < 5 ? 0 : 1, 10);
    }
  }
  expect(await hasSpeech(endless(), SILERO)).toBe(true);
  expect(taken).toBe(5);
});
