/**
 * Finds format and audio of a RIFF/WAVE file. Tolerant where real encoders are sloppy: sizes that a streaming encoder
 * never went back to fill in, chunks before the audio, missing pad bytes.
 */
import type { FileHandle } from "node:fs/promises";

/** How one sample is stored. `pcm8` is unsigned; the others are signed little-endian. */
export type WavEncoding = "pcm8" | "pcm16" | "pcm24" | "pcm32" | "float32";

export interface WavLayout {
  readonly encoding: WavEncoding;
  readonly channels: number;
  readonly sampleRateHz: number;
  /** Bytes of one sample of all channels. */
  readonly frameBytes: number;
  readonly dataOffset: number;
  /** Bytes of whole frames that are in the file, whatever its header claims. */
  readonly dataBytes: number;
}

/** Registered format tags (mmreg.h). */
const FORMAT_PCM = 1;
const FORMAT_FLOAT = 3;
const FORMAT_EXTENSIBLE = 0xfffe;

const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
/** WAVE_FORMAT_EXTENSIBLE, the longest form. */
const FORMAT_CHUNK_BYTES = 40;
/** Where the sub-format's GUID starts; its first two bytes are a format tag. */
const SUBFORMAT_OFFSET = 24;
/** Nobody writes more chunks before the audio; a file that claims so is left to ffmpeg. */
const MAX_CHUNKS = 64;

type Format = Omit<WavLayout, "dataOffset" | "dataBytes">;

/** Layout of a plain PCM WAV file, or null if it is anything else. */
export async function readWavLayout(file: FileHandle, fileBytes: number): Promise<WavLayout | null> {
  const riff = await readAt(file, 0, RIFF_HEADER_BYTES);
  if (riff.length < RIFF_HEADER_BYTES || tag(riff, 0) !== "RIFF" || tag(riff, 8) !== "WAVE") return null;
  let format: Format | null = null;
  let offset = RIFF_HEADER_BYTES;
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk += 1) {
    const header = await readAt(file, offset, CHUNK_HEADER_BYTES);
    if (header.length < CHUNK_HEADER_BYTES) return null;
    const id = tag(header, 0);
    const size = header.readUInt32LE(4);
    const body = offset + CHUNK_HEADER_BYTES;
    if (id === "fmt ") format = parseFormat(await readAt(file, body, Math.min(size, FORMAT_CHUNK_BYTES)));
    if (id === "data")
      return format && { ...format, dataOffset: body, dataBytes: audioBytes(format, size, fileBytes - body) };
    offset = body + size + (await padBytes(file, body, size));
  }
  return null;
}

/** A size of zero, or beyond the end of the file, is a header that was never filled in: all that follows is audio. */
function audioBytes(format: Format, declaredBytes: number, availableBytes: number): number {
  const bytes = declaredBytes === 0 ? availableBytes : Math.min(declaredBytes, availableBytes);
  return bytes - (bytes % format.frameBytes);
}

/** Chunks of odd size are followed by a zero byte, except by encoders that forget it; no chunk id starts with zero. */
async function padBytes(file: FileHandle, body: number, size: number): Promise<number> {
  if (size % 2 === 0) return 0;
  return (await readAt(file, body + size, 1))[0] === 0 ? 1 : 0;
}

function parseFormat(chunk: Buffer): Format | null {
  if (chunk.length < 16) return null;
  let formatTag = chunk.readUInt16LE(0);
  if (formatTag === FORMAT_EXTENSIBLE) {
    if (chunk.length < SUBFORMAT_OFFSET + 2) return null;
    formatTag = chunk.readUInt16LE(SUBFORMAT_OFFSET);
  }
  const channels = chunk.readUInt16LE(2);
  const sampleRateHz = chunk.readUInt32LE(4);
  const frameBytes = chunk.readUInt16LE(12);
  const bits = chunk.readUInt16LE(14);
  const encoding = encodingOf(formatTag, bits);
  if (encoding === null || channels === 0 || frameBytes !== (channels * bits) / 8) return null;
  return { encoding, channels, sampleRateHz, frameBytes };
}

function encodingOf(formatTag: number, bits: number): WavEncoding | null {
  if (formatTag === FORMAT_FLOAT) return bits === 32 ? "float32" : null;
  if (formatTag !== FORMAT_PCM) return null;
  if (bits === 8) return "pcm8";
  if (bits === 16) return "pcm16";
  if (bits === 24) return "pcm24";
  return bits === 32 ? "pcm32" : null;
}

function tag(bytes: Buffer, offset: number): string {
  return bytes.toString("latin1", offset, offset + 4);
}

/** Up to `sizeBytes` bytes; fewer at the end of the file. */
async function readAt(file: FileHandle, offset: number, sizeBytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(sizeBytes), 0, sizeBytes, offset);
  return buffer.subarray(0, bytesRead);
}
