/**
 * What server and engine say to each other over IPC, and the shapes both sides share. Valibot checks each message on
 * arrival: either side may be an older or a broken process.
 */
import * as v from "valibot";

const seconds = v.number();

/** One decoded text token of a segment. */
const tokenSchema = v.object({
  id: v.number(),
  /** Bytes of the token; a character may be split between tokens. */
  bytes: v.array(v.number()),
  /** Natural logarithm of the token's probability when it was chosen. */
  logprob: v.number(),
  /** Those of the segment unless the job asked for token times. */
  startSeconds: seconds,
  endSeconds: seconds,
});
export type Token = v.InferOutput<typeof tokenSchema>;

/** One segment, its times counted from the start of the file. */
export const segmentSchema = v.object({
  /** As the model wrote it, with its leading space. */
  text: v.string(),
  startSeconds: seconds,
  endSeconds: seconds,
  /** All token ids, timestamps included, as in the reference implementation. */
  tokenIds: v.array(v.number()),
  /** Text tokens; empty unless the job asked for them. */
  tokens: v.array(tokenSchema),
  /** Start of the decoded window in the file, in units of 10 ms frames. */
  seekFrames: v.number(),
  temperature: v.number(),
  averageLogprob: v.number(),
  noSpeechProbability: v.number(),
});
export type Segment = v.InferOutput<typeof segmentSchema>;

/** How speech is told from silence for one job: OpenAI's `chunking_strategy` of type `server_vad`. */
const speechRulesSchema = v.object({
  /** Speech begins at this probability. */
  threshold: v.number(),
  /** Audio kept before speech begins, and after it ends. */
  prefixPaddingMs: v.number(),
  /** Shorter silence is part of the speech around it. */
  silenceDurationMs: v.number(),
});
export type SpeechRules = v.InferOutput<typeof speechRulesSchema>;

export const jobSchema = v.object({
  /** The uploaded file. The engine only reads it. */
  path: v.string(),
  task: v.picklist(["transcribe", "translate"]),
  /** Whisper language code; null means detect. */
  language: v.nullable(v.string()),
  /** Where the language is detected: the codes it may be; none means any. */
  languages: v.pipe(v.array(v.string()), v.readonly()),
  prompt: v.string(),
  temperature: v.number(),
  /** Whether segments carry their tokens. */
  tokens: v.boolean(),
  /** Whether the tokens have times of their own, which takes another pass of the decoder. Needs `tokens`. */
  tokenTimes: v.boolean(),
  /** Null means what the server does by default. */
  vad: v.nullable(speechRulesSchema),
});
export type Job = v.InferOutput<typeof jobSchema>;

const timingSchema = v.object({
  queueMs: v.number(),
  decodeMs: v.number(),
  /** Looking for speech. Goes on beside the computing of earlier chunks. */
  vadMs: v.number(),
  computeMs: v.number(),
});

export const transcriptSchema = v.object({
  language: v.string(),
  audioSeconds: seconds,
  timing: timingSchema,
});
/** What is known when a job ends; its segments were sent before. */
export type JobResult = v.InferOutput<typeof transcriptSchema>;

export const modelFactsSchema = v.object({
  /** tiny, base, small, medium, large, or what the file's dimensions say. */
  type: v.string(),
  multilingual: v.boolean(),
  melBins: v.number(),
  /** Weight format: f32, f16, q8_0, ... */
  precision: v.string(),
});
export type ModelFacts = v.InferOutput<typeof modelFactsSchema>;

export const engineFactsSchema = v.object({
  backend: v.string(),
  /** The CPU variant that was loaded, e.g. `haswell`. */
  cpuVariant: v.string(),
  workers: v.number(),
  threadsPerWorker: v.number(),
  whisperVersion: v.string(),
  model: modelFactsSchema,
});
export type EngineFacts = v.InferOutput<typeof engineFactsSchema>;

/** What the engine must know to start. */
export const engineSettingsSchema = v.object({
  modelPath: v.string(),
  backend: v.string(),
  workers: v.number(),
  threadsPerWorker: v.number(),
  audioContext: v.picklist(["full", "fit"]),
  decodeTimeoutMs: v.number(),
  maxAudioSeconds: v.number(),
  cacheDir: v.string(),
  ffmpegPath: v.nullable(v.string()),
  /** A Silero model in ggml form; without one, long audio is cut where it is quietest. */
  vadModelPath: v.nullable(v.string()),
  vad: v.picklist(["auto", "on", "off"]),
  /** The server's private folder. The engine removes it if the server dies. */
  uploadDir: v.string(),
  logLevel: v.string(),
});
export type EngineSettings = v.InferOutput<typeof engineSettingsSchema>;

const jobId = v.number();
export const errorSchema = v.object({ kind: v.string(), message: v.string(), param: v.nullable(v.string()) });
export type WireError = v.InferOutput<typeof errorSchema>;

/** Server -> engine. */
export const toEngineSchema = v.variant("type", [
  v.object({ type: v.literal("start"), settings: engineSettingsSchema }),
  v.object({ type: v.literal("job"), id: jobId, job: jobSchema }),
  v.object({ type: v.literal("cancel"), id: jobId }),
  v.object({ type: v.literal("stop") }),
]);
export type ToEngine = v.InferOutput<typeof toEngineSchema>;

/** Engine -> server. A job's segments come in order of time, then exactly one `done` or `failed`. */
export const fromEngineSchema = v.variant("type", [
  v.object({ type: v.literal("ready"), facts: engineFactsSchema }),
  v.object({ type: v.literal("startFailed"), error: errorSchema }),
  v.object({ type: v.literal("segment"), id: jobId, segment: segmentSchema }),
  v.object({ type: v.literal("done"), id: jobId, result: transcriptSchema }),
  v.object({ type: v.literal("failed"), id: jobId, error: errorSchema }),
  v.object({ type: v.literal("log"), level: v.string(), message: v.string() }),
]);
export type FromEngine = v.InferOutput<typeof fromEngineSchema>;
