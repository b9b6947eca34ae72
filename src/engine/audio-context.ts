/**
 * How much of its 30 s window the encoder computes for a chunk. Whisper was trained on whole windows, padded with silence;
 * computing fewer positions is several times faster for short speech and changes its numbers a little.
 */
import { SAMPLE_RATE_HZ } from "../audio/samples.ts";

/** Encoder positions of a second (Whisper: 1500 for 30 s). */
const POSITIONS_PER_SECOND = 50;
const ALL_POSITIONS = 1500;
/** Attention over another number of positions is padded, and no longer exact (whisper.cpp pull request 3941). */
const STEP = 256;
/** Silence that the model hears after the speech, as it did in training. */
const TAIL_SECONDS = 1;

/** Positions for a chunk of that many samples: a multiple of 256 with a second to spare, or all. */
export function fitAudioContext(sampleCount: number): number {
  const needed = (sampleCount / SAMPLE_RATE_HZ + TAIL_SECONDS) * POSITIONS_PER_SECOND;
  return Math.min(ALL_POSITIONS, Math.ceil(needed / STEP) * STEP);
}

/** The least an encoder computes: enough to touch every weight once. */
export const LEAST_AUDIO_CONTEXT = STEP;
