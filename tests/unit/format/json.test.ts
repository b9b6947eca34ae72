import { expect, test } from "bun:test";
import { formatJson } from "../../../src/format/json.ts";
import type { Transcript } from "../../../src/format/transcript.ts";
import { makeSegment, makeToken } from "../../support/segments.ts";

const transcript = (segments: Transcript["segments"], audioSeconds = 8.47): Transcript => ({
  task: "transcribe",
  language: "fr",
  audioSeconds,
  segments,
});

test("json carries the text and the duration rounded up", () => {
  const body = formatJson(transcript([makeSegment(" Hi.")]));
  expect(JSON.stringify(body)).toBe('{"text":"Hi.","usage":{"type":"duration","seconds":9}}');
  expect(formatJson(transcript([], 9))).toEqual({ text: "", usage: { type: "duration", seconds: 9 } });
});

test("languages are those that were heard, none where nothing was said", () => {
  expect(formatJson(transcript([makeSegment(" Oui.")]), { languages: true }).languages).toEqual([{ code: "fr" }]);
  expect(formatJson(transcript([]), { languages: true }).languages).toEqual([]);
});

test("logprobs have each token's text and bytes; tokens that share a character are one entry", () => {
  const tokens = [makeToken(" Tu"), makeToken(Uint8Array.of(0xc3)), makeToken(Uint8Array.of(0xa9))];
  expect(formatJson(transcript([makeSegment(" Tué", { tokens })]), { logprobs: true }).logprobs).toEqual([
    { token: " Tu", logprob: -0.5, bytes: [32, 84, 117] },
    { token: "é", logprob: -1, bytes: [0xc3, 0xa9] },
  ]);
});
