/**
 * Which parts of a file are transcribed: all of it, the parts with speech, or nothing.
 */
import { cutChunks, type Chunk } from "../audio/chunks.ts";
import { isSilence, loudestRms } from "../audio/loudness.ts";
import { packSpeech } from "../audio/pack.ts";
import { SAMPLE_RATE_HZ } from "../audio/samples.ts";
import { findSpeech, hasSpeech } from "../audio/speech.ts";
import type { EngineSettings, SpeechRules } from "./messages.ts";
import type { DetectOptions, VoiceActivity } from "./voice-activity.ts";

export interface CutOptions {
  readonly mode: EngineSettings["vad"];
  /** Null where there is no model. */
  readonly voice: VoiceActivity | null;
}

export interface CutRequest extends Omit<DetectOptions, "gain"> {
  /** Null means DEFAULT_RULES. */
  readonly rules: SpeechRules | null;
}

/** Chunks of a file in order, each as soon as it is known; none where nobody speaks. @throws the signal's reason */
export type Cut = (samples: Float32Array, request: CutRequest) => AsyncIterable<Chunk>;

/** Threshold and silence are Silero's own. The padding is what its 100 ms of silence leave between two chunks, twice. */
const DEFAULT_RULES: SpeechRules = { threshold: 0.5, prefixPaddingMs: 200, silenceDurationMs: 100 };

/** Up to here a clip is looked at only until somebody speaks, 2 ms instead of 25, and then goes to the model as it is. */
const SHORT_CLIP_SAMPLES = 10 * SAMPLE_RATE_HZ;

/** Quiet recordings are raised to this (-20 dBFS) for the detector, which hears no speech below about -50. */
const WANTED_RMS = 0.1;
const MAX_GAIN = 100;

/** Puts the operator's settings to work. */
export function createCut({ mode, voice }: CutOptions): Cut {
  return async function* cut(samples, { rules, ...request }) {
    if (mode === "off") return yield* cutChunks(samples);
    const rms = loudestRms(samples);
    if (isSilence(rms)) return;
    if (voice === null) return yield* cutChunks(samples);
    const { threshold, prefixPaddingMs, silenceDurationMs } = rules ?? DEFAULT_RULES;
    const speech = { threshold, minSilenceMs: silenceDurationMs };
    const probabilities = voice.detect(samples, { ...request, gain: gainFor(rms) });
    if (mode === "auto" && rules === null && samples.length <= SHORT_CLIP_SAMPLES) {
      if (await hasSpeech(probabilities, speech)) yield { start: 0, end: samples.length };
      return;
    }
    yield* packSpeech(findSpeech(probabilities, speech), samples, prefixPaddingMs);
  };
}

function gainFor(rms: number): number {
  return Math.min(Math.max(WANTED_RMS / rms, 1), MAX_GAIN);
}
