import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { countWordErrors, splitWords, wordErrorRate } from "../../support/word-error-rate.ts";

describe("words", () => {
  test("case and punctuation do not count", () => {
    expect(splitWords("  Hello, World! (Again.)  ")).toEqual(["hello", "world", "again"]);
  });

  test("a letter and its accent may come as one character or as two", () => {
    expect(splitWords("Me\u0301decin")).toEqual(splitWords("m\u00e9decin"));
  });

  test("hyphens separate, apostrophes inside a word stay, quotes go", () => {
    expect(splitWords("soixante-dix-huit S'il l’eau 'quoted'")).toEqual(
      "soixante dix huit s'il l'eau quoted".split(" "),
    );
  });

  test("other alphabets and digits are words too", () => {
    expect(splitWords("Тяжёлый день 42.")).toEqual(["тяжёлый", "день", "42"]);
  });
});

describe("errors", () => {
  test("a replaced, a missing and an added word are one error each", () => {
    expect(countWordErrors(["a", "b", "c"], ["a", "x", "c"])).toBe(1);
    expect(countWordErrors(["a", "b", "c"], ["a", "c"])).toBe(1);
    expect(countWordErrors(["a", "b", "c"], ["a", "b", "b", "c"])).toBe(1);
  });

  test("nothing heard is every word missed, and nothing said is every word added", () => {
    expect(countWordErrors(["a", "b"], [])).toBe(2);
    expect(countWordErrors([], ["a", "b"])).toBe(2);
  });

  test("the count is a distance: none for the same, the same both ways, never more than the longer list", () => {
    const words = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 8 });
    fc.assert(
      fc.property(words, words, (left, right) => {
        const errors = countWordErrors(left, right);
        expect(errors).toBe(countWordErrors(right, left));
        expect(errors).toBeLessThanOrEqual(Math.max(left.length, right.length));
        expect(errors).toBeGreaterThanOrEqual(Math.abs(left.length - right.length));
        expect(countWordErrors(left, left)).toBe(0);
      }),
    );
  });
});

describe("rate", () => {
  test("is of all words together, so a short text weighs little", () => {
    const pairs = [
      { reference: "one two three four five six seven", hypothesis: "one two three four five six seven" },
      { reference: "eight", hypothesis: "ate" },
    ];
    expect(wordErrorRate(pairs)).toBe(1 / 8);
  });

  test("without a single word there is nothing to measure", () => {
    expect(() => wordErrorRate([{ reference: "...", hypothesis: "noise" }])).toThrow("at least one word");
  });
});
