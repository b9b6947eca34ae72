import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { formatVerboseJson } from "../../../src/format/verbose-json.ts";
import { joinTranscript, type Transcript } from "../../../src/format/transcript.ts";
import { makeSegment, makeToken, segmentLists } from "../../support/segments.ts";

const transcript = (segments: Transcript["segments"]): Transcript => ({
  task: "transcribe",
  language: "en",
  audioSeconds: 8.47,
  segments,
});
const segments = [
  makeSegment(" Add a test for the empty list.", {
    startSeconds: 0,
    endSeconds: 3.32,
    tokenIds: [50364, 5349, 50530],
    tokens: [makeToken(" Add", 0, 0.24)],
    noSpeechProbability: 0.5,
  }),
  makeSegment(" Then run it.", { startSeconds: 3.32, endSeconds: 8.2, seekFrames: 332, temperature: 0.4 }),
];
const format = (granularities: ("word" | "segment")[]) =>
  formatVerboseJson(transcript(segments), { languageName: "english", granularities });

test("every segment has its ten fields", () => {
  expect(format(["segment"])).toEqual({
    task: "transcribe",
    language: "english",
    duration: 8.47,
    text: "Add a test for the empty list. Then run it.",
    segments: [
      {
        id: 0,
        seek: 0,
        start: 0,
        end: 3.32,
        text: " Add a test for the empty list.",
        tokens: [50364, 5349, 50530],
        temperature: 0,
        avg_logprob: -0.2,
        // python: len(t) / len(zlib.compress(t)) of the stripped text
        compression_ratio: 30 / 38,
        no_speech_prob: 0.5,
      },
      expect.objectContaining({ id: 1, seek: 332, temperature: 0.4, tokens: [], compression_ratio: 12 / 20 }),
    ],
    usage: { type: "duration", seconds: 9 },
  });
});

test("words alone take the place of segments; with both, both are there", () => {
  expect(format(["word"])).toMatchObject({ words: [{ word: "Add", start: 0, end: 0.24 }] });
  expect(format(["word"])).not.toHaveProperty("segments");
  expect(Object.keys(format(["word", "segment"]))).toContainValues(["words", "segments"]);
});

test("whatever the segments are, their texts joined are the text", () => {
  fc.assert(
    fc.property(segmentLists, (segments) => {
      const body = formatVerboseJson(transcript(segments), { languageName: "english", granularities: ["segment"] });
      expect(
        (body.segments ?? [])
          .map(({ text }) => text)
          .join("")
          .trim(),
      ).toBe(body.text);
      expect(body.text).toBe(joinTranscript(segments));
    }),
  );
});
