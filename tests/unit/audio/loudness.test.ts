import { expect, test } from "bun:test";
import { isSilence, loudestRms } from "../../../src/audio/loudness.ts";

const SECOND = 16_000;

function makeTone(amplitude: number, length = SECOND): Float32Array {
  return Float32Array.from({ length }, (_, i) => amplitude * Math.sin((2 * Math.PI * 440 * i) / SECOND));
}

test("the loudest 32 ms count, wherever they are", () => {
  const samples = new Float32Array(60 * SECOND);
  samples.set(makeTone(0.5, 1024), 59 * SECOND);
  expect(loudestRms(samples)).toBeCloseTo(0.5 / Math.SQRT2, 1);
});

test("the last, shorter piece counts by its own length", () => {
  const samples = new Float32Array(512 + 8).fill(0.3, 512);
  expect(loudestRms(samples)).toBeCloseTo(0.3, 5);
});

test("no samples have no loudness", () => {
  expect(loudestRms(new Float32Array())).toBe(0);
});

test("the limit of silence is -60 dBFS", () => {
  expect(isSilence(loudestRms(new Float32Array(SECOND)))).toBe(true);
  expect(isSilence(loudestRms(makeTone(0.0013)))).toBe(true);
  expect(isSilence(loudestRms(makeTone(0.0015)))).toBe(false);
});
