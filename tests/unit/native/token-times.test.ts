import { expect, test } from "bun:test";
import { spanTokens } from "../../../src/native/token-times.ts";

const segment = { startMs: 500, endMs: 2000 };

test("a token ends where the alignment steps into it, and begins where the one before ended", () => {
  expect(spanTokens([720, 880, 1180], segment, -1)).toEqual([
    { startMs: 500, endMs: 720 },
    { startMs: 720, endMs: 880 },
    { startMs: 880, endMs: 1180 },
  ]);
});

test("the alignment goes on from the segment before, but not into it", () => {
  expect(spanTokens([900], segment, 600)).toEqual([{ startMs: 600, endMs: 900 }]);
  expect(spanTokens([900], segment, 300)).toEqual([{ startMs: 500, endMs: 900 }]);
});

test("no time leaves the segment or goes back", () => {
  expect(spanTokens([700, 650, 9000], segment, -1)).toEqual([
    { startMs: 500, endMs: 700 },
    { startMs: 700, endMs: 700 },
    { startMs: 700, endMs: 2000 },
  ]);
});

test("without an alignment a token has its segment's time", () => {
  expect(spanTokens([-1], segment, -1)).toEqual([segment]);
});
