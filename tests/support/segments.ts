/** Segments made up for tests of the formats. */
import * as fc from "fast-check";
import type { Segment, Token } from "../../src/engine/messages.ts";

export function makeSegment(text: string, changes: Partial<Segment> = {}): Segment {
  return {
    text,
    startSeconds: 0,
    endSeconds: 1,
    tokenIds: [],
    tokens: [],
    seekFrames: 0,
    temperature: 0,
    averageLogprob: -0.2,
    noSpeechProbability: 0.01,
    ...changes,
  };
}

/** A token of some bytes. */
export function makeToken(bytes: Uint8Array | string, startSeconds = 0, endSeconds = 0): Token {
  return { id: 1, bytes: [...Buffer.from(bytes)], logprob: -0.5, startSeconds, endSeconds };
}

const text = fc
  .array(fc.constantFrom("Guten", "été", "дом", "日本", "it's", "3.5", "--> x", "<b>", "&", "🙂", "a\nb", "…"), {
    minLength: 1,
    maxLength: 8,
  })
  .map((words) => ` ${words.join(" ")}.`);

/** Text and its bytes cut anywhere, also within a character. */
const tokenized = fc.tuple(text, fc.array(fc.nat(60), { maxLength: 12 })).map(([text, cuts]) => {
  const bytes = Buffer.from(text);
  const places = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
  const edges = [0, ...places.filter((place) => place > 0), bytes.length];
  return { text, pieces: edges.slice(1).map((end, i) => bytes.subarray(edges[i], end)) };
});

/** Segments in order of time without overlap, with tokens in order within them, in whole milliseconds. */
export const segmentLists: fc.Arbitrary<Segment[]> = fc
  .array(fc.tuple(tokenized, fc.nat(3000), fc.integer({ min: 1, max: 8000 })), { maxLength: 12 })
  .map((parts) => {
    let ms = 0;
    return parts.map(([{ text, pieces }, gapMs, lengthMs]) => {
      const startMs = ms + gapMs;
      ms = startMs + lengthMs;
      const at = (i: number) => Math.round(startMs + (lengthMs * i) / pieces.length) / 1000;
      const tokens = pieces.map((bytes, i) => makeToken(bytes, at(i), at(i + 1)));
      return makeSegment(text, { startSeconds: startMs / 1000, endSeconds: ms / 1000, tokens, tokenIds: [1, 2] });
    });
  });
