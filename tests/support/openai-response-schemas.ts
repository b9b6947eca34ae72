/**
 * OpenAI's response schemas as its API description has them, strict: a key that is not in them is a mistake. That each
 * gives what the official client's own types promise is checked by the compiler (`satisfies`).
 */
import type OpenAI from "openai";
import * as v from "valibot";

type Output<T> = v.GenericSchema<unknown, T>;

const seconds = v.pipe(v.number(), v.finite(), v.minValue(0));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const text = v.pipe(
  v.string(),
  v.check((value) => !value.includes("\u{fffd}"), "Expected whole characters"),
);

const durationUsage = v.strictObject({ type: v.literal("duration"), seconds });
const tokenUsage = v.strictObject({
  type: v.literal("tokens"),
  input_tokens: count,
  input_token_details: v.exactOptional(v.strictObject({ text_tokens: count, audio_tokens: count })),
  output_tokens: count,
  total_tokens: count,
});

const languages = v.array(v.strictObject({ code: v.pipe(v.string(), v.regex(/^[a-z]{2,3}$/)) }));
const logprobs = v.array(
  v.strictObject({
    token: v.string(),
    logprob: v.pipe(v.number(), v.finite(), v.maxValue(0)),
    bytes: v.array(v.pipe(count, v.maxValue(255))),
  }),
);

/** `CreateTranscriptionResponseJson` */
export const jsonSchema = v.strictObject({
  text,
  languages: v.exactOptional(languages),
  logprobs: v.exactOptional(logprobs),
  usage: v.exactOptional(v.variant("type", [durationUsage, tokenUsage])),
}) satisfies Output<OpenAI.Audio.Transcription>;

/** `TranscriptionSegment`: all ten keys are required. */
export const segmentSchema = v.strictObject({
  id: count,
  seek: count,
  start: seconds,
  end: seconds,
  text,
  tokens: v.array(count),
  temperature: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  avg_logprob: v.pipe(v.number(), v.finite(), v.maxValue(0)),
  compression_ratio: v.pipe(v.number(), v.finite(), v.minValue(0)),
  no_speech_prob: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
}) satisfies Output<OpenAI.Audio.TranscriptionSegment>;

const wordSchema = v.strictObject({
  word: v.pipe(text, v.nonEmpty()),
  start: seconds,
  end: seconds,
}) satisfies Output<OpenAI.Audio.TranscriptionWord>;

/** `CreateTranscriptionResponseVerboseJson`. `task` is in real answers and in the description's examples only. */
export const verboseJsonSchema = v.strictObject({
  task: v.picklist(["transcribe", "translate"]),
  // The full English name, not the code.
  language: v.pipe(v.string(), v.regex(/^[a-z][a-z ]{2,}$/)),
  duration: seconds,
  text,
  segments: v.exactOptional(v.array(segmentSchema)),
  words: v.exactOptional(v.array(wordSchema)),
  usage: v.exactOptional(durationUsage),
}) satisfies Output<OpenAI.Audio.TranscriptionVerbose> & Output<OpenAI.Audio.TranslationVerbose>;

const deltaSchema = v.strictObject({
  type: v.literal("transcript.text.delta"),
  delta: text,
  logprobs: v.exactOptional(logprobs),
}) satisfies Output<OpenAI.Audio.TranscriptionTextDeltaEvent>;

/** The usage of a stream's end is that in tokens. */
const doneSchema = v.strictObject({
  type: v.literal("transcript.text.done"),
  text,
  languages: v.exactOptional(languages),
  logprobs: v.exactOptional(logprobs),
  usage: v.exactOptional(tokenUsage),
}) satisfies Output<OpenAI.Audio.TranscriptionTextDoneEvent>;

/** Events of a stream: pieces, then one end. */
export const eventSchema = v.variant("type", [
  deltaSchema,
  doneSchema,
]) satisfies Output<OpenAI.Audio.TranscriptionStreamEvent>;

/** `Model` */
export const modelSchema = v.strictObject({
  id: v.pipe(v.string(), v.nonEmpty()),
  object: v.literal("model"),
  created: count,
  owned_by: v.string(),
  shutdown_date: v.exactOptional(v.nullable(v.pipe(v.string(), v.isoDate()))),
}) satisfies Output<OpenAI.Model>;

/** `ListModelsResponse` */
export const modelListSchema = v.strictObject({ object: v.literal("list"), data: v.array(modelSchema) });

/** `ErrorResponse`: all four keys are required. */
export const errorSchema = v.strictObject({
  error: v.strictObject({
    message: v.pipe(v.string(), v.nonEmpty()),
    type: v.pipe(v.string(), v.nonEmpty()),
    param: v.nullable(v.string()),
    code: v.nullable(v.string()),
  }),
});
