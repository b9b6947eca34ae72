import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { SampleBuffer, sanitizeSamples } from "../../../src/audio/samples.ts";

test("samples come out as they went in, wherever the pieces were cut", () => {
  const values = fc.array(fc.float({ noNaN: true }), { maxLength: 200 });
  const cuts = fc.array(fc.nat(800), { maxLength: 10 });
  fc.assert(
    fc.property(values, cuts, (values, cuts) => {
      const bytes = new Uint8Array(Float32Array.from(values).buffer);
      const borders = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
      const buffer = new SampleBuffer(200);
      for (const [i, end] of borders.entries())
        expect(buffer.append(bytes.subarray(borders[i - 1] ?? 0, end))).toBe(true);
      expect(Array.from(buffer.samples())).toEqual(values);
    }),
  );
});

test("a full buffer takes nothing more and keeps what it has", () => {
  const buffer = new SampleBuffer(2);
  expect(buffer.append(new Uint8Array(8))).toBe(true);
  expect(buffer.append(new Uint8Array(1))).toBe(false);
  expect(buffer.samples()).toHaveLength(2);
});

test("half a sample at the end is left out", () => {
  const buffer = new SampleBuffer(2);
  buffer.append(new Uint8Array(7));
  expect(buffer.samples()).toHaveLength(1);
});

test("what is not a number becomes silence, what is out of scale is limited, the rest stays", () => {
  const samples = Float32Array.from([0.5, Number.NaN, Infinity, -Infinity, 1e30, -1.25]);
  sanitizeSamples(samples);
  expect(Array.from(samples)).toEqual([0.5, 0, 32_768, -32_768, 32_768, -1.25]);
});
