import { describe, expect, test } from "bun:test";
import { describeElf, parseProtocols } from "../../../../lib/ffmpeg/check.ts";

const X86_64 = 62;
const AARCH64 = 183;
const PT_LOAD = 1;
const PT_INTERP = 3;

/** The least that counts as a program: ELF header and one program header each. */
function createElf(machine: number, segmentTypes: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(64 + 56 * segmentTypes.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  view.setUint16(18, machine, true);
  view.setBigUint64(32, 64n, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, segmentTypes.length, true);
  for (const [index, type] of segmentTypes.entries()) view.setUint32(64 + index * 56, type, true);
  return bytes;
}

describe("a program is accepted only", () => {
  test("if it needs no loader", () => {
    expect(describeElf(createElf(X86_64, [PT_LOAD, PT_LOAD]), "linux-x64")).toBeUndefined();
    expect(describeElf(createElf(X86_64, [PT_LOAD, PT_INTERP]), "linux-x64")).toContain("dynamically linked");
  });

  test("if it is for the right processor", () => {
    expect(describeElf(createElf(AARCH64, [PT_LOAD]), "linux-arm64")).toBeUndefined();
    expect(describeElf(createElf(AARCH64, [PT_LOAD]), "linux-x64")).toContain("machine 183");
  });

  test("if it is a whole ELF file at all", () => {
    expect(describeElf(new TextEncoder().encode("#!/bin/sh\n".repeat(20)), "linux-x64")).toContain("not 64-bit ELF");
    expect(describeElf(new Uint8Array(0), "linux-x64")).toContain("not 64-bit ELF");
    expect(describeElf(createElf(X86_64, [PT_LOAD]).subarray(0, 64), "linux-x64")).toContain("damaged");
  });
});

test("protocols of input and output are read as one set", () => {
  const text = "Supported file protocols:\nInput:\n  file\n  pipe\n  http\nOutput:\n  file\n  pipe\n";
  expect(parseProtocols(text)).toEqual(["file", "http", "pipe"]);
});
