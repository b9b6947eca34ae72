import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readWav } from "../../../src/audio/wav.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stt-wav-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface WavOptions {
  readonly formatTag?: number;
  readonly bits?: number;
  readonly channels?: number;
  readonly sampleRateHz?: number;
  readonly extensible?: boolean;
  /** Written before the audio, padded as asked. */
  readonly extraChunk?: { readonly sizeBytes: number; readonly pad: boolean };
  /** What the data chunk claims; its true size unless given. */
  readonly declaredBytes?: number;
  readonly trailer?: Buffer;
}

function chunk(id: string, body: Buffer, declaredBytes = body.length): Buffer {
  const header = Buffer.alloc(8);
  header.write(id, "latin1");
  header.writeUInt32LE(declaredBytes, 4);
  return Buffer.concat([header, body]);
}

function formatChunk({
  formatTag = 1,
  bits = 16,
  channels = 1,
  sampleRateHz = 16_000,
  extensible,
}: WavOptions): Buffer {
  const body = Buffer.alloc(extensible ? 40 : 16);
  const frameBytes = (channels * bits) / 8;
  body.writeUInt16LE(extensible ? 0xfffe : formatTag, 0);
  body.writeUInt16LE(channels, 2);
  body.writeUInt32LE(sampleRateHz, 4);
  body.writeUInt32LE(sampleRateHz * frameBytes, 8);
  body.writeUInt16LE(frameBytes, 12);
  body.writeUInt16LE(bits, 14);
  if (extensible) {
    body.writeUInt16LE(22, 16);
    body.writeUInt16LE(bits, 18);
    body.writeUInt16LE(formatTag, 24);
  }
  return chunk("fmt ", body);
}

function makeWav(data: Buffer, options: WavOptions = {}): Buffer {
  const { extraChunk, trailer = Buffer.alloc(0) } = options;
  const extra = extraChunk
    ? Buffer.concat([chunk("LIST", Buffer.alloc(extraChunk.sizeBytes, 65)), Buffer.alloc(extraChunk.pad ? 1 : 0)])
    : Buffer.alloc(0);
  const body = [Buffer.from("WAVE"), formatChunk(options), extra, chunk("data", data, options.declaredBytes), trailer];
  return chunk("RIFF", Buffer.concat(body));
}

async function read(bytes: Buffer, maxAudioSeconds = 60): Promise<number[] | null> {
  const path = join(folder, crypto.randomUUID());
  await writeFile(path, bytes);
  const samples = await readWav(path, { maxAudioSeconds, signal: new AbortController().signal });
  return samples && Array.from(samples);
}

function int16(...values: number[]): Buffer {
  return Buffer.from(Int16Array.from(values).buffer);
}

describe("sample formats", () => {
  test("8 bit is unsigned", async () => {
    expect(await read(makeWav(Buffer.from([0, 128, 192, 255]), { bits: 8 }))).toEqual([-1, 0, 0.5, 127 / 128]);
  });

  test("16 bit", async () => {
    expect(await read(makeWav(int16(-32_768, 0, 16_384, 32_767)))).toEqual([-1, 0, 0.5, 32_767 / 32_768]);
  });

  test("24 bit keeps sign and all its bits", async () => {
    const data = Buffer.alloc(12);
    for (const [i, value] of [-8_388_608, -1, 4_194_304, 8_388_607].entries()) data.writeIntLE(value, i * 3, 3);
    expect(await read(makeWav(data, { bits: 24 }))).toEqual([-1, -1 / 2 ** 23, 0.5, 8_388_607 / 2 ** 23]);
  });

  test("32 bit", async () => {
    const data = Buffer.from(Int32Array.from([-(2 ** 31), 0, 2 ** 30]).buffer);
    expect(await read(makeWav(data, { bits: 32 }))).toEqual([-1, 0, 0.5]);
  });

  test("32 bit float", async () => {
    const data = Buffer.from(Float32Array.from([-1, 0.25, 1.5]).buffer);
    expect(await read(makeWav(data, { formatTag: 3, bits: 32 }))).toEqual([-1, 0.25, 1.5]);
  });

  test("WAVE_FORMAT_EXTENSIBLE names its format in the GUID", async () => {
    const data = Buffer.from(Float32Array.from([0.5]).buffer);
    expect(await read(makeWav(data, { formatTag: 3, bits: 32, extensible: true }))).toEqual([0.5]);
    expect(await read(makeWav(int16(16_384), { extensible: true }))).toEqual([0.5]);
  });

  test.each([1, 2, 6])("%d channels are mixed by their mean", async (channels) => {
    const frame = Array.from({ length: channels }, (_, i) => 1024 * i);
    const mean = (1024 * (channels - 1)) / 2 / 32_768;
    expect(await read(makeWav(int16(...frame, ...frame), { channels }))).toEqual([mean, mean]);
  });

  test("a block border never cuts a frame", async () => {
    // Three bytes do not divide a block of 1 MiB.
    const frames = 500_000;
    const data = Buffer.alloc(frames * 3);
    for (let i = 0; i < frames; i += 1) data.writeIntLE(i, i * 3, 3);
    const samples = await read(makeWav(data, { bits: 24 }));
    expect(samples?.length).toBe(frames);
    expect(samples?.every((value, i) => value === i / 2 ** 23)).toBe(true);
  });
});

describe("sloppy encoders", () => {
  test.each([0, 0xffff_ffff, 0x7fff_0000])("a data size of %d means all that follows", async (declaredBytes) => {
    expect(await read(makeWav(int16(1, 2, 3), { declaredBytes }))).toHaveLength(3);
  });

  test("a truncated file gives what is there, without the half frame", async () => {
    const wav = makeWav(int16(1, 2, 3, 4));
    expect(await read(wav.subarray(0, wav.length - 3))).toHaveLength(2);
  });

  test("chunks behind the audio are not audio", async () => {
    const trailer = chunk("LIST", Buffer.alloc(100));
    expect(await read(makeWav(int16(1, 2, 3), { trailer }))).toHaveLength(3);
  });

  test.each([
    { sizeBytes: 26, pad: false },
    { sizeBytes: 27, pad: true },
    { sizeBytes: 27, pad: false },
  ])("a chunk before the audio is skipped: %o", async (extraChunk) => {
    expect(await read(makeWav(int16(16_384), { extraChunk }))).toEqual([0.5]);
  });
});

describe("files for ffmpeg", () => {
  test.each([
    ["another rate", makeWav(int16(1), { sampleRateHz: 44_100 })],
    ["a compressed format", makeWav(int16(1), { formatTag: 0x11 })],
    ["64 bit float", makeWav(Buffer.alloc(8), { formatTag: 3, bits: 64 })],
    ["no data chunk", chunk("RIFF", Buffer.concat([Buffer.from("WAVE"), formatChunk({})]))],
    ["audio before its format", chunk("RIFF", Buffer.concat([Buffer.from("WAVE"), chunk("data", int16(1))]))],
    ["text", Buffer.from("This is no audio at all, whatever its name says.")],
    ["an empty file", Buffer.alloc(0)],
  ])("%s gives null", async (_name, bytes) => {
    expect(await read(bytes)).toBeNull();
  });
});

test("audio longer than allowed is refused before it is read", async () => {
  const wav = makeWav(Buffer.alloc(16_001 * 2));
  expect(read(wav, 1)).rejects.toMatchObject({ kind: "audio_too_long", param: "file" });
  expect(await read(wav, 2)).toHaveLength(16_001);
});
