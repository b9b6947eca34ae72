/**
 * The fast path: plain PCM WAV at 16 kHz is read directly, without a process of its own.
 */
import { open, type FileHandle } from "node:fs/promises";
import { audioTooLong, SAMPLE_RATE_HZ, sampleLimit } from "./samples.ts";
import { readWavLayout, type WavEncoding, type WavLayout } from "./wav-header.ts";

/** Read at a time. A whole number of frames of any layout is taken out of it. */
const BLOCK_BYTES = 1024 * 1024;

type ReadSample = (view: DataView, offset: number) => number;

/** Each encoding -> [-1, 1). Integers are scaled by their most negative value, as ffmpeg does. */
const READERS: Record<WavEncoding, ReadSample> = {
  pcm8: (view, offset) => (view.getUint8(offset) - 128) / 128,
  pcm16: (view, offset) => view.getInt16(offset, true) / 2 ** 15,
  pcm24: (view, offset) => (view.getUint16(offset, true) + view.getInt8(offset + 2) * 65_536) / 2 ** 23,
  pcm32: (view, offset) => view.getInt32(offset, true) / 2 ** 31,
  float32: (view, offset) => view.getFloat32(offset, true),
};

export interface ReadWavOptions {
  readonly maxAudioSeconds: number;
  readonly signal: AbortSignal;
}

/**
 * Samples of a 16 kHz PCM WAV file, mixed down to mono by the mean of the channels. Null if the file is anything else.
 * @throws SttError audio_too_long; the signal's reason
 */
export async function readWav(path: string, options: ReadWavOptions): Promise<Float32Array | null> {
  const file = await open(path, "r");
  try {
    const layout = await readWavLayout(file, (await file.stat()).size);
    if (layout === null || layout.sampleRateHz !== SAMPLE_RATE_HZ) return null;
    const frames = layout.dataBytes / layout.frameBytes;
    if (frames > sampleLimit(options.maxAudioSeconds)) throw audioTooLong(options.maxAudioSeconds);
    return await readFrames(file, layout, options.signal);
  } finally {
    await file.close();
  }
}

async function readFrames(file: FileHandle, layout: WavLayout, signal: AbortSignal): Promise<Float32Array> {
  const { frameBytes, dataBytes, dataOffset } = layout;
  const samples = new Float32Array(dataBytes / frameBytes);
  const blockBytes = Math.min(dataBytes, Math.max(1, Math.floor(BLOCK_BYTES / frameBytes)) * frameBytes);
  const block = Buffer.alloc(blockBytes);
  let done = 0;
  while (done < dataBytes) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(block, 0, Math.min(blockBytes, dataBytes - done), dataOffset + done);
    const whole = bytesRead - (bytesRead % frameBytes);
    if (whole === 0) break;
    const frames = new DataView(block.buffer, block.byteOffset, whole);
    mixDown(frames, layout, samples.subarray(done / frameBytes));
    done += whole;
  }
  return samples.subarray(0, done / frameBytes);
}

function mixDown(frames: DataView, layout: WavLayout, into: Float32Array): void {
  const { channels, frameBytes } = layout;
  const read = READERS[layout.encoding];
  const sampleBytes = frameBytes / channels;
  const count = frames.byteLength / frameBytes;
  for (let i = 0; i < count; i += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) sum += read(frames, i * frameBytes + channel * sampleBytes);
    into[i] = sum / channels;
  }
}
