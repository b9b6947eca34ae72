import { expect, test } from "bun:test";
import { cutChunks } from "../../../src/audio/chunks.ts";
import type { Job, Segment } from "../../../src/engine/messages.ts";
import type { Cut } from "../../../src/engine/cut.ts";
import { runJob, type Pipeline } from "../../../src/engine/pipeline.ts";
import { Scheduler, type ChunkRunner } from "../../../src/engine/scheduler.ts";
import type { ChunkOutcome, ChunkTask } from "../../../src/engine/worker-pool.ts";
import { clientClosed } from "../../../src/engine/wire-error.ts";

const SECOND = 16_000;

interface Started {
  readonly task: ChunkTask;
  readonly finish: (segments: Segment[], language?: string) => void;
  readonly fail: (error: Error) => void;
}

const cutEverything: Cut = async function* (samples) {
  yield* cutChunks(samples);
};

/** A pipeline of as many workers as there can be chunks; each chunk waits for the test. */
function setup(audioSeconds: number, workers = 8, cut: Cut = cutEverything) {
  const started: Started[] = [];
  const runner = (): ChunkRunner<ChunkTask, ChunkOutcome> => {
    let abort: (() => void) | undefined;
    return {
      run: (task) => {
        const { promise, resolve, reject } = Promise.withResolvers<ChunkOutcome>();
        abort = () => reject(clientClosed());
        const finish: Started["finish"] = (segments, language = "en") =>
          resolve({ result: { language, languageProbability: 1, segments }, computeMs: 10 });
        started.push({ task, finish, fail: reject });
        return promise;
      },
      abort: () => abort?.(),
    };
  };
  const scheduler = new Scheduler(Array.from({ length: workers }, runner));
  const pipeline: Pipeline = {
    decode: async () => new Float32Array(Math.round(audioSeconds * SECOND)).fill(0.1),
    cut,
    openLane: (short) => scheduler.openLane(short),
    threads: 2,
    fitAudioContext: false,
  };
  return { started, pipeline };
}

function makeSegment(text: string, startSeconds = 0, endSeconds = 1): Segment {
  const token = { id: 1, bytes: [65], logprob: 0, startSeconds, endSeconds };
  const numbers = { seekFrames: 0, temperature: 0, averageLogprob: 0, noSpeechProbability: 0 };
  return { text, startSeconds, endSeconds, tokenIds: [1], tokens: [token], ...numbers };
}

const job: Job = {
  path: "/x",
  task: "transcribe",
  language: "en",
  prompt: "p",
  temperature: 0,
  tokens: true,
  vad: null,
  languages: [],
  tokenTimes: false,
};

function run(pipeline: Pipeline, options: { job?: Partial<Job>; signal?: AbortSignal } = {}) {
  const segments: Segment[] = [];
  const signal = options.signal ?? new AbortController().signal;
  const result = runJob({ ...job, ...options.job }, pipeline, { signal, onSegment: (s) => segments.push(s) });
  return { segments, result };
}

/** Lets everything happen that needs no outside event. */
const settle = () => new Promise(setImmediate);

test("segments leave in order of time when chunks finish out of order", async () => {
  const { started, pipeline } = setup(80);
  const { segments, result } = run(pipeline);
  await settle();
  expect(started).toHaveLength(3);
  started[2]?.finish([makeSegment("three")]);
  started[1]?.finish([makeSegment("two")]);
  await settle();
  expect(segments).toEqual([]);
  started[0]?.finish([makeSegment("one")]);
  expect(await result).toMatchObject({ language: "en", audioSeconds: 80, timing: { computeMs: 30 } });
  expect(segments.map(({ text }) => text)).toEqual(["one", "two", "three"]);
});

test("times count from the start of the file", async () => {
  const { started, pipeline } = setup(40);
  const { segments, result } = run(pipeline);
  await settle();
  const cutSeconds = (started[0]?.task.samples.length ?? 0) / SECOND;
  started[0]?.finish([]);
  started[1]?.finish([makeSegment("late", 0.1, 1.5)]);
  await result;
  const shifted = {
    startSeconds: expect.closeTo(cutSeconds + 0.1, 3),
    endSeconds: expect.closeTo(cutSeconds + 1.5, 3),
  };
  expect(segments).toMatchObject([{ ...shifted, seekFrames: Math.round(cutSeconds * 100), tokens: [shifted] }]);
});

test("an unknown language is detected on the first chunk and used for the others", async () => {
  const { started, pipeline } = setup(80);
  const { result } = run(pipeline, { job: { language: null } });
  await settle();
  expect(started.map(({ task }) => task.options.language)).toEqual([null]);
  started[0]?.finish([], "de");
  await settle();
  expect(started.map(({ task }) => task.options.language)).toEqual([null, "de", "de"]);
  for (const chunk of started) chunk.finish([], "de");
  expect((await result).language).toBe("de");
});

test("a job's settings reach every chunk", async () => {
  const { started, pipeline } = setup(40);
  const { result } = run(pipeline, { job: { task: "translate", temperature: 0.4, prompt: "names" } });
  await settle();
  for (const { task } of started) {
    expect(task.options).toEqual({
      language: "en",
      languages: [],
      translate: true,
      prompt: "names",
      temperature: 0.4,
      threads: 2,
      tokens: true,
      tokenTimes: false,
    });
  }
  for (const chunk of started) chunk.finish([]);
  await result;
});

test("segments without text are dropped", async () => {
  const { started, pipeline } = setup(1);
  const { segments, result } = run(pipeline);
  await settle();
  started[0]?.finish([makeSegment(" "), makeSegment(" word"), makeSegment("")]);
  await result;
  expect(segments.map(({ text }) => text)).toEqual([" word"]);
});

test("a chunk starts as soon as it is known", async () => {
  const { promise: looked, resolve } = Promise.withResolvers<void>();
  const { started, pipeline } = setup(80, 8, async function* () {
    yield { start: 0, end: SECOND };
    await looked;
    yield { start: 2 * SECOND, end: 3 * SECOND };
  });
  const { segments, result } = run(pipeline);
  await settle();
  expect(started).toHaveLength(1);
  started[0]?.finish([makeSegment("first")]);
  await settle();
  expect(segments).toHaveLength(1);
  resolve();
  await settle();
  started[1]?.finish([]);
  await result;
});

test("a failure to tell speech from silence fails the job", async () => {
  const { started, pipeline } = setup(80, 8, async function* () {
    yield { start: 0, end: SECOND };
    throw new Error("no detector");
  });
  const { result } = run(pipeline);
  await settle();
  started[0]?.finish([]);
  expect(await result.catch((error) => error)).toMatchObject({ message: "no detector" });
});

test("a job's rules for speech reach the cutting, and its time is reported", async () => {
  const rules = { threshold: 0.4, prefixPaddingMs: 100, silenceDurationMs: 700 };
  let seen: unknown;
  // oxlint-disable-next-line require-yield -- nobody speaks
  const { pipeline } = setup(80, 8, async function* (_samples, request) {
    seen = request.rules;
    request.onSpent(3);
    request.onSpent(4);
  });
  const result = await run(pipeline, { job: { vad: rules } }).result;
  expect(seen).toEqual(rules);
  expect(result.timing.vadMs).toBe(7);
});

test.each([
  ["fr", "fr"],
  [null, "en"],
])("without chunks there are no segments, and the language is the one asked for: %p", async (asked, language) => {
  const { started, pipeline } = setup(5, 8, async function* () {});
  const { segments, result } = run(pipeline, { job: { language: asked } });
  expect(await result).toMatchObject({ language, audioSeconds: 5 });
  expect({ segments, started }).toEqual({ segments: [], started: [] });
});

test("a segment ends with its chunk at the latest", async () => {
  const { started, pipeline } = setup(5, 8, async function* () {
    yield { start: SECOND, end: 3 * SECOND };
  });
  const { segments, result } = run(pipeline);
  await settle();
  started[0]?.finish([makeSegment("long", 1, 29.98)]);
  await result;
  expect(segments).toMatchObject([{ startSeconds: 2, endSeconds: 3, tokens: [{ endSeconds: 3 }] }]);
});

test("a loop is cut down to what was said once", async () => {
  const { started, pipeline } = setup(5);
  const { segments, result } = run(pipeline);
  await settle();
  started[0]?.finish([makeSegment(` Good.${" Thank you for watching.".repeat(20)}`)]);
  await result;
  expect(segments.map(({ text }) => text)).toEqual([" Good. Thank you for watching."]);
});

test("no speech is a result, not an error", async () => {
  const { started, pipeline } = setup(1);
  const { result } = run(pipeline, { job: { language: null } });
  await settle();
  started[0]?.finish([], "en");
  expect(await result).toMatchObject({ language: "en", audioSeconds: 1 });
});

test.each([0, 0.05, 0.0999])("%d seconds are too short", async (audioSeconds) => {
  const { pipeline } = setup(audioSeconds);
  expect(run(pipeline).result).rejects.toMatchObject({ kind: "audio_too_short", param: "file" });
});

test("a tenth of a second is long enough", async () => {
  const { started, pipeline } = setup(0.1);
  const { result } = run(pipeline);
  await settle();
  started[0]?.finish([]);
  expect((await result).audioSeconds).toBe(0.1);
});

test("abort ends running and waiting chunks, and frees the worker for the next job", async () => {
  const { started, pipeline } = setup(80, 1);
  const controller = new AbortController();
  const { result } = run(pipeline, { signal: controller.signal });
  await settle();
  controller.abort(clientClosed());
  expect(await result.catch((error) => error)).toMatchObject({ kind: "client_closed" });
  const next = run(pipeline, { job: { language: "fr" } });
  await settle();
  expect(started.map(({ task }) => task.options.language)).toEqual(["en", "fr"]);
  void next.result.catch(() => undefined);
});

test("a chunk that fails fails the job and drops its other chunks", async () => {
  const { started, pipeline } = setup(80, 1);
  const { result } = run(pipeline);
  await settle();
  started[0]?.fail(new Error("native failure"));
  expect(await result.catch((error) => error)).toMatchObject({ message: "native failure" });
  await settle();
  const next = run(pipeline);
  await settle();
  // The second chunk of the failed job may have begun in between; it was aborted, and the third never started.
  expect(started.length).toBeLessThanOrEqual(3);
  void next.result.catch(() => undefined);
});

test("an abort that comes before the samples are there starts no chunk", async () => {
  const { started, pipeline } = setup(1);
  const controller = new AbortController();
  const { result } = run(pipeline, { signal: controller.signal });
  controller.abort(clientClosed());
  expect(await result.catch((error) => error)).toMatchObject({ kind: "client_closed" });
  expect(started).toEqual([]);
});
