/**
 * What the values of request fields may look like. Each message says what was expected; fields.ts says the rest.
 */
import * as v from "valibot";

/** The longest list; a prompt has no room for more keywords. */
const MAX_ITEMS = 200;

/** Without the spaces around it. */
export const trimmed = v.pipe(v.string(), v.trim());

/** A number, or text that is one. */
export const number = (expected: string, min: number, max: number) =>
  v.pipe(
    v.union([v.pipe(trimmed, v.decimal(expected), v.transform(Number)), v.number(expected)], expected),
    v.minValue(min, expected),
    v.maxValue(max, expected),
  );

export const integer = (min: number, max: number, what = "a whole number") =>
  v.pipe(number(`${what} from ${min} to ${max}`, min, max), v.integer(`${what} from ${min} to ${max}`));

/** One of a few words. */
export const choice = <const T extends readonly [string, ...string[]]>(values: T) =>
  v.pipe(v.string(`one of ${values.join(", ")}`), v.trim(), v.picklist(values, `one of ${values.join(", ")}`));

/** A list, of nothing unless sent. */
export const list = <T extends v.GenericSchema<unknown, string>>(item: T) =>
  v.optional(v.pipe(v.array(item, "a list"), v.maxLength(MAX_ITEMS, `a list of at most ${MAX_ITEMS}`)), []);

const YES = ["true", "1", "yes", "on"];
const NO = ["false", "0", "no", "off", "null", "none"];

/** As Python, JavaScript, and people write it; false unless sent. */
export const flag = v.optional(
  v.pipe(
    trimmed,
    v.toLowerCase(),
    v.picklist([...YES, ...NO], "true or false"),
    v.transform((value) => YES.includes(value)),
  ),
  "false",
);

const SINGLE_LINE = "words on a single line without '<' and '>'";
export const keyword = v.pipe(v.string(SINGLE_LINE), v.regex(/^[^<>\r\n]*$/, SINGLE_LINE), v.trim());

/** Numbers left out are OpenAI's defaults. */
const serverVad = v.pipe(
  v.object({
    type: v.literal("server_vad"),
    threshold: v.optional(number("a number", 0, 1), 0.5),
    prefix_padding_ms: v.optional(integer(0, 10_000), 300),
    silence_duration_ms: v.optional(integer(0, 10_000), 200),
  }),
  v.transform((rules) => ({
    threshold: rules.threshold,
    prefixPaddingMs: rules.prefix_padding_ms,
    silenceDurationMs: rules.silence_duration_ms,
  })),
);

const STRATEGY =
  `'auto', or {"type":"server_vad"} with a 'threshold' from 0 to 1 and 'prefix_padding_ms' and ` +
  `'silence_duration_ms' of whole numbers from 0 to 10000`;

/** Null for `auto`: the server decides. */
export const chunkingStrategy = v.optional(
  v.union(
    [
      v.pipe(
        trimmed,
        v.picklist(["auto", "null", "none"]),
        v.transform(() => null),
      ),
      serverVad,
    ],
    STRATEGY,
  ),
  "auto",
);
