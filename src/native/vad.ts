/** Voice activity: how likely each 32 ms of audio are speech. Used by one thread; more would make it slower. */
import { closeSync, openSync, readSync } from "node:fs";
import { toArrayBuffer, type Pointer } from "bun:ffi";
import { SttError } from "../errors.ts";
import { cString, pointerSlot, type Library } from "./library.ts";

/** How a Silero model in ggml form begins: ggml's magic number, the length of a name, the name. */
const SILERO_HEADER = Buffer.from("lmgg\x0a\0\0\0silero");

/** A native object: whoever opens it closes it. */
export class Vad {
  readonly #library: Library;
  #pointer: number;

  private constructor(library: Library, pointer: number) {
    this.#library = library;
    this.#pointer = pointer;
  }

  /**
   * Loads a Silero model in ggml form (0.9 MB).
   * @throws SttError model_unavailable with the reason
   */
  static open(library: Library, modelPath: string): Vad {
    assertSilero(modelPath);
    const out = pointerSlot();
    const status = library.call.stt_vad_open(cString(modelPath), out.slot);
    library.check(status, "The voice activity model cannot be loaded");
    return new Vad(library, out.read());
  }

  /** Samples that one probability stands for: 512. */
  get windowSamples(): number {
    return this.#library.call.stt_vad_window_samples(this.#guard());
  }

  /**
   * Speech probability of each window of mono 16 kHz samples, the last window filled up with zeros; a copy. Blocks the thread.
   * @param goOn whether the samples follow those of the last call: the model has a memory. The pieces must then be whole windows.
   * @throws SttError internal_error if the model failed
   */
  run(samples: Float32Array, goOn = false): Float32Array {
    const vad = this.#guard();
    if (samples.length === 0) return new Float32Array();
    const probabilities = pointerSlot();
    const count = new Int32Array(1);
    const status = this.#library.call.stt_vad_run(
      vad,
      samples,
      samples.length,
      goOn ? 1 : 0,
      probabilities.slot,
      count,
    );
    if (status !== 0) throw new SttError("internal_error", "The voice activity model failed on this audio.");
    const sizeBytes = (count[0] ?? 0) * Float32Array.BYTES_PER_ELEMENT;
    return new Float32Array(toArrayBuffer(probabilities.read() as Pointer, 0, sizeBytes).slice(0));
  }

  close(): void {
    if (this.#pointer === 0) return;
    this.#library.call.stt_vad_close(this.#pointer as Pointer);
    this.#pointer = 0;
  }

  #guard(): Pointer {
    if (this.#pointer === 0) throw new SttError("internal_error", "The voice activity model was closed.");
    return this.#pointer as Pointer;
  }
}

/** whisper.cpp ends the process on a ggml model of another kind. */
function assertSilero(path: string): void {
  const header = Buffer.alloc(SILERO_HEADER.length);
  try {
    const file = openSync(path, "r");
    try {
      readSync(file, header);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw notSilero("cannot be read", cause);
  }
  if (!header.equals(SILERO_HEADER)) throw notSilero("is something else");
}

function notSilero(found: string, cause?: unknown): SttError {
  return new SttError(
    "model_unavailable",
    `The voice activity model cannot be loaded: expected a Silero model in ggml form, but the file ${found}. ` +
      "Check STT_VAD_MODEL.",
    { cause },
  );
}
