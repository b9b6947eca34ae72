import { expect, test } from "bun:test";
import { fitAudioContext } from "../../../src/engine/audio-context.ts";

const SECOND = 16_000;

test.each([
  [0.1, 256],
  [4, 256],
  [4.2, 512],
  [9.2, 512],
  [9.3, 768],
  [28, 1500],
  [30, 1500],
])(
  "%d s of audio take %d positions: whole steps, a second to spare, never more than there are",
  (seconds, positions) => {
    expect(fitAudioContext(seconds * SECOND)).toBe(positions);
  },
);
