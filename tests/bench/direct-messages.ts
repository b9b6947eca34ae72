/**
 * What the bench and its direct side (direct-process.ts) say to each other.
 */
import * as v from "valibot";

export const directSettingsSchema = v.object({
  /** Folder with libstt and its backends. */
  libraryDir: v.string(),
  modelPath: v.string(),
  clipPath: v.string(),
  workers: v.number(),
  /** Native threads of each worker. */
  threads: v.number(),
});
export type DirectSettings = v.InferOutput<typeof directSettingsSchema>;

/** Sent once, when all states are open. */
export const directFactsSchema = v.object({ cpuVariant: v.string(), whisperVersion: v.string() });
export type DirectFacts = v.InferOutput<typeof directFactsSchema>;

/** A burst as it was seen inside the process: the way of the messages is not in it. */
export const directReplySchema = v.object({ latenciesMs: v.array(v.number()), text: v.string() });
export type DirectReply = v.InferOutput<typeof directReplySchema>;
