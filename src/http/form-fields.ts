/**
 * The text fields of a form by name, whichever way a client spells them: `name`, `name[]`, `name[0]`, `name[member]`, a
 * JSON text, or a list with commas. What the values mean is said in fields.ts.
 */

/** Name and value of one form field, as it came. */
export type FormEntry = readonly [name: string, value: string];

/** How a field's values belong together. Commas part the items of `words` but may stand within those of `lines`. */
export type FieldShape = "text" | "lines" | "words" | "object";

/** All that came under one name. */
interface RawField {
  readonly values: string[];
  /** Of `name[member]`. */
  readonly members: Record<string, string>;
}

/** Values of the fields that `shapes` names; others are ignored, and so is an empty value. */
export function readFields(
  entries: readonly FormEntry[],
  shapes: Readonly<Record<string, FieldShape>>,
): Record<string, unknown> {
  const values: [string, unknown][] = [];
  for (const [name, field] of groupFields(entries)) {
    const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
    const value = shape === undefined ? undefined : readField(field, shape);
    if (value !== undefined) values.push([name, value]);
  }
  return Object.fromEntries(values);
}

function groupFields(entries: readonly FormEntry[]): Map<string, RawField> {
  const fields = new Map<string, RawField>();
  for (const [rawName, value] of entries) {
    if (value.trim() === "") continue;
    const [, name = rawName, key = ""] = /^([^[\]]+)(?:\[([^[\]]*)\])?$/.exec(rawName) ?? [];
    const field = fields.get(name) ?? { values: [], members: {} };
    fields.set(name, field);
    if (/^\d*$/.test(key)) field.values.push(value);
    else Object.defineProperty(field.members, key, { value, enumerable: true, configurable: true });
  }
  return fields;
}

/** Of a text that came twice the last one counts, as a form that is filled in again would have it. */
function readField({ values, members }: RawField, shape: FieldShape): unknown {
  const last = values.at(-1);
  if (shape === "text") return last;
  if (shape === "object") return Object.keys(members).length > 0 ? members : last && parseJson(last, "{");
  return values.length === 0 ? undefined : values.flatMap((value) => readItems(value, shape));
}

function readItems(value: string, shape: "lines" | "words"): unknown[] {
  const parsed = parseJson(value, "[");
  if (Array.isArray(parsed)) return parsed.filter((item) => item !== "");
  if (shape === "lines") return [value];
  return value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** The text itself if it is no JSON of that kind: then it means what it says. */
function parseJson(text: string, opening: "[" | "{"): unknown {
  if (!text.trimStart().startsWith(opening)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
