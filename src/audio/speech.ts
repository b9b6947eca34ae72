/**
 * Speech probabilities -> spans of speech, by the rules of Silero's own `get_speech_timestamps` (snakers4/silero-vad,
 * src/silero_vad/utils_vad.py), which are made for its probabilities.
 */
import { SAMPLE_RATE_HZ } from "./samples.ts";

/** Half-open range of samples in which somebody speaks; ends lie on windows. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface SpeechOptions {
  /** Speech begins at this probability. Silero: 0.5. */
  readonly threshold: number;
  /** Shorter silence does not end speech. Silero: 100 ms. */
  readonly minSilenceMs: number;
}

/** Silero's window at 16 kHz: what one probability stands for. */
export const VAD_WINDOW_SAMPLES = 512;

/** Silero: speech ends below the threshold less this, and never at less than MIN_NEGATIVE_THRESHOLD. */
const HYSTERESIS = 0.15;
const MIN_NEGATIVE_THRESHOLD = 0.01;
/** Silero: what is shorter is a click or a cough. */
const MIN_SPEECH_SAMPLES = 0.25 * SAMPLE_RATE_HZ;

/** Follows speech window by window. */
class SpeechTracker {
  readonly #threshold: number;
  readonly #negativeThreshold: number;
  readonly #minSilenceSamples: number;
  #at = 0;
  #start: number | undefined;
  /** Where the silence began that may end the speech in hand. */
  #quietSince: number | undefined;

  constructor({ threshold, minSilenceMs }: SpeechOptions) {
    this.#threshold = threshold;
    this.#negativeThreshold = Math.max(threshold - HYSTERESIS, MIN_NEGATIVE_THRESHOLD);
    this.#minSilenceSamples = (minSilenceMs * SAMPLE_RATE_HZ) / 1000;
  }

  /** Whether somebody speaks, and has for long enough to be sure of it. */
  get isCertain(): boolean {
    const end = this.#quietSince ?? this.#at;
    return this.#start !== undefined && end - this.#start > MIN_SPEECH_SAMPLES;
  }

  /** Takes the next window. Returns the span that it ended. */
  push(probability: number): Span | undefined {
    if (probability >= this.#threshold) {
      this.#start ??= this.#at;
      this.#quietSince = undefined;
    } else if (probability < this.#negativeThreshold && this.#start !== undefined) {
      this.#quietSince ??= this.#at;
    }
    const isOver = this.#quietSince !== undefined && this.#at - this.#quietSince >= this.#minSilenceSamples;
    const span = isOver ? this.end() : undefined;
    this.#at += VAD_WINDOW_SAMPLES;
    return span;
  }

  /** Nothing follows. Returns the span that is open. */
  end(): Span | undefined {
    const span =
      this.#start !== undefined && this.isCertain
        ? { start: this.#start, end: this.#quietSince ?? this.#at }
        : undefined;
    this.#start = undefined;
    this.#quietSince = undefined;
    return span;
  }
}

/** Spans in order, each as soon as it is over. `probabilities` are those of successive windows, in pieces of any size. */
export async function* findSpeech(
  probabilities: AsyncIterable<Iterable<number>>,
  options: SpeechOptions,
): AsyncGenerator<Span> {
  const tracker = new SpeechTracker(options);
  for await (const piece of probabilities) {
    for (const probability of piece) {
      const span = tracker.push(probability);
      if (span) yield span;
    }
  }
  const last = tracker.end();
  if (last) yield last;
}

/** Whether `findSpeech` would find any; takes no more pieces than it needs to tell. */
export async function hasSpeech(
  probabilities: AsyncIterable<Iterable<number>>,
  options: SpeechOptions,
): Promise<boolean> {
  const tracker = new SpeechTracker(options);
  for await (const piece of probabilities) {
    for (const probability of piece) {
      tracker.push(probability);
      if (tracker.isCertain) return true;
    }
  }
  return false;
}
