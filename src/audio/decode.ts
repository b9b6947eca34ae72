/**
 * File -> samples. Content decides how, never the name.
 */
import { decodeWithFfmpeg, type FfmpegOptions } from "./ffmpeg.ts";
import { sanitizeSamples } from "./samples.ts";
import { readWav } from "./wav.ts";

export type DecodeOptions = FfmpegOptions;

/**
 * All samples of a file: mono, 16 kHz, finite. The caller owns them.
 * @throws SttError unreadable_audio, audio_too_long; the signal's reason
 */
export async function decodeAudio(path: string, options: DecodeOptions): Promise<Float32Array> {
  const samples = (await readWav(path, options)) ?? (await decodeWithFfmpeg(path, options));
  sanitizeSamples(samples);
  return samples;
}
