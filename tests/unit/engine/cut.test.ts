import { expect, test } from "bun:test";
import { createCut, type CutOptions } from "../../../src/engine/cut.ts";
import type { SpeechRules } from "../../../src/engine/messages.ts";
import { VoiceActivity } from "../../../src/engine/voice-activity.ts";

const SECOND = 16_000;
const WINDOW = 512;

/** Takes every window that is louder than 0.2 for speech, and counts the seconds it heard. */
function setup(mode: CutOptions["mode"] = "auto") {
  const heard = { seconds: 0 };
  const run = (samples: Float32Array) => {
    heard.seconds += samples.length / SECOND;
    return Float32Array.from({ length: Math.ceil(samples.length / WINDOW) }, (_, i) =>
      (samples[i * WINDOW] ?? 0) > 0.2 ? 0.7 : 0.1,
    );
  };
  return { heard, cut: createCut({ mode, voice: new VoiceActivity(() => ({ run })) }) };
}

/** Noise of a quiet room, with speech in the given seconds. */
function makeFile(lengthSeconds: number, speech: readonly (readonly [number, number])[]): Float32Array {
  const samples = new Float32Array(lengthSeconds * SECOND).fill(0.01);
  for (const [start, end] of speech) samples.fill(0.4, start * SECOND, end * SECOND);
  return samples;
}

async function cutSeconds(cut: ReturnType<typeof createCut>, samples: Float32Array, rules: SpeechRules | null = null) {
  const request = { rules, signal: new AbortController().signal, onSpent: () => undefined };
  const chunks = await Array.fromAsync(cut(samples, request));
  return chunks.map(({ start, end }) => [start / SECOND, end / SECOND]);
}

/** Within a window of 32 ms and a bit. */
const near = (seconds: number) => expect.closeTo(seconds, 1);

test("a short clip with speech goes to the model whole, after no more listening than needed", async () => {
  const { cut, heard } = setup();
  expect(await cutSeconds(cut, makeFile(9, [[1, 3]]))).toEqual([[0, 9]]);
  expect(heard.seconds).toBeLessThan(2.1);
});

test("a short clip without speech goes nowhere", async () => {
  expect(await cutSeconds(setup().cut, makeFile(9, []))).toEqual([]);
  expect(await cutSeconds(setup().cut, makeFile(9, [[1, 1.2]]))).toEqual([]);
});

test("a longer clip is cut to its speech", async () => {
  const file = makeFile(28, [
    [2, 4],
    [20, 24],
  ]);
  expect(await cutSeconds(setup().cut, file)).toEqual([
    [near(1.8), near(4.2)],
    [near(19.8), near(24.2)],
  ]);
});

test("mode on cuts short clips as well", async () => {
  expect(await cutSeconds(setup("on").cut, makeFile(9, [[2, 4]]))).toEqual([[near(1.8), near(4.2)]]);
});

test("a request's own rules are used, for short clips as well", async () => {
  const file = makeFile(9, [
    [2, 4],
    [7, 8],
  ]);
  const rules = { threshold: 0.6, prefixPaddingMs: 1000, silenceDurationMs: 3500 };
  expect(await cutSeconds(setup().cut, file, rules)).toEqual([[near(1), near(9)]]);
  expect(await cutSeconds(setup().cut, file, { ...rules, threshold: 0.8 })).toEqual([]);
});

test("mode off never listens", async () => {
  const { cut, heard } = setup("off");
  const rules = { threshold: 0.6, prefixPaddingMs: 1000, silenceDurationMs: 200 };
  expect(await cutSeconds(cut, new Float32Array(9 * SECOND))).toEqual([[0, 9]]);
  expect(await cutSeconds(cut, makeFile(9, [[2, 4]]), rules)).toEqual([[0, 9]]);
  expect(heard.seconds).toBe(0);
});

test("digital silence needs no model", async () => {
  const { cut, heard } = setup();
  const withoutModel = createCut({ mode: "auto", voice: null });
  for (const each of [cut, withoutModel, setup("on").cut]) {
    expect(await cutSeconds(each, new Float32Array(100 * SECOND).fill(0.0005))).toEqual([]);
  }
  expect(heard.seconds).toBe(0);
});

test("without a model all of the file is transcribed, cut where it is quietest", async () => {
  const cut = createCut({ mode: "auto", voice: null });
  expect(await cutSeconds(cut, makeFile(20, [[2, 4]]))).toEqual([[0, 20]]);
  const chunks = await cutSeconds(cut, makeFile(40, [[0, 25]]));
  expect(chunks).toHaveLength(2);
  expect(chunks[0]?.[1]).toBeGreaterThan(25);
});

test("a quiet recording is raised for the detector", async () => {
  const quiet = makeFile(9, [[1, 3]]).map((sample) => sample / 40);
  expect(await cutSeconds(setup().cut, quiet)).toEqual([]);
  // The detector above hears nothing below 0.2; raised to an RMS of 0.1 a peaky voice reaches that.
  for (let i = 0; i < quiet.length; i += 1) quiet[i] = (quiet[i] ?? 0) * (i % WINDOW < 32 ? 4 : 0.5);
  expect(await cutSeconds(setup().cut, quiet)).toEqual([[0, 9]]);
});
