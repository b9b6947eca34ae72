import { expect, test } from "bun:test";
import { joinTranscript } from "../../../src/format/transcript.ts";

test("segments bring their own spaces; only the ends are trimmed", () => {
  expect(joinTranscript([{ text: " One," }, { text: " two" }, { text: "-three. " }])).toBe("One, two-three.");
});

test("languages without spaces get none", () => {
  expect(joinTranscript([{ text: "こんにちは" }, { text: "世界" }])).toBe("こんにちは世界");
});

test("no segments are an empty text", () => {
  expect(joinTranscript([])).toBe("");
});
