/** What an engine makes of audio in which nobody speaks: nothing. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { audioPath, readClip } from "../support/fixtures.ts";
import { findVadModel, samplesOf } from "../support/native.ts";
import { NOISES } from "../support/noises.ts";
import { startTestEngine, type TestEngine } from "../support/test-engine.ts";
import { splitWords } from "../support/word-error-rate.ts";
import { writeWav } from "../support/write-wav.ts";

const VAD_MODEL_PATH = findVadModel();
if (VAD_MODEL_PATH === undefined)
  console.log("skipped: noises with VAD, for there is no Silero model beside the checkout");

describe("without a VAD model", () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startTestEngine();
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  test("ten seconds of silence give no text and cost no run of the model", async () => {
    const { text, result } = await engine.transcribe(audioPath("silence-10s.wav"), { language: null });
    expect({ text, language: result.language, audioSeconds: result.audioSeconds }).toEqual({
      text: "",
      language: "en",
      audioSeconds: 10,
    });
    expect(result.timing.computeMs).toBe(0);
  });

  test("ten seconds of noise give no text", async () => {
    expect((await engine.transcribe(audioPath("noise-10s.wav"))).text).toBe("");
  });
});

describe.skipIf(VAD_MODEL_PATH === undefined)("with a VAD model", () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startTestEngine({ vadModelPath: VAD_MODEL_PATH ?? null });
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  test.each(["silence-10s.wav", "noise-10s.wav"])("%s gives no text, in the language asked for", async (name) => {
    const { text, result } = await engine.transcribe(audioPath(name), { language: "de" });
    expect({ text, language: result.language }).toEqual({ text: "", language: "de" });
  });

  test.each(Object.entries(NOISES))("%s gives no text, and costs no run of the model", async (name, make) => {
    const path = join(engine.folder, `${name}.wav`);
    for (const seconds of [5, 45]) {
      await writeWav(path, make(seconds));
      const { text, result } = await engine.transcribe(path, { language: null });
      expect({ text, computeMs: result.timing.computeMs }).toEqual({ text: "", computeMs: 0 });
    }
  });

  test("speech between long silences keeps its words and its times", async () => {
    const clip = await readClip("en-001.wav");
    const samples = await samplesOf(clip.path);
    const file = new Float32Array(samples.length + 16_000 * 60);
    file.set(samples, 16_000 * 40);
    const path = join(engine.folder, "late.wav");
    await writeWav(path, file);
    const { text, segments } = await engine.transcribe(path);
    expect(splitWords(text)).toEqual(splitWords((await engine.transcribe(clip.path)).text));
    const first = clip.segments[0];
    expect(Math.abs((segments[0]?.startSeconds ?? 0) - 40 - (first?.startSeconds ?? 0))).toBeLessThan(0.15);
  });
});

test("an engine that must use VAD says what it lacks", async () => {
  await using engine = await startTestEngine({ vad: "on" });
  const error = await engine.transcribe(audioPath("silence-10s.wav")).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: "model_unavailable", message: expect.stringContaining("STT_VAD_MODEL") });
});
