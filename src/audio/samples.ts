/**
 * What "audio" means past the decoder: one `Float32Array`, mono, 16 kHz, about [-1, 1].
 */
import { SttError } from "../errors.ts";

/** The rate of Whisper's front end. */
export const SAMPLE_RATE_HZ = 16_000;

const BYTES_PER_SAMPLE = Float32Array.BYTES_PER_ELEMENT;

/** JavaScriptCore's ceiling for one buffer is 4 GiB: 18 hours of audio. */
const MAX_BUFFER_BYTES = 2 ** 32 - BYTES_PER_SAMPLE;

/** The largest scale that anybody writes float samples in (16-bit integers cast to float); its squares fit a float. */
const MAX_MAGNITUDE = 32_768;

/** The answer to audio longer than the operator allows. */
export function audioTooLong(maxAudioSeconds: number): SttError {
  return new SttError(
    "audio_too_long",
    `Expected at most ${maxAudioSeconds} seconds of audio, got more. Split the file, or raise STT_MAX_AUDIO_MINUTES.`,
    { param: "file" },
  );
}

/** Most samples that audio of this length may have. */
export function sampleLimit(maxAudioSeconds: number): number {
  return Math.min(Math.floor(maxAudioSeconds * SAMPLE_RATE_HZ), MAX_BUFFER_BYTES / BYTES_PER_SAMPLE);
}

/**
 * Collects 32-bit float samples that arrive as pieces of bytes, cut anywhere. Grows in place: the address space is
 * reserved once and memory is taken as it fills, so nothing is ever copied to a larger buffer.
 */
export class SampleBuffer {
  readonly #buffer: ArrayBuffer;
  readonly #limitBytes: number;
  #sizeBytes = 0;

  /** @param limitSamples most samples it may ever hold, at most 2^30 - 1 */
  constructor(limitSamples: number) {
    this.#limitBytes = limitSamples * BYTES_PER_SAMPLE;
    this.#buffer = new ArrayBuffer(0, { maxByteLength: this.#limitBytes });
  }

  /** Copies the bytes to the end. Returns false, and takes nothing, if they do not fit any more. */
  append(bytes: Uint8Array): boolean {
    const sizeBytes = this.#sizeBytes + bytes.byteLength;
    if (sizeBytes > this.#limitBytes) return false;
    this.#buffer.resize(sizeBytes);
    new Uint8Array(this.#buffer, this.#sizeBytes, bytes.byteLength).set(bytes);
    this.#sizeBytes = sizeBytes;
    return true;
  }

  /** All whole samples so far; shares memory with the buffer. */
  samples(): Float32Array {
    return new Float32Array(this.#buffer, 0, Math.floor(this.#sizeBytes / BYTES_PER_SAMPLE));
  }
}

/** Replaces, in place, what no microphone records and no spectrum survives: NaN, infinities, absurd magnitudes. */
export function sanitizeSamples(samples: Float32Array): void {
  for (let i = 0; i < samples.length; i += 1) {
    const value = samples[i] ?? 0;
    if (Math.abs(value) <= MAX_MAGNITUDE) continue;
    samples[i] = Number.isNaN(value) ? 0 : Math.sign(value) * MAX_MAGNITUDE;
  }
}
