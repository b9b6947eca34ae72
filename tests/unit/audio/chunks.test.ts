import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { cutChunks, MAX_CHUNK_SAMPLES } from "../../../src/audio/chunks.ts";

const SECOND = 16_000;

/** Noise whose loudness changes every tenth of a second, as `levels` says, over and over. */
function makeNoise(length: number, levels: readonly number[]): Float32Array {
  return Float32Array.from(
    { length },
    (_, i) => (levels[Math.floor(i / 1600) % levels.length] ?? 0) * (i % 2 ? 1 : -1),
  );
}

test("chunks cover every sample once, in order, and fit the window", () => {
  const length = fc.integer({ min: 1, max: 100 * SECOND });
  const levels = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(length, levels, (length, levels) => {
      const chunks = cutChunks(makeNoise(length, levels));
      expect(chunks.at(0)?.start).toBe(0);
      expect(chunks.at(-1)?.end).toBe(length);
      for (const [i, { start, end }] of chunks.entries()) {
        expect(end - start).toBeGreaterThan(0);
        expect(end - start).toBeLessThanOrEqual(MAX_CHUNK_SAMPLES);
        if (i > 0) expect(start).toBe(chunks[i - 1]?.end ?? -1);
      }
    }),
    { numRuns: 30 },
  );
});

test.each([0, 1, 1600, MAX_CHUNK_SAMPLES])("%d samples are at most one chunk", (length) => {
  expect(cutChunks(new Float32Array(length))).toEqual(length === 0 ? [] : [{ start: 0, end: length }]);
});

test("a cut lies in the pause", () => {
  const samples = makeNoise(40 * SECOND, [0.5]);
  samples.fill(0, 24 * SECOND, 24.3 * SECOND);
  const cut = cutChunks(samples)[0]?.end ?? 0;
  expect(cut).toBeGreaterThan(24 * SECOND);
  expect(cut).toBeLessThan(24.3 * SECOND);
});

test("a pause before the last ten seconds of a window is not used", () => {
  const samples = makeNoise(40 * SECOND, [0.5]);
  samples.fill(0, 10 * SECOND, 11 * SECOND);
  expect(cutChunks(samples)[0]?.end).toBeGreaterThan(20 * SECOND);
});

test("what is left over is never shorter than a second", () => {
  const samples = makeNoise(MAX_CHUNK_SAMPLES + 10, [0.5]);
  samples.fill(0, 29.5 * SECOND);
  const chunks = cutChunks(samples);
  expect(chunks).toHaveLength(2);
  expect(samples.length - (chunks[0]?.end ?? 0)).toBeGreaterThanOrEqual(SECOND);
});
