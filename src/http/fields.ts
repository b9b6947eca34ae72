/**
 * The fields of a request, for transcriptions and translations alike: what each may be, and what it is when left out.
 */
import * as v from "valibot";
import { SttError, type SttErrorKind } from "../errors.ts";
import { GRANULARITIES } from "../format/verbose-json.ts";
import { choice, chunkingStrategy, flag, integer, keyword, list, number, trimmed } from "./field-schemas.ts";
import { readFields, type FieldShape, type FormEntry } from "./form-fields.ts";

/** What `response_format` may be. */
export const RESPONSE_FORMATS = ["json", "text", "srt", "verbose_json", "vtt"] as const;
export type ResponseFormat = (typeof RESPONSE_FORMATS)[number];

/** Names are checked where models and languages live; here only what can be said of the text alone. */
const sharedEntries = {
  model: v.optional(trimmed),
  prompt: v.optional(v.string(), ""),
  response_format: v.optional(choice(RESPONSE_FORMATS), "json"),
  temperature: v.optional(number("a number from 0 to 1", 0, 1), 0),
  max_line_width: v.optional(integer(1, 1000)),
  max_line_count: v.optional(integer(1, 100)),
  max_words_per_line: v.optional(integer(1, 1000)),
};

const transcriptionEntries = {
  language: v.optional(trimmed),
  languages: list(trimmed),
  keywords: list(keyword),
  include: list(choice(["logprobs"])),
  timestamp_granularities: list(choice(GRANULARITIES)),
  stream: flag,
  chunking_strategy: chunkingStrategy,
  known_speaker_names: list(v.string()),
  known_speaker_references: list(v.string()),
};

const transcriptionSchema = v.object({ ...sharedEntries, ...transcriptionEntries });
export type RequestFields = v.InferOutput<typeof transcriptionSchema>;

/** Those that are more than one text. */
const SHAPES: Readonly<Record<string, FieldShape>> = {
  languages: "words",
  keywords: "lines",
  include: "words",
  timestamp_granularities: "words",
  chunking_strategy: "object",
  known_speaker_names: "lines",
  known_speaker_references: "lines",
};

const shapesOf = (entries: object) =>
  Object.fromEntries(Object.keys(entries).map((name) => [name, SHAPES[name] ?? "text"] as const));

/** Shapes of the fields that a route reads, by name; others are ignored, as every compatible server does. */
export const FIELDS_OF = {
  transcribe: shapesOf({ ...sharedEntries, ...transcriptionEntries }),
  translate: shapesOf(sharedEntries),
} as const;

/** Fields with a fixed list of values have OpenAI's own code for one that is not in it. */
const KINDS: Readonly<Record<string, SttErrorKind>> = {
  response_format: "unsupported_value",
  include: "unsupported_value",
  timestamp_granularities: "unsupported_value",
};

/**
 * Reads the fields of a request.
 * @throws SttError naming the field, what was expected and what came
 */
export function parseFields(entries: readonly FormEntry[], task: keyof typeof FIELDS_OF): RequestFields {
  const values = readFields(entries, FIELDS_OF[task]);
  refuseSpeakers(values);
  const result = v.safeParse(transcriptionSchema, values);
  if (!result.success) throw explainIssue(result.issues[0], values);
  refuseContradictions(result.output);
  return result.output;
}

function explainIssue(issue: v.BaseIssue<unknown>, values: Record<string, unknown>): SttError {
  const param = String(issue.path?.[0]?.key ?? "");
  const value = values[param];
  const got = typeof value === "string" ? value : JSON.stringify(value);
  return new SttError(
    KINDS[param] ?? "invalid_value",
    `Expected '${param}' to be ${issue.message}, got '${String(got).slice(0, 80)}'.`,
    { param },
  );
}

/** What belongs to telling speakers apart. */
const SPEAKER_FIELDS = ["known_speaker_names", "known_speaker_references"];

function refuseSpeakers(values: Record<string, unknown>): void {
  const wanted = String(values["response_format"] ?? "").trim();
  const param = wanted === "diarized_json" ? "response_format" : SPEAKER_FIELDS.find((name) => name in values);
  if (param === undefined) return;
  throw new SttError(
    "unsupported_value",
    `This server cannot tell speakers apart. Leave out '${param}', or use another response_format than diarized_json.`,
    { param },
  );
}

function refuseContradictions(fields: RequestFields): void {
  const { response_format: format } = fields;
  if (fields.language !== undefined && fields.languages.length > 0) {
    throw new SttError("invalid_value", "Expected either 'language' or 'languages[]', got both. Send one of them.", {
      param: "languages",
    });
  }
  if (fields.timestamp_granularities.length > 0 && format !== "verbose_json") {
    throw needs("timestamp_granularities", "verbose_json", format);
  }
  if (fields.include.length > 0 && format !== "json") throw needs("include", "json", format);
  if (fields.max_line_count !== undefined && fields.max_line_width === undefined) {
    throw new SttError("invalid_value", "Expected 'max_line_width' beside 'max_line_count', got none.", {
      param: "max_line_count",
    });
  }
}

function needs(param: string, expected: string, format: string): SttError {
  const message = `Expected response_format '${expected}' for '${param}', got '${format}'.`;
  return new SttError("unsupported_value", `${message} Change one of the two.`, { param });
}
