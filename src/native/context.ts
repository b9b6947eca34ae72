/** A model's weights, shared by any number of states. */
import type { Pointer } from "bun:ffi";
import { SttError } from "../errors.ts";
import type { ModelFacts } from "../engine/messages.ts";
import { cString, pointerSlot, readString, type Library } from "./library.ts";
import { FACT_FIELDS, FactField, Status } from "./symbols.ts";

/** ggml_ftype (ggml.h) of the weight formats in which Whisper models are published. */
const PRECISIONS: Readonly<Record<number, string>> = {
  0: "f32",
  1: "f16",
  2: "q4_0",
  3: "q4_1",
  7: "q8_0",
  8: "q5_0",
  9: "q5_1",
};
/** whisper.cpp adds this times a version to the ftype of quantised files (GGML_QNT_VERSION_FACTOR). */
const QUANTISATION_VERSION_FACTOR = 1000;

/** A native object: whoever opens it closes it, after all its states. */
export class Context {
  readonly #library: Library;
  #pointer: number;
  readonly facts: ModelFacts;

  private constructor(library: Library, pointer: number) {
    this.#library = library;
    this.#pointer = pointer;
    this.facts = readFacts(library, pointer);
  }

  /**
   * Loads a ggml Whisper model; blocks while it reads the file.
   * @throws SttError model_unavailable with the reason.
   */
  static open(library: Library, modelPath: string): Context {
    const out = pointerSlot();
    const options = new Int32Array([0, 0, 1]); // use_gpu, gpu_device, flash_attention
    const status = library.call.stt_context_open(cString(modelPath), options, out.slot);
    library.check(status, "The model cannot be loaded");
    return new Context(library, out.read());
  }

  /**
   * A second context on the same weights whose states can say when each token was spoken. They do without flash attention,
   * which hides what the decoder looks at: on a CPU that takes about half as long again. To be closed before this one.
   */
  shareTimed(): Context {
    const out = pointerSlot();
    const status = this.#library.call.stt_context_share_timed(this.pointer as Pointer, out.slot);
    this.#library.check(status, "The model cannot be prepared for word times");
    return new Context(this.#library, out.read());
  }

  /** Address of the weights, to be handed to worker threads of this process. */
  get pointer(): number {
    if (this.#pointer === 0) throw new SttError("internal_error", "The model was closed.");
    return this.#pointer;
  }

  close(): void {
    if (this.#pointer === 0) return;
    this.#library.call.stt_context_close(this.#pointer as Pointer);
    this.#pointer = 0;
  }
}

function readFacts(library: Library, pointer: number): ModelFacts {
  const facts = new Int32Array(FACT_FIELDS);
  if (library.call.stt_context_facts(pointer as Pointer, facts) !== Status.ok) {
    throw new SttError("model_unavailable", "The model does not state its own dimensions.");
  }
  const ftype = (facts[FactField.ftype] ?? 0) % QUANTISATION_VERSION_FACTOR;
  return {
    type: readString(library.call.stt_context_type(pointer as Pointer)),
    multilingual: facts[FactField.multilingual] === 1,
    melBins: facts[FactField.melBins] ?? 0,
    precision: PRECISIONS[ftype] ?? `ftype ${ftype}`,
  };
}
