import { describe, expect, test } from "bun:test";
import { SttError } from "../../../src/errors.ts";
import { LANGUAGES, normalizeLanguage } from "../../../src/models/languages.ts";

test("Whisper has 100 languages, each with a name of its own", () => {
  expect(Object.keys(LANGUAGES)).toHaveLength(100);
  expect(new Set(Object.values(LANGUAGES)).size).toBe(100);
});

test("every code and every English name is understood", () => {
  for (const [code, name] of Object.entries(LANGUAGES)) {
    expect(normalizeLanguage(code)).toBe(code as never);
    expect(normalizeLanguage(name.toUpperCase())).toBe(code as never);
  }
});

describe("a language is folded to Whisper's code", () => {
  const cases: [string, string][] = [
    ["pt-BR", "pt"],
    ["zh_Hant_TW", "zh"],
    [" EN ", "en"],
    ["Mandarin", "zh"],
    ["haitian creole", "ht"],
    ["nb-NO", "no"],
    ["jv", "jw"],
    ["fil", "tl"],
  ];
  test.each(cases)("%s is %s", (written, code) => expect(normalizeLanguage(written)).toBe(code as never));
});

test.each([undefined, "", "  ", "auto", "AUTO", "und"])("%p means detect", (written) => {
  expect(normalizeLanguage(written)).toBeNull();
});

test.each(["klingon", "xx", "e", "constructor", "__proto__", "english please", "-en", "tlh-en"])(
  "%s is refused with the field's name",
  (written) => {
    expect(() => normalizeLanguage(written)).toThrow(SttError);
    expect(() => normalizeLanguage(written)).toThrow(/Expected 'language'/);
  },
);
