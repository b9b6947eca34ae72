import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { listWords, splitWords } from "../../../src/format/words.ts";
import { makeSegment, makeToken, segmentLists } from "../../support/segments.ts";

/** A segment whose tokens take 100 ms each. */
function spoken(...tokens: (string | Uint8Array)[]) {
  const made = tokens.map((token, i) => makeToken(token, i / 10, (i + 1) / 10));
  return makeSegment("", { tokens: made, endSeconds: 100 });
}
const spell = (segment: ReturnType<typeof spoken>, language = "en") =>
  listWords([segment], language).map(({ word }) => word);

describe("words", () => {
  test("begin at a space, and last as long as their own tokens", () => {
    expect(listWords([spoken(" E", "ighty", ",", " trees", ".")], "en")).toEqual([
      { word: "Eighty", start: 0, end: 0.2 },
      { word: "trees", start: 0.3, end: 0.4 },
    ]);
  });

  test("have no punctuation around them but keep what is inside", () => {
    expect(
      spell(spoken(' "', "S", "'il", ' te plaît"', ",", " soixante", "-dix", " 3", ".5", " (C++)", " —", "!")),
    ).toEqual(["S'il", "te", "plaît", "soixante-dix", "3.5", "C++"]);
  });

  test("are single characters where a language writes no spaces, foreign words excepted", () => {
    expect(spell(spoken("今日", "は", "、", "Open", "AI", "の", "12", "回"), "ja")).toEqual([
      "今",
      "日",
      "は",
      "OpenAI",
      "の",
      "12",
      "回",
    ]);
  });

  test("are whole when tokens split a character", () => {
    const bytes = Buffer.from("日本");
    expect(spell(spoken(bytes.subarray(0, 2), bytes.subarray(2, 4), bytes.subarray(4)), "ja")).toEqual(["日", "本"]);
  });

  test("end with their segment when they are its last and it ends soon after", () => {
    const segment = { ...spoken(" Hi", "."), endSeconds: 0.4 };
    expect(listWords([segment], "en")).toEqual([{ word: "Hi", start: 0, end: 0.4 }]);
  });
});

test("whatever the tokens are: nothing is lost, nothing is invalid, and time goes forward within the segment", () => {
  fc.assert(
    fc.property(segmentLists, fc.constantFrom("en", "ja"), (segments, language) => {
      for (const segment of segments) {
        expect(
          splitWords(segment, language)
            .map(({ text }) => text)
            .join(""),
        ).toBe(segment.text);
      }
      let last = 0;
      for (const { word, start, end } of listWords(segments, language)) {
        expect(word.isWellFormed() && !word.includes("\uFFFD")).toBe(true);
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThanOrEqual(start);
        last = end;
      }
      expect(last).toBeLessThanOrEqual(segments.at(-1)?.endSeconds ?? 0);
    }),
  );
});
