/**
 * What is said of each request field in the API description. A test compares the names with those the parser reads.
 */
import { RESPONSE_FORMATS } from "../fields.ts";

/** A field's part of the description. */
export interface FieldDoc {
  /** As OpenAPI 3.0 writes it, without a description. Swagger UI fills its form with the `default`. */
  readonly schema: Readonly<Record<string, unknown>>;
  readonly description: string;
  /** Told in words only: Swagger UI would fill a formal example into its form instead of the default. */
  readonly example: string;
  /** What happens when it is left out, where there is no default. */
  readonly unset?: string;
}

const text = { type: "string" };
const strings = { type: "array", items: { type: "string" }, default: [] };
const limit = (maximum: number) => ({ type: "integer", minimum: 1, maximum });

/** By name without brackets. Lists are sent as `name[]`, once for each item. */
export const FIELD_DOCS: Readonly<Record<string, FieldDoc>> = {
  file: {
    schema: { type: "string", format: "binary" },
    description:
      "The audio: flac, mp3, mp4, mpeg, mpga, m4a, ogg, opus, wav, webm and most others. Its content decides, not its name.",
    example: "meeting.m4a",
  },
  model: {
    schema: { type: "string", default: "whisper-1" },
    description: "An id from `GET /v1/models`. OpenAI's names all mean the model that this server runs.",
    example: "whisper-1",
  },
  language: {
    schema: text,
    description: "Language of the audio: a code, an English name, or a regional tag. `auto` has it detected.",
    example: "de",
    unset: "detected, or the server's `STT_LANGUAGE`",
  },
  languages: {
    schema: strings,
    description: "Languages that may occur. The spoken one is chosen among them. Not together with `language`.",
    example: "en",
    unset: "any",
  },
  keywords: {
    schema: strings,
    description: "Names and terms to expect, each on one line, without `<` and `>`.",
    example: "Kubernetes",
    unset: "none",
  },
  prompt: {
    schema: text,
    description: "Text that could stand before the audio: it sets style and spelling. The last 224 tokens count.",
    example: "Notes of the release meeting:",
    unset: "none",
  },
  response_format: {
    schema: { type: "string", enum: [...RESPONSE_FORMATS], default: "json" },
    description: "Form of the answer. `text`, `srt` and `vtt` come as plain text.",
    example: "verbose_json",
  },
  temperature: {
    schema: { type: "number", minimum: 0, maximum: 1, default: 0 },
    description: "How freely words are chosen. At 0 it is raised step by step where the audio is hard to understand.",
    example: "0.2",
  },
  include: {
    schema: { type: "array", items: { type: "string", enum: ["logprobs"] }, default: [] },
    description: "`logprobs` adds the probability of each token to the format `json` and to the stream.",
    example: "logprobs",
    unset: "none",
  },
  timestamp_granularities: {
    schema: { type: "array", items: { type: "string", enum: ["word", "segment"] }, default: [] },
    description: "Which times the format `verbose_json` has.",
    example: "word",
    unset: "`segment`",
  },
  stream: {
    schema: { type: "boolean", default: false },
    description: "Send the text as server-sent events while it is being written.",
    example: "true",
  },
  chunking_strategy: {
    schema: text,
    description:
      "How long audio is cut: `auto`, or as JSON the settings of voice detection with `type` `server_vad` and " +
      "`threshold` (0.5), `prefix_padding_ms` (300), `silence_duration_ms` (200).",
    example: '{"type":"server_vad","silence_duration_ms":500}',
    unset: "the server decides",
  },
  known_speaker_names: {
    schema: { ...strings, maxItems: 4 },
    description: "Names of speakers. For models that tell speakers apart; this server has none yet.",
    example: "Anna",
    unset: "none",
  },
  known_speaker_references: {
    schema: { ...strings, maxItems: 4 },
    description: "A clip of each named speaker, as a data URL. For models that tell speakers apart.",
    example: "data:audio/wav;base64,UklGRg==",
    unset: "none",
  },
  max_line_width: {
    schema: limit(1000),
    description: "Subtitles only: most characters in a line.",
    example: "42",
    unset: "no limit",
  },
  max_line_count: {
    schema: limit(100),
    description: "Subtitles only: most lines in a cue. Needs `max_line_width`.",
    example: "2",
    unset: "no limit",
  },
  max_words_per_line: {
    schema: limit(1000),
    description: "Subtitles only: most words in a line.",
    example: "6",
    unset: "no limit",
  },
};

/** The properties of a form as OpenAPI has them: `{ "file": {...}, "languages[]": {...} }`. */
export function describeForm(names: readonly string[]): Record<string, object> {
  return Object.fromEntries(
    names.map((name) => {
      const doc = FIELD_DOCS[name];
      if (doc === undefined) throw new Error(`Expected a description of the field '${name}', found none.`);
      return [doc.schema["type"] === "array" ? `${name}[]` : name, describeField(doc)];
    }),
  );
}

/** One field's schema with everything that is said of it. */
export function describeField({ schema, description, example, unset }: FieldDoc): object {
  const fallback = unset === undefined ? "" : ` Unset: ${unset}.`;
  return { ...schema, description: `${description}${fallback} Example: \`${example}\`` };
}
