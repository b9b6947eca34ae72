import { expect, test } from "bun:test";
import type { Segment } from "../../../src/engine/messages.ts";
import { limitRepetition } from "../../../src/engine/repetition.ts";
import { readClips } from "../../support/fixtures.ts";

function makeSegment(text: string, numbers: Partial<Segment> = {}): Segment {
  // One token a word, a second each.
  const tokens = (text.match(/\s*\S+/g) ?? []).map((word, i) => ({
    id: i,
    bytes: [...Buffer.from(word)],
    logprob: 0,
    startSeconds: i,
    endSeconds: i + 1,
  }));
  return {
    text,
    startSeconds: 0,
    endSeconds: 30,
    tokenIds: tokens.map(({ id }) => id),
    tokens,
    seekFrames: 0,
    temperature: 0,
    averageLogprob: -0.3,
    noSpeechProbability: 0,
    ...numbers,
  };
}

test.each([
  ["a phrase", ` So we begin.${" I am going home now.".repeat(12)}`, " So we begin. I am going home now."],
  ["a word", ` Well${" no".repeat(60)}`, " Well no"],
  ["a last round that is not complete", `${" one two three four five".repeat(9)} one two`, " one two three four five"],
  ["different punctuation and case", " Thank you. thank you, Thank You!".repeat(10), " Thank you."],
  ["a language without spaces", "ご視聴ありがとうございました。".repeat(12), "ご視聴ありがとうございました。"],
])("a loop is cut down to its first round: %s", (_, text, kept) => {
  expect(limitRepetition(makeSegment(text))?.text).toBe(kept);
});

test.each([
  ["a word said some times", " No no no no no no no."],
  ["a number dictated", " Zero zero zero zero zero zero zero zero zero zero."],
  ["a phrase said four times", " Row row row your boat gently down the stream.".repeat(4)],
  ["repetition that ends in something else", `${" I am going home now.".repeat(12)} And then I stopped to think.`],
  ["nothing", ""],
])("what may have been said stays: %s", (_, text) => {
  const segment = makeSegment(text);
  expect(limitRepetition(segment)).toBe(segment);
});

test("no label of a fixture is taken for a loop, one sentence or many", async () => {
  for (const { text } of await readClips()) expect(limitRepetition(makeSegment(text))?.text).toBe(text);
});

test("tokens and end go with the text", () => {
  const cut = limitRepetition(makeSegment(` Well${" never mind that".repeat(20)}`));
  expect(cut?.tokens.map(({ bytes }) => Buffer.from(bytes).toString()).join("")).toBe(" Well never mind that");
  expect(cut?.endSeconds).toBe(4);
});

test("without tokens the end stays", () => {
  expect(limitRepetition(makeSegment(" never mind that".repeat(20), { tokens: [] }))?.endSeconds).toBe(30);
});

test("nothing but a loop that the model itself doubted is dropped", () => {
  expect(limitRepetition(makeSegment(" never mind that".repeat(20), { averageLogprob: -1.2 }))).toBeNull();
  expect(limitRepetition(makeSegment(` So${" never mind that".repeat(20)}`, { averageLogprob: -1.2 }))?.text).toBe(
    " So never mind that",
  );
});
