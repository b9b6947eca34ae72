/** An engine process of its own, from source, for tests and benches of what happens to audio. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../src/config.ts";
import type { EngineSettings, Job, JobResult, Segment } from "../../src/engine/messages.ts";
import { EngineSupervisor } from "../../src/engine/supervisor.ts";
import { NANO_MODEL_PATH } from "./fixtures.ts";

export interface Heard {
  readonly result: JobResult;
  readonly segments: Segment[];
  /** Trimmed. */
  readonly text: string;
}

export interface TestEngine extends AsyncDisposable {
  /** Private, removed with the engine. */
  readonly folder: string;
  transcribe(path: string, job?: Partial<Job>): Promise<Heard>;
}

const STOP_MS = 5_000;
const silent = () => undefined;

/** One worker on the nano model, no VAD, English, unless said otherwise. Dispose of it. */
export async function startTestEngine(settings: Partial<EngineSettings> = {}): Promise<TestEngine> {
  const folder = await mkdtemp(join(tmpdir(), "stt-engine-"));
  const supervisor = new EngineSupervisor({
    settings: {
      modelPath: NANO_MODEL_PATH,
      backend: "cpu",
      workers: 1,
      threadsPerWorker: 2,
      audioContext: "full",
      decodeTimeoutMs: 60_000,
      maxAudioSeconds: 7_200,
      cacheDir: readConfig().cacheDir,
      ffmpegPath: null,
      vadModelPath: null,
      vad: "auto",
      uploadDir: join(folder, "uploads"),
      logLevel: "error",
      ...settings,
    },
    logger: { debug: silent, info: silent, warn: console.warn, error: console.error },
    environment: process.env,
  });
  supervisor.start();
  return {
    folder,
    async transcribe(path, job) {
      const segments: Segment[] = [];
      const signal = new AbortController().signal;
      const onSegment = (segment: Segment) => segments.push(segment);
      const result = await supervisor.transcribe({ path, ...JOB, ...job }, { signal, onSegment });
      const text = segments.map((segment) => segment.text).join("");
      return { result, segments, text: text.trim() };
    },
    async [Symbol.asyncDispose]() {
      await supervisor.stop(STOP_MS);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const JOB: Omit<Job, "path"> = {
  task: "transcribe",
  language: "en",
  languages: [],
  prompt: "",
  temperature: 0,
  tokens: false,
  tokenTimes: false,
  vad: null,
};
