/** The shapes that OpenAI documents for its audio answers, strictly: a field too many is a difference as well. */
import * as v from "valibot";

const durationUsage = v.strictObject({ type: v.literal("duration"), seconds: v.pipe(v.number(), v.integer()) });

const tokenUsage = v.strictObject({
  type: v.literal("tokens"),
  input_tokens: v.number(),
  input_token_details: v.optional(v.strictObject({ text_tokens: v.number(), audio_tokens: v.number() })),
  output_tokens: v.number(),
  total_tokens: v.number(),
});

const logprob = v.strictObject({
  token: v.string(),
  logprob: v.pipe(v.number(), v.maxValue(0)),
  bytes: v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255))),
});

const languages = v.array(v.strictObject({ code: v.pipe(v.string(), v.length(2)) }));

export const jsonSchema = v.strictObject({
  text: v.string(),
  languages: v.optional(languages),
  logprobs: v.optional(v.array(logprob)),
  usage: durationUsage,
});

const segment = v.strictObject({
  id: v.number(),
  seek: v.number(),
  start: v.number(),
  end: v.number(),
  text: v.pipe(v.string(), v.startsWith(" ")),
  tokens: v.array(v.number()),
  temperature: v.number(),
  avg_logprob: v.number(),
  compression_ratio: v.number(),
  no_speech_prob: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
});

export const verboseSchema = v.strictObject({
  task: v.picklist(["transcribe", "translate"]),
  language: v.pipe(v.string(), v.regex(/^[a-z]{3,}$/)),
  duration: v.number(),
  text: v.string(),
  segments: v.optional(v.array(segment)),
  words: v.optional(v.array(v.strictObject({ word: v.string(), start: v.number(), end: v.number() }))),
  usage: durationUsage,
});

export const streamEventSchema = v.variant("type", [
  v.strictObject({
    type: v.literal("transcript.text.delta"),
    delta: v.pipe(v.string(), v.nonEmpty()),
    logprobs: v.optional(v.array(logprob)),
  }),
  v.strictObject({
    type: v.literal("transcript.text.done"),
    text: v.string(),
    languages: v.optional(languages),
    logprobs: v.optional(v.array(logprob)),
    usage: tokenUsage,
  }),
]);
