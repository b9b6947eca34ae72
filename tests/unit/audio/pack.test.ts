import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { MAX_CHUNK_SAMPLES, type Chunk } from "../../../src/audio/chunks.ts";
import { packSpeech } from "../../../src/audio/pack.ts";
import type { Span } from "../../../src/audio/speech.ts";

const SECOND = 16_000;
const PADDING_MS = 200;

async function* each(spans: readonly Span[]): AsyncGenerator<Span> {
  yield* spans;
}

function pack(spans: readonly Span[], length: number, paddingMs = PADDING_MS): Promise<Chunk[]> {
  return Array.fromAsync(packSpeech(each(spans), new Float32Array(length), paddingMs));
}

/** Chunks in seconds, for spans in seconds. */
async function packSeconds(spans: readonly (readonly [number, number])[], length: number, paddingMs?: number) {
  const inSamples = spans.map(([start, end]) => ({ start: start * SECOND, end: end * SECOND }));
  const chunks = await pack(inSamples, length * SECOND, paddingMs);
  return chunks.map(({ start, end }) => [start / SECOND, end / SECOND]);
}

test("speech is padded, inside the file", async () => {
  expect(await packSeconds([[5, 8]], 20)).toEqual([[4.8, 8.2]]);
  expect(await packSeconds([[0.1, 19.95]], 20)).toEqual([[0, 20]]);
  expect(await packSeconds([[5, 8]], 20, 1000)).toEqual([[4, 9]]);
});

test("no speech gives no chunk", async () => {
  expect(await packSeconds([], 100)).toEqual([]);
});

test("speech with short pauses is one chunk, up to a window", async () => {
  expect(
    await packSeconds(
      [
        [1, 5],
        [6, 12],
        [13.9, 29],
      ],
      60,
    ),
  ).toEqual([[0.8, 29.2]]);
});

test("a long pause ends a chunk and is in none", async () => {
  expect(
    await packSeconds(
      [
        [1, 3],
        [5.5, 7],
      ],
      60,
    ),
  ).toEqual([
    [0.8, 3.2],
    [5.3, 7.2],
  ]);
});

test("what does not fit any more is cut off in the longest pause of the last ten seconds", async () => {
  const [first, second] = await packSeconds(
    [
      [0, 12],
      [13.5, 21],
      [22, 26],
      [26.1, 29],
      [29.5, 34],
    ],
    60,
  );
  expect(first).toEqual([0, 21.2]);
  expect(second).toEqual([21.8, 34.2]);
});

test("of a short pause each side gets half", async () => {
  const chunks = await packSeconds(
    [
      [0, 25],
      [25.125, 40],
    ],
    60,
  );
  expect(chunks).toEqual([
    [0, 25.0625],
    [25.0625, 40.2],
  ]);
});

test("speech without any pause is cut where it is quietest", async () => {
  const samples = new Float32Array(50 * SECOND).fill(0.5);
  samples.fill(0.01, 24 * SECOND, 24.2 * SECOND);
  const [first, second] = await Array.fromAsync(packSpeech(each([{ start: 0, end: 50 * SECOND }]), samples, 200));
  expect(first?.end).toBeWithin(24 * SECOND, 24.2 * SECOND);
  expect(second).toEqual({ start: first?.end ?? 0, end: 50 * SECOND });
});

test("a chunk is known as soon as the speech after it is", async () => {
  let taken = 0;
  async function* spans() {
    for (;;) {
      taken += 1;
      yield { start: taken * 10 * SECOND, end: (taken * 10 + 2) * SECOND };
    }
  }
  for await (const chunk of packSpeech(spans(), new Float32Array(60 * SECOND), PADDING_MS)) {
    expect(chunk.start).toBe(9.8 * SECOND);
    break;
  }
  expect(taken).toBe(2);
});

test("all speech is in chunks, once, in order; chunks fit the window and the file", async () => {
  const windows = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 2000 }));
  const file = fc.array(fc.tuple(windows, windows), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(file, windows, fc.integer({ min: 0, max: 8000 }), async (parts, rest, paddingMs) => {
      const spans: Span[] = [];
      let at = 0;
      for (const [pause, speech] of parts) {
        const start = at + (pause + 1) * 512;
        at = start + (speech + 1) * 512;
        spans.push({ start, end: at });
      }
      // The detector's last window may reach beyond the file.
      const length = Math.max(1, at + rest * 512 - 100);
      const chunks = await pack(spans, length, paddingMs);
      let floor = 0;
      for (const { start, end } of chunks) {
        expect(start).toBeGreaterThanOrEqual(floor);
        expect(end).toBeGreaterThan(start);
        expect(end - start).toBeLessThanOrEqual(MAX_CHUNK_SAMPLES);
        floor = end;
      }
      expect(floor).toBeLessThanOrEqual(length);
      const speech = spans.reduce((sum, span) => sum + Math.min(span.end, length) - span.start, 0);
      let inside = 0;
      for (const span of spans) {
        for (const chunk of chunks)
          inside += Math.max(0, Math.min(span.end, chunk.end) - Math.max(span.start, chunk.start));
      }
      expect(inside).toBe(speech);
    }),
    { numRuns: 100 },
  );
});
