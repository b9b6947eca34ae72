/** A server without a model: a fake engine, a log kept in memory, and an upload folder of its own. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine, EngineStatus, TranscribeOptions } from "../../../src/engine/engine.ts";
import type { Job, JobResult, Segment } from "../../../src/engine/messages.ts";
import { createActivity } from "../../../src/http/activity.ts";
import { createApp } from "../../../src/http/app.ts";
import type { AppDeps } from "../../../src/http/deps.ts";
import { createLogger } from "../../../src/log.ts";
import type { ModelResolution } from "../../../src/models/resolve.ts";

export const TRANSCRIPTIONS = "http://localhost/v1/audio/transcriptions";

export const READY: EngineStatus = {
  state: "ready",
  restarts: 0,
  facts: {
    backend: "cpu",
    cpuVariant: "haswell",
    workers: 2,
    threadsPerWorker: 1,
    whisperVersion: "1.9.1",
    model: { type: "tiny", multilingual: true, melBins: 80, precision: "f16" },
  },
};

export const RESULT: JobResult = {
  language: "en",
  audioSeconds: 2.3,
  timing: { queueMs: 1.4, decodeMs: 8.6, vadMs: 0, computeMs: 120.2 },
};

export function segment(text: string): Segment {
  return {
    text,
    startSeconds: 0,
    endSeconds: 1,
    tokenIds: [],
    tokens: [],
    seekFrames: 0,
    temperature: 0,
    averageLogprob: -0.2,
    noSpeechProbability: 0,
  };
}

type Transcribe = (job: Job, options: TranscribeOptions) => Promise<JobResult>;

export interface FakeServerOptions {
  readonly status?: EngineStatus;
  readonly transcribe?: Transcribe;
  readonly maxRequests?: number;
  readonly maxUploadBytes?: number;
  readonly language?: string;
  readonly model?: ModelResolution;
  /** Settings that change what the server is, not what it is given. */
  readonly config?: Partial<AppDeps["config"]>;
}

const sayHello: Transcribe = (_job, { onSegment }) => {
  onSegment(segment(" Hello"));
  onSegment(segment(" world."));
  return Promise.resolve(RESULT);
};

export function createFakeServer(options: FakeServerOptions = {}) {
  const uploadDir = mkdtempSync(join(tmpdir(), "stt-test-"));
  const jobs: Job[] = [];
  const logLines: string[] = [];
  const engine: Engine = {
    status: options.status ?? READY,
    transcribe: (job, callbacks) => {
      jobs.push(job);
      return (options.transcribe ?? sayHello)(job, callbacks);
    },
  };
  const activity = createActivity();
  const app = createApp({
    config: {
      language: options.language,
      maxRequests: options.maxRequests ?? 200,
      maxUploadBytes: options.maxUploadBytes ?? 8 * 1024 * 1024,
      basePath: "",
      modelAliases: {},
      unknownModel: "reject",
      apiKeys: [],
      corsOrigins: [],
      ...options.config,
    },
    engine,
    model: options.model ?? { found: true, id: "nano", path: "/models/ggml-nano.bin", createdSeconds: 1_700_000_000 },
    uploadDir,
    activity,
    logger: createLogger({ logLevel: "info", logFormat: "json" }, { write: (line) => logLines.push(line) }),
    version: "9.9.9",
  });
  return {
    app,
    jobs,
    uploadDir,
    activity,
    /** Log lines of finished requests; call `activity.stop()` first to be sure the last one is written. */
    logs: () => logLines.map((line) => JSON.parse(line) as Record<string, unknown>),
    files: () => readdirSync(uploadDir),
    send: (request: Request) => app.handle(request),
    [Symbol.asyncDispose]: async () => {
      await app.server?.stop(true);
      rmSync(uploadDir, { recursive: true, force: true });
    },
  };
}

/** A request's fields; a Blob becomes a file part. */
export function form(fields: Record<string, string | Blob>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
}

export const CLIP = new File(["RIFF: not looked at by the fake engine"], "clip.wav", { type: "audio/wav" });

/** A transcription request with a file and a model, unless told otherwise. */
export function transcription(fields: Record<string, string | Blob> = {}): Request {
  return new Request(TRANSCRIPTIONS, { method: "POST", body: form({ file: CLIP, model: "whisper-1", ...fields }) });
}

export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
  };
}

export async function errorOf(response: Response): Promise<ErrorBody["error"] & { status: number }> {
  const body = (await response.json()) as ErrorBody;
  return { ...body.error, status: response.status };
}
