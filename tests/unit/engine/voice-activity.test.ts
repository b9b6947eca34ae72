import { expect, test } from "bun:test";
import { VoiceActivity, type VoiceDetector } from "../../../src/engine/voice-activity.ts";

const WINDOW = 512;

/** Hears in each window the value of its first sample. */
class FakeDetector implements VoiceDetector {
  readonly calls: { readonly length: number; readonly goOn: boolean }[] = [];

  run(samples: Float32Array, goOn: boolean): Float32Array {
    this.calls.push({ length: samples.length, goOn });
    return Float32Array.from({ length: Math.ceil(samples.length / WINDOW) }, (_, i) => samples[i * WINDOW] ?? 0);
  }
}

function setup() {
  const detectors: FakeDetector[] = [];
  const voice = new VoiceActivity(() => {
    const detector = new FakeDetector();
    detectors.push(detector);
    return detector;
  });
  return { voice, detectors };
}

const options = { gain: 1, signal: new AbortController().signal, onSpent: () => undefined };
const ramp = (length: number) => Float32Array.from({ length }, (_, i) => i / length);

async function collect(pieces: AsyncIterable<Float32Array>): Promise<number[]> {
  return (await Array.fromAsync(pieces)).flatMap((piece) => Array.from(piece));
}

test("a file is taken in whole windows, the model remembering the piece before", async () => {
  const { voice, detectors } = setup();
  const samples = ramp(3 * 16_000 + 100);
  const probabilities = await collect(voice.detect(samples, options));
  expect(probabilities).toEqual(Array.from({ length: 94 }, (_, i) => samples[i * WINDOW] ?? 0));
  const calls = detectors[0]?.calls ?? [];
  expect(calls.map(({ goOn }) => goOn)).toEqual([false, true, true]);
  expect(calls.slice(0, -1).every(({ length }) => length % WINDOW === 0)).toBe(true);
});

test("two files at a time have a detector each, files in a row share one", async () => {
  const { voice, detectors } = setup();
  await Promise.all([collect(voice.detect(ramp(40_000), options)), collect(voice.detect(ramp(40_000), options))]);
  await collect(voice.detect(ramp(40_000), options));
  expect(detectors).toHaveLength(2);
});

test("others get a turn between two pieces", async () => {
  const { voice } = setup();
  let turns = 0;
  const counting = setInterval(() => (turns += 1), 0);
  await collect(voice.detect(ramp(600 * 16_000), options));
  clearInterval(counting);
  expect(turns).toBeGreaterThan(0);
});

test("an abort ends it and gives the detector back", async () => {
  const { voice, detectors } = setup();
  const controller = new AbortController();
  const seen: Float32Array[] = [];
  const run = async () => {
    for await (const piece of voice.detect(ramp(80_000), { ...options, signal: controller.signal })) {
      seen.push(piece);
      controller.abort(new Error("gone"));
    }
  };
  expect(await run().catch((error: unknown) => error)).toMatchObject({ message: "gone" });
  expect(seen).toHaveLength(1);
  await collect(voice.detect(ramp(100), options));
  expect(detectors).toHaveLength(1);
});

test("a reader that has heard enough gives the detector back", async () => {
  const { voice, detectors } = setup();
  for await (const _ of voice.detect(ramp(80_000), options)) break;
  await collect(voice.detect(ramp(100), options));
  expect(detectors).toHaveLength(1);
  expect(detectors[0]?.calls.map(({ goOn }) => goOn)).toEqual([false, false]);
});

test("gain raises what the detector hears, and leaves the file alone", async () => {
  const { voice } = setup();
  const samples = new Float32Array(100).fill(0.01);
  expect(await collect(voice.detect(samples, { ...options, gain: 10 }))).toEqual([expect.closeTo(0.1, 5)]);
  expect(samples[0]).toBeCloseTo(0.01, 5);
});

function openBroken(): never {
  throw new Error("bad model");
}

test("a bad model is known at once", () => {
  expect(() => new VoiceActivity(openBroken)).toThrow("bad model");
});
