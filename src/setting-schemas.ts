/**
 * What the text of a setting may be. Each schema turns text from the environment into the value the program uses; its
 * messages follow "STT_X: " in the list of mistakes.
 */
import { readFileSync } from "node:fs";
import * as v from "valibot";

/** A whole number in decimal digits. */
export const integer = (name: string, min: number, max: number) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.regex(/^\d+$/, `expected a whole number from ${min} to ${max}`),
    v.transform(Number),
    v.minValue(min, `expected at least ${min}`),
    v.maxValue(max, `expected at most ${max}`),
    v.title(name),
  );

/** One of some words, in any case. */
export const oneOf = <const T extends readonly [string, ...string[]]>(choices: T) =>
  v.pipe(v.string(), v.trim(), v.toLowerCase(), v.picklist(choices, `expected one of ${choices.join(", ")}`));

/** Any text but none. */
export const text = v.pipe(v.string(), v.trim(), v.nonEmpty("expected a value"));

/** Whisper's languages are checked where languages live (src/models/languages.ts); here only the shape is. */
export const languageCode = v.pipe(
  text,
  v.regex(/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i, "expected a language code such as en or pt-BR"),
);

/** A path such as `/stt` or `a/b/` -> `/stt`, `/a/b`; `/` -> the empty string. Nothing in it that routers give a meaning. */
export const urlPath = v.pipe(
  text,
  v.transform((path) => path.split("/").filter((segment) => segment !== "")),
  v.check(
    (segments) => segments.every((segment) => /^[\w.~-]+$/.test(segment) && !/^\.{1,2}$/.test(segment)),
    "expected a path such as /stt, of letters, digits, '.', '_', '~' and '-'",
  ),
  v.transform((segments) => segments.map((segment) => `/${segment}`).join("")),
);

/** `name=target,name=target`: what clients call a model -> what it stands for. */
export const modelAliases = v.pipe(
  text,
  v.transform(splitList),
  v.everyItem((item) => /^[^=]*[^=\s][^=]*=[^=]*[^=\s][^=]*$/.test(item), "expected name=target, comma separated"),
  v.mapItems((item) => item.split("=", 2).map((part) => part.trim())),
  v.transform((pairs): Readonly<Record<string, string>> => Object.fromEntries(pairs)),
);

/**
 * Origins that browsers may call from while `STT_CORS_ORIGINS` says nothing else. All of them are programs of the user's
 * own device: Obsidian on the desktop, apps made with Capacitor or Ionic (Obsidian on phones is one), and pages served by
 * that device itself, on whatever port. No web site is among them.
 */
export const DEFAULT_CORS_ORIGINS: readonly string[] = [
  "app://obsidian.md",
  "capacitor://localhost",
  "ionic://localhost",
  "https://localhost",
  "http://localhost:*",
  "http://127.0.0.1:*",
];

/** Origins, `*` for all, `default` for the ones above, `none` for none; a port of `*` is any port, or none. */
export const corsOrigins = v.pipe(
  text,
  v.toLowerCase(),
  v.transform(splitList),
  v.everyItem(
    (item) => /^(\*|default|none|[a-z][a-z0-9+.-]*:\/\/(\[[0-9a-f:.]+\]|[^\s/:*?#@]+)(:(\d+|\*))?)$/.test(item),
    "expected origins such as https://notes.example.com without a path, comma separated, or *, default, none",
  ),
  v.transform((items) =>
    items.filter((item) => item !== "none").flatMap((item) => (item === "default" ? DEFAULT_CORS_ORIGINS : item)),
  ),
);

const keys = v.pipe(
  v.array(v.string()),
  v.minLength(1, "expected at least one key"),
  // What fits into a header as it is.
  v.everyItem((key) => /^[\x21-\x7e]+$/.test(key), "expected keys of visible ASCII characters without spaces"),
);

/** API keys, comma separated. */
export const apiKeys = v.pipe(text, v.transform(splitList), keys);

/** The path of a file of API keys: one a line; a `#` at the start of a line or after a space begins a comment. */
export const apiKeysFile = v.pipe(
  text,
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    try {
      return readFileSync(dataset.value, "utf8");
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
      addIssue({ message: `expected a file of keys, one a line, that can be read (${code})` });
      return NEVER;
    }
  }),
  v.transform((content) => splitList(content.replaceAll(/(^|\s)#.*$/gm, ""), "\n")),
  keys,
);

function splitList(list: string, separator = ","): string[] {
  return list
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== "");
}
