/**
 * The shapes of answers, as the API description shows them.
 */
import { toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";

const seconds = (what: string) => v.pipe(v.number(), v.description(`${what}, in seconds.`));
const text = (what: string) => v.pipe(v.string(), v.description(what));

const usage = v.union([
  v.object({ type: v.literal("duration"), seconds: seconds("Length of the audio, rounded up") }),
  v.object({
    type: v.literal("tokens"),
    input_tokens: v.number(),
    output_tokens: v.number(),
    total_tokens: v.number(),
  }),
]);

const logprob = v.object({
  token: v.string(),
  logprob: v.pipe(v.number(), v.description("Natural logarithm of the token's probability.")),
  bytes: v.pipe(v.array(v.number()), v.description("The token in UTF-8; it may end within a character.")),
});

const transcription = v.object({
  text: text("The transcript; empty when nobody speaks."),
  logprobs: v.optional(v.array(logprob)),
  usage: v.optional(usage),
});

const segment = v.object({
  id: v.number(),
  seek: v.pipe(v.number(), v.description("Where the model's window began, in hundredths of a second.")),
  start: seconds("Start"),
  end: seconds("End"),
  text: text("With its leading space."),
  tokens: v.array(v.number()),
  temperature: v.pipe(v.number(), v.description("The temperature it was decoded with.")),
  avg_logprob: v.number(),
  compression_ratio: v.pipe(v.number(), v.description("High for text that repeats itself.")),
  no_speech_prob: v.number(),
});

const verboseTranscription = v.object({
  task: v.picklist(["transcribe", "translate"]),
  language: text("English name of the language."),
  duration: seconds("Length of the audio"),
  text: text("The transcript."),
  segments: v.optional(v.array(segment)),
  words: v.optional(v.array(v.object({ word: v.string(), start: seconds("Start"), end: seconds("End") }))),
  usage: v.optional(usage),
});

const model = v.object({
  id: v.string(),
  object: v.literal("model"),
  created: v.pipe(v.number(), v.description("When the model's file was written, in seconds since 1970.")),
  owned_by: v.string(),
  shutdown_date: v.nullable(v.string()),
});

const error = v.object({
  error: v.object({
    message: text("What was expected, what came, and what to do."),
    type: v.string(),
    param: v.nullable(text("The field at fault.")),
    code: v.nullable(v.string()),
  }),
});

const health = v.object({
  status: v.literal("ok"),
  version: v.string(),
  engine: v.picklist(["starting", "ready", "failed", "stopped"]),
  restarts: v.pipe(v.number(), v.description("How often the engine had to be started again.")),
  model: v.string(),
  backend: v.nullable(v.string()),
  cpu_variant: v.nullable(v.string()),
  workers: v.nullable(v.number()),
  threads_per_worker: v.nullable(v.number()),
});

/** Ties an example to the schema that it has to follow. */
function answer<const T extends v.GenericSchema>(schema: T, example: v.InferOutput<T>) {
  return { schema, example };
}

const EXAMPLE_MODEL = {
  id: "whisper-1",
  object: "model" as const,
  created: 1_764_000_000,
  owned_by: "tiflis-stt",
  shutdown_date: null,
};

/** By the name each has in the description. */
export const ANSWERS = {
  Transcription: answer(transcription, { text: "Open the settings file.", usage: { type: "duration", seconds: 3 } }),
  VerboseTranscription: answer(verboseTranscription, {
    task: "transcribe",
    language: "english",
    duration: 2.4,
    text: "Open the settings file.",
    segments: [
      {
        id: 0,
        seek: 0,
        start: 0,
        end: 2.1,
        text: " Open the settings file.",
        tokens: [50364, 7238, 264, 6257, 3991, 13, 50469],
        temperature: 0,
        avg_logprob: -0.21,
        compression_ratio: 0.79,
        no_speech_prob: 0.01,
      },
    ],
    usage: { type: "duration", seconds: 3 },
  }),
  Model: answer(model, EXAMPLE_MODEL),
  ModelList: answer(v.object({ object: v.literal("list"), data: v.array(model) }), {
    object: "list",
    data: [EXAMPLE_MODEL],
  }),
  Error: answer(error, {
    error: {
      message: "Expected 'temperature' to be a number from 0 to 1, got 'hot'.",
      type: "invalid_request_error",
      param: "temperature",
      code: "invalid_value",
    },
  }),
  Health: answer(health, {
    status: "ok",
    version: "0.1.0",
    engine: "ready",
    restarts: 0,
    model: "large-v3",
    backend: "cpu",
    cpu_variant: "haswell",
    workers: 1,
    threads_per_worker: 4,
  }),
  Ready: answer(v.object({ status: v.literal("ready") }), { status: "ready" }),
} as const;

export type AnswerName = keyof typeof ANSWERS;

/** A place in the description that says: of this shape. */
export function answerRef(name: AnswerName): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/** All shapes as OpenAPI writes them. */
export function describeAnswers(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(ANSWERS).map(([name, { schema, example }]) => [
      name,
      { ...toJsonSchema(schema, { target: "openapi-3.0" }), example },
    ]),
  );
}
