/**
 * The text fields of a form: first by name, then checked against a schema.
 */
import * as v from "valibot";
import { SttError, type SttErrorKind } from "../errors.ts";

/** Name and value of one form field, as it came. */
export type FormEntry = readonly [name: string, value: string];

/** What `response_format` may be. */
export const RESPONSE_FORMATS = ["json", "text"] as const;

/**
 * Fields by name. Lists are written `name[]`, `name[0]` or by repeating `name`, so all of these count as `name`. An empty
 * value is an unset field.
 */
export function groupFields(entries: readonly FormEntry[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [rawName, value] of entries) {
    if (value.trim() === "") continue;
    const name = rawName.replace(/\[\d*\]$/, "");
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [value]);
    else group.push(value);
  }
  return groups;
}

const trimmed = v.pipe(v.string(), v.trim());

const temperature = v.pipe(
  trimmed,
  v.decimal("a number from 0 to 1"),
  v.transform(Number),
  v.minValue(0, "a number from 0 to 1"),
  v.maxValue(1, "a number from 0 to 1"),
);

/** Names are checked where models and languages live; here only what can be said of the text alone. */
const transcriptionSchema = v.object({
  model: v.optional(trimmed),
  language: v.optional(trimmed),
  prompt: v.optional(v.string(), ""),
  temperature: v.optional(temperature, "0"),
  response_format: v.optional(
    v.pipe(trimmed, v.picklist(RESPONSE_FORMATS, `one of ${RESPONSE_FORMATS.join(", ")}`)),
    "json",
  ),
});
export type TranscriptionFields = v.InferOutput<typeof transcriptionSchema>;

/** Fields with a fixed list of values have OpenAI's own code for one that is not in it. */
const KINDS: Readonly<Record<string, SttErrorKind>> = { response_format: "unsupported_value" };

/**
 * Reads the fields of a transcription request. Unknown ones are ignored, as every compatible server does; of a field that
 * came twice the last one counts.
 * @throws SttError naming the field, what was expected and what came.
 */
export function parseTranscriptionFields(entries: readonly FormEntry[]): TranscriptionFields {
  const values = Object.fromEntries([...groupFields(entries)].map(([name, group]) => [name, group.at(-1)]));
  const result = v.safeParse(transcriptionSchema, values);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const param = v.getDotPath(issue) ?? "";
  throw new SttError(
    KINDS[param] ?? "invalid_value",
    `Expected '${param}' to be ${issue.message}, got '${String(values[param]).slice(0, 40)}'.`,
    { param },
  );
}
