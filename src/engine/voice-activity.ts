/**
 * Speech probabilities of whole files. The model takes 2.5 ms for a second of audio, so it runs on the engine's own thread,
 * a second at a time: between two pieces everybody else gets a turn, and a thread of its own would only add copies.
 */
import { setImmediate as turn } from "node:timers/promises";
import { VAD_WINDOW_SAMPLES } from "../audio/speech.ts";

/** One run of the model at a time; it remembers what it heard. `src/native/vad.ts` is the real one. */
export interface VoiceDetector {
  /** Probability of each window. `goOn`: the samples follow those of the last call. */
  run(samples: Float32Array, goOn: boolean): Float32Array;
}

export interface DetectOptions {
  /** Samples are multiplied by it. */
  readonly gain: number;
  readonly signal: AbortSignal;
  /** Told the time of each run of the model. */
  readonly onSpent: (ms: number) => void;
}

/** About a second: whole windows. */
const PIECE_SAMPLES = 32 * VAD_WINDOW_SAMPLES;

export class VoiceActivity {
  readonly #open: () => VoiceDetector;
  /** Opening one takes 2 ms and 1 MB; there come to be as many as files were looked at at once. */
  readonly #idle: VoiceDetector[] = [];

  /** Opens one detector, so that a bad model is known at the start. @throws what `open` throws */
  constructor(open: () => VoiceDetector) {
    this.#open = open;
    this.#idle.push(open());
  }

  /** Probabilities of successive windows of mono 16 kHz samples, a piece at a time. @throws the signal's reason */
  async *detect(samples: Float32Array, { gain, signal, onSpent }: DetectOptions): AsyncGenerator<Float32Array> {
    const detector = this.#idle.pop() ?? this.#open();
    try {
      for (let start = 0; start < samples.length; start += PIECE_SAMPLES) {
        signal.throwIfAborted();
        const startMs = performance.now();
        const piece = samples.subarray(start, start + PIECE_SAMPLES);
        const probabilities = detector.run(gain === 1 ? piece : piece.map((sample) => sample * gain), start > 0);
        onSpent(performance.now() - startMs);
        yield probabilities;
        await turn();
      }
    } finally {
      this.#idle.push(detector);
    }
  }
}
