import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, watch, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Job, Segment } from "../../src/engine/messages.ts";
import { EngineSupervisor } from "../../src/engine/supervisor.ts";
import { readConfig } from "../../src/config.ts";

const FIXTURES = join(import.meta.dir, "..", "fixtures");
const MODEL = join(FIXTURES, "models", "ggml-nano-q8_0.bin");
const SHORT = join(FIXTURES, "audio", "en-001.wav");
const LONG = join(FIXTURES, "audio", "long-en-120s-2.flac");
const SERVER = join(import.meta.dir, "..", "support", "dying-server.ts");
const NEVER = new AbortController().signal;

const silent = () => undefined;

let folder = "";
let supervisor: EngineSupervisor;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stt-engine-"));
  supervisor = new EngineSupervisor({
    settings: {
      modelPath: MODEL,
      backend: "auto",
      workers: 1,
      threadsPerWorker: 1,
      audioContext: "full",
      decodeTimeoutMs: 60_000,
      maxAudioSeconds: 600,
      cacheDir: readConfig().cacheDir,
      ffmpegPath: null,
      vadModelPath: null,
      vad: "off",
      uploadDir: join(folder, "uploads"),
      logLevel: "error",
    },
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    environment: process.env,
  });
  supervisor.start();
});
afterAll(async () => {
  await supervisor.stop(5_000);
  await rm(folder, { recursive: true });
});

interface Options {
  readonly job?: Partial<Job>;
  readonly signal?: AbortSignal;
  readonly onSegment?: (segment: Segment) => void;
}

async function transcribe(path: string, { job, signal = NEVER, onSegment }: Options = {}) {
  const segments: Segment[] = [];
  const defaults = {
    task: "transcribe",
    language: "en",
    prompt: "",
    temperature: 0,
    tokens: false,
    vad: null,
    languages: [],
    tokenTimes: false,
  } as const;
  const result = await supervisor.transcribe(
    { path, ...defaults, ...job },
    {
      signal,
      onSegment: (segment) => {
        segments.push(segment);
        onSegment?.(segment);
      },
    },
  );
  return { result, segments, text: segments.map(({ text }) => text).join("") };
}

test("a clip becomes its words, with its language detected", async () => {
  const { result, text } = await transcribe(SHORT, { job: { language: null } });
  expect(text.toLowerCase()).toContain("spell zulu oscar zulu");
  expect(result).toMatchObject({ language: "en", audioSeconds: 43_839 / 16_000 });
  expect(supervisor.status).toMatchObject({ state: "ready", facts: { model: { multilingual: true, melBins: 80 } } });
});

test("a long file comes in order of time, to its end", async () => {
  const { result, segments } = await transcribe(LONG);
  const starts = segments.map(({ startSeconds }) => startSeconds);
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  expect(starts.at(-1)).toBeWithin(result.audioSeconds - 10, result.audioSeconds);
}, 60_000);

test("an abort gives the worker back within the window in hand", async () => {
  const controller = new AbortController();
  const long = transcribe(LONG, { signal: controller.signal, onSegment: () => controller.abort() });
  expect(await long.catch((error: unknown) => error)).toMatchObject({ kind: "client_closed" });
  const { result } = await transcribe(SHORT);
  // A whole window of this model takes over two seconds on this one thread.
  expect(result.timing.queueMs).toBeLessThan(500);
}, 60_000);

test("an engine that is killed in the middle costs time, not words", async () => {
  const whole = await transcribe(LONG);
  let killed = false;
  const onSegment = () => {
    if (!killed && supervisor.pid !== undefined) process.kill(supervisor.pid, "SIGKILL");
    killed = true;
  };
  const again = await transcribe(LONG, { onSegment });
  expect(again.segments).toEqual(whole.segments);
  expect(supervisor.status.restarts).toBe(1);
}, 120_000);

test("an engine whose server is killed removes the uploads and ends", async () => {
  const uploads = join(folder, "orphaned");
  await mkdir(uploads);
  await writeFile(join(uploads, "upload"), "");
  const changes = watch(folder);
  const server = Bun.spawn([process.execPath, SERVER, MODEL, LONG, uploads], { stdout: "pipe" });
  const pid = Number(await server.stdout.text());
  expect(pid).toBeGreaterThan(0);
  if (existsSync(uploads)) for await (const _ of changes) if (!existsSync(uploads)) break;
  // It kills itself in the same breath; until somebody reaps it, it is a zombie.
  while (isRunning(pid)) await new Promise(setImmediate);
}, 60_000);

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
