/**
 * Multipart bodies, and what can be wrong with them as a whole: boundaries, headers, order, number and size of parts.
 */
import type { Dice } from "./dice.ts";
import { BROKEN_UTF8, mutateBytes } from "./mutate-bytes.ts";

export interface Part {
  /** Lines of the part's head. */
  readonly head: readonly string[];
  readonly value: Buffer;
}

export interface Form {
  readonly boundary: string;
  readonly parts: readonly Part[];
}

export function fieldPart(name: string, value: string | Buffer): Part {
  return { head: [`Content-Disposition: form-data; name="${name}"`], value: Buffer.from(value) };
}

export function filePart(bytes: Buffer, fileName: string): Part {
  const disposition = `Content-Disposition: form-data; name="file"; filename="${fileName}"`;
  return { head: [disposition, "Content-Type: application/octet-stream"], value: bytes };
}

export function encodeForm({ boundary, parts }: Form): Buffer {
  const pieces = parts.flatMap(({ head, value }) => [
    Buffer.from(`--${boundary}\r\n${head.join("\r\n")}\r\n\r\n`),
    value,
    Buffer.from("\r\n"),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
}

/** Names that a form has, nearly has, or that mean something to JavaScript or to a file system. */
const NAMES = [
  "file",
  "File",
  "model",
  "language",
  "languages[]",
  "keywords[]",
  "prompt",
  "temperature",
  "response_format",
  "stream",
  "include[]",
  "timestamp_granularities[]",
  "timestamp_granularities[0]",
  "chunking_strategy",
  "chunking_strategy[type]",
  "chunking_strategy[threshold]",
  "chunking_strategy[__proto__]",
  "known_speaker_names[]",
  "max_line_width",
  "__proto__",
  "constructor",
  "../../etc/passwd",
  "",
  "[]",
  "a[b][c][d]",
];
const VALUES = [
  "",
  " ",
  "-1",
  "1e309",
  "NaN",
  "true",
  "null",
  "{",
  '{"type":"server_vad","threshold":2}',
  "\0",
  "😀",
  "json",
];
const HEAD_LINES = [
  "Content-Transfer-Encoding: base64",
  "Content-Type: text/plain; charset=utf-16",
  "Content-Type: ;;;",
  "Content-Disposition: attachment",
  "Content-Disposition: form-data; name=file; filename*=UTF-8''%ff%00",
  "no colon",
  "X: ".padEnd(20_000, "y"),
  " folded: line",
];
const HUGE_BYTES = [70_000, 300_000, 1_300_000];

type Change = (parts: Part[], dice: Dice) => void;

/** Takes a part out of the list and puts others in its place. */
function replaceOne(parts: Part[], dice: Dice, make: (part: Part) => Part[]): void {
  const at = dice.below(parts.length);
  const part = parts[at];
  if (part !== undefined) parts.splice(at, 1, ...make(part));
}

const CHANGES: readonly Change[] = [
  (parts, dice) => replaceOne(parts, dice, (part) => [part, part]),
  (parts, dice) => replaceOne(parts, dice, () => []),
  (parts, dice) => replaceOne(parts, dice, ({ value }) => [fieldPart(dice.pick(NAMES), value)]),
  (parts, dice) => replaceOne(parts, dice, (part) => [{ ...part, value: Buffer.from(dice.pick(VALUES)) }]),
  (parts, dice) => replaceOne(parts, dice, (part) => [{ ...part, value: dice.pick(BROKEN_UTF8) }]),
  (parts, dice) => replaceOne(parts, dice, (part) => [{ ...part, value: mutateBytes(part.value, dice) }]),
  (parts, dice) => replaceOne(parts, dice, ({ head, value }) => [{ head: [...head, dice.pick(HEAD_LINES)], value }]),
  (parts, dice) => replaceOne(parts, dice, ({ head, value }) => [{ head: [dice.pick(HEAD_LINES), ...head], value }]),
  (parts, dice) => replaceOne(parts, dice, ({ value }) => [{ head: [], value }]),
  (parts, dice) => void parts.push(fieldPart(dice.pick(NAMES), dice.pick(VALUES))),
  (parts) => void parts.splice(0, parts.length, ...parts.toReversed()),
];
/** Costly ones, thrown seldom. */
const LARGE_CHANGES: readonly Change[] = [
  (parts, dice) => void parts.push(fieldPart(dice.pick(NAMES), Buffer.alloc(dice.pick(HUGE_BYTES), "x"))),
  (parts, dice) => {
    const many = Array.from({ length: 90 + dice.below(30) }, (_, i) => fieldPart(`field${i}`, "x"));
    parts.splice(dice.below(parts.length + 1), 0, ...many);
  },
];

export function mutateForm(form: Form, dice: Dice): Form {
  const parts = [...form.parts];
  for (let left = 1 + dice.below(3); left > 0; left -= 1) {
    dice.pick(dice.chance(0.05) ? LARGE_CHANGES : CHANGES)(parts, dice);
  }
  return { boundary: form.boundary, parts };
}

/** What a client may announce as the type of its body; often not what the body is. */
export function mutateContentType(boundary: string, dice: Dice): string {
  const type = "multipart/form-data";
  return dice.pick([
    type,
    `${type}; boundary=`,
    `${type}; boundary="${boundary}`,
    `${type}; boundary=${boundary}x`,
    `${type}; boundary=${boundary.slice(1)}`,
    `${type}; boundary=${"b".repeat(5000)}`,
    `${type}; charset=x; boundary="${boundary}"`,
    `${type}; BOUNDARY=${boundary}; boundary=other`,
    `multipart/mixed; boundary=${boundary}`,
    `multipart/form-data;boundary=-`,
    `application/x-www-form-urlencoded`,
    `application/json`,
    `text/plain`,
    `;;;`,
  ]);
}
