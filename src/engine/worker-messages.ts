/**
 * What the engine's main thread and a worker thread say to each other. A worker has one state and runs one chunk at a time.
 */
import * as v from "valibot";
import { errorSchema, segmentSchema } from "./messages.ts";

const chunkOptionsSchema = v.object({
  /** Whisper language code; null means detect. */
  language: v.nullable(v.string()),
  /** Codes to choose from where the language is detected; none means any. */
  languages: v.pipe(v.array(v.string()), v.readonly()),
  translate: v.boolean(),
  prompt: v.string(),
  temperature: v.number(),
  threads: v.number(),
  /** Encoder positions to compute; all unless said. */
  audioContext: v.exactOptional(v.number()),
  tokens: v.boolean(),
  /** Needs a worker that was opened with token times. */
  tokenTimes: v.boolean(),
});

/** Engine -> worker. The samples are transferred: the sender has them no more. */
export const toWorkerSchema = v.variant("type", [
  v.object({
    type: v.literal("open"),
    libraryDir: v.string(),
    contextPointer: v.number(),
    /** Which of a worker's two states this is: the context was opened with or without token times. */
    tokenTimes: v.boolean(),
  }),
  v.object({ type: v.literal("run"), samples: v.instance(Float32Array), options: chunkOptionsSchema }),
]);
export type ToWorker = v.InferOutput<typeof toWorkerSchema>;

const chunkResultSchema = v.object({
  language: v.string(),
  languageProbability: v.number(),
  /** Times counted from the chunk's first sample. */
  segments: v.array(segmentSchema),
});
export type ChunkOptions = v.InferOutput<typeof chunkOptionsSchema>;
export type ChunkResult = v.InferOutput<typeof chunkResultSchema>;

/** Worker -> engine: one `opened` or `failed` after each `open`, then one `result` or `failed` for each `run`. */
export const fromWorkerSchema = v.variant("type", [
  v.object({ type: v.literal("opened"), statePointer: v.number() }),
  v.object({ type: v.literal("result"), result: chunkResultSchema, computeMs: v.number() }),
  v.object({ type: v.literal("failed"), error: errorSchema }),
]);
export type FromWorker = v.InferOutput<typeof fromWorkerSchema>;
