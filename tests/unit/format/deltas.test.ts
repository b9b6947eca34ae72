import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { createDeltaWriter } from "../../../src/format/deltas.ts";
import { joinTranscript } from "../../../src/format/transcript.ts";
import { makeSegment } from "../../support/segments.ts";

test("deltas keep the space before a word and give out none at either end", () => {
  const writer = createDeltaWriter();
  expect([" One,", " two ", " ", "\n", " three. "].map((text) => writer.push(text))).toEqual([
    "One,",
    " two",
    "",
    "",
    "  \n three.",
  ]);
});

test("whatever the segments are, the deltas joined are the transcript", () => {
  const texts = fc.array(fc.string({ unit: fc.constantFrom(" ", "\n", "a", "é", "日", "\u00a0", ".") }));
  fc.assert(
    fc.property(texts, (texts) => {
      const writer = createDeltaWriter();
      const deltas = texts.map((text) => writer.push(text));
      expect(deltas.join("")).toBe(joinTranscript(texts.map((text) => makeSegment(text))));
      expect(writer.text).toBe(deltas.join(""));
    }),
  );
});
