/** The buffers of one run at a time: audio in, segments out. Used by one thread. */
import { ptr, toArrayBuffer, type Pointer } from "bun:ffi";
import type { Segment, Token } from "../engine/messages.ts";
import { SttError } from "../errors.ts";
import { cString, pointerSlot, readString, type Library, type Returned } from "./library.ts";
import {
  OPTION_FIELDS,
  OptionField,
  SEGMENT_FIELDS,
  SegmentField,
  Status,
  TOKEN_FIELDS,
  TokenField,
  TokenTimes,
} from "./symbols.ts";
import { spanTokens, type TimeSpan } from "./token-times.ts";

const MS_PER_SECOND = 1000;
const MS_PER_FRAME = 10;
/** One retry of a window that looks wrong, at a temperature where the reference's own steps (0.2) have mostly settled. */
const RETRY_TEMPERATURE_STEP = 0.4;

export interface ChunkOptions {
  /** Whisper language code; null means detect. */
  readonly language: string | null;
  /** Codes to choose from where the language is detected; none means any. Costs another pass of the encoder. */
  readonly languages?: readonly string[];
  readonly translate: boolean;
  readonly prompt: string;
  readonly temperature: number;
  /** Whether a window that looks wrong is tried once more, hotter. As in OpenAI's API: at temperature 0, unless said. */
  readonly retry?: boolean;
  readonly threads: number;
  /** Encoder positions of 20 ms that are computed; all 1500 unless said. Fewer are faster and a little less exact. */
  readonly audioContext?: number;
  /** Whether segments carry their text tokens. */
  readonly tokens: boolean;
  /** Whether the tokens have times of their own; only on a context opened for that. */
  readonly tokenTimes?: boolean;
}

export interface ChunkResult {
  readonly language: string;
  /** 1 where the language was given. */
  readonly languageProbability: number;
  /** Times count from the first sample given. */
  readonly segments: Segment[];
}

export class State {
  readonly #library: Library;
  #pointer: number;

  private constructor(library: Library, pointer: number) {
    this.#library = library;
    this.#pointer = pointer;
  }

  /** @throws SttError model_unavailable if there is no memory for another state. */
  static open(library: Library, contextPointer: number): State {
    const out = pointerSlot();
    library.check(library.call.stt_state_open(contextPointer as Pointer, out.slot), "No decoding state could be made");
    return new State(library, out.read());
  }

  /** Address of the state, for `setAbort` from another thread. */
  get pointer(): number {
    return this.#guard();
  }

  /**
   * Transcribes mono 16 kHz samples in [-1, 1]. Blocks the thread until it is done.
   * @throws SttError client_closed if aborted, internal_error if whisper.cpp failed.
   */
  run(samples: Float32Array, options: ChunkOptions): ChunkResult {
    const state = this.#guard();
    const { call } = this.#library;
    const prompt = cString(options.prompt);
    const candidates = options.language === null ? (options.languages ?? []) : [];
    const language = candidates.length > 0 ? this.#chooseLanguage(samples, candidates, options) : options.language;
    const settings = this.#optionStruct({ ...options, language });
    const status = call.stt_state_run(state, samples, samples.length, settings, prompt, null, null);
    if (status === Status.aborted) throw new SttError("client_closed", "The transcription was cancelled.");
    if (status !== Status.ok) {
      const cause = new Error(readString(call.stt_last_error()));
      throw new SttError("internal_error", "This audio could not be transcribed. The log has the reason.", { cause });
    }
    const probability = new Float32Array(1);
    const decoded = call.stt_state_language(state, probability);
    return {
      language: readString(call.stt_language_code(decoded)),
      languageProbability: probability[0] ?? 1,
      segments: this.#readSegments(options.tokens),
    };
  }

  /**
   * How likely each language is for the first 30 s, by Whisper code. Empty if the model knows only English.
   * @throws SttError client_closed if aborted
   */
  detectLanguage(samples: Float32Array, threads: number): Map<string, number> {
    const { call } = this.#library;
    const probabilities = new Float32Array(call.stt_language_count());
    const best = new Int32Array(1);
    const state = this.#guard();
    const status = call.stt_state_detect_language(state, samples, samples.length, threads, probabilities, best);
    if (status === Status.invalidArgument) return new Map();
    this.#library.check(status, "The language could not be detected");
    return new Map(Array.from(probabilities, (p, id) => [readString(call.stt_language_code(id)), p]));
  }

  close(): void {
    if (this.#pointer === 0) return;
    this.#library.call.stt_state_close(this.#pointer as Pointer);
    this.#pointer = 0;
  }

  #guard(): Pointer {
    if (this.#pointer === 0) throw new SttError("internal_error", "The decoding state was closed.");
    return this.#pointer as Pointer;
  }

  /** The likeliest of the candidates; null where the model has nothing to choose. */
  #chooseLanguage(samples: Float32Array, candidates: readonly string[], { threads }: ChunkOptions): string | null {
    const probabilities = this.detectLanguage(samples, threads);
    const known = candidates.filter((code) => probabilities.has(code));
    const likelihood = (code: string) => probabilities.get(code) ?? 0;
    return known.toSorted((a, b) => likelihood(b) - likelihood(a))[0] ?? null;
  }

  #optionStruct(options: ChunkOptions): Int32Array {
    const fields = new Int32Array(OPTION_FIELDS);
    const floats = new Float32Array(fields.buffer);
    this.#library.call.stt_options_default(fields);
    fields[OptionField.threads] = options.threads;
    fields[OptionField.language] =
      options.language === null ? -1 : this.#library.call.stt_language_find(cString(options.language));
    fields[OptionField.translate] = options.translate ? 1 : 0;
    fields[OptionField.tokenTimes] = options.tokenTimes === true ? TokenTimes.dtw : TokenTimes.none;
    fields[OptionField.audioContext] = options.audioContext ?? 0;
    floats[OptionField.temperature] = options.temperature;
    floats[OptionField.temperatureStep] = (options.retry ?? options.temperature === 0) ? RETRY_TEMPERATURE_STEP : 0;
    floats[OptionField.maxTemperature] = options.temperature + RETRY_TEMPERATURE_STEP;
    return fields;
  }

  #readSegments(withTokens: boolean): Segment[] {
    const { call } = this.#library;
    const state = this.#guard();
    const segments = readStructs(SEGMENT_FIELDS, (count) => call.stt_state_segments(state, count));
    const tokens = readStructs(TOKEN_FIELDS, (count) => call.stt_state_tokens(state, count));
    const text = readBytes((size) => call.stt_state_text(state, size));
    // A character that two segments share belongs to the second; what the last one leaves incomplete is dropped.
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const aligned = new Aligner();
    return segments.map((s) => {
      const first = s.int(SegmentField.firstToken);
      const own = tokens.slice(first, first + s.int(SegmentField.tokenCount));
      const spoken = own.filter((t) => t.int(TokenField.textSize) > 0);
      const bytes = slice(text, s.int(SegmentField.textOffset), s.int(SegmentField.textSize));
      return {
        text: decoder.decode(bytes, { stream: true }),
        startSeconds: s.int(SegmentField.startMs) / MS_PER_SECOND,
        endSeconds: s.int(SegmentField.endMs) / MS_PER_SECOND,
        tokenIds: own.map((t) => t.int(TokenField.id)),
        tokens: withTokens ? aligned.place(s, spoken).map(([token, span]) => readToken(token, span, text)) : [],
        seekFrames: s.int(SegmentField.windowStartMs) / MS_PER_FRAME,
        temperature: round(s.float(SegmentField.temperature)),
        averageLogprob: s.float(SegmentField.meanLogprob),
        noSpeechProbability: s.float(SegmentField.noSpeechProbability),
      };
    });
  }
}

/** Ends (or lets run again) whatever the state at `statePointer` computes. Any thread may call it while it is open. */
export function setAbort(library: Library, statePointer: number, abort: boolean): void {
  library.call.stt_state_set_abort(statePointer as Pointer, abort ? 1 : 0);
}

/** Goes through the segments of a run; the alignment goes on from one to the next within a window. */
class Aligner {
  #windowMs = -1;
  #lastMs = -1;

  place(segment: Struct, tokens: readonly Struct[]): [Struct, TimeSpan][] {
    const windowMs = segment.int(SegmentField.windowStartMs);
    if (windowMs !== this.#windowMs) this.#lastMs = -1;
    this.#windowMs = windowMs;
    const reported = tokens.map((token) => token.int(TokenField.startMs));
    const own = { startMs: segment.int(SegmentField.startMs), endMs: segment.int(SegmentField.endMs) };
    const spans = spanTokens(reported, own, this.#lastMs);
    this.#lastMs = reported.at(-1) ?? this.#lastMs;
    return tokens.map((token, i) => [token, spans[i] ?? own]);
  }
}

/** One native struct of 4-byte fields. */
interface Struct {
  int(field: number): number;
  float(field: number): number;
}

function readStructs(fieldCount: number, get: (count: Pointer) => Returned): Struct[] {
  const count = new Int32Array(1);
  const pointer = get(ptr(count));
  const length = count[0] ?? 0;
  if (pointer === null || length === 0) return [];
  // A copy: the native array goes with the next run.
  const ints = new Int32Array(toArrayBuffer(Number(pointer) as Pointer, 0, length * fieldCount * 4).slice(0));
  const floats = new Float32Array(ints.buffer);
  return Array.from({ length }, (_, i) => ({
    int: (field) => ints[i * fieldCount + field] ?? 0,
    float: (field) => floats[i * fieldCount + field] ?? 0,
  }));
}

function readBytes(get: (size: Pointer) => Returned): Uint8Array {
  const size = new Int32Array(1);
  const pointer = get(ptr(size));
  const length = size[0] ?? 0;
  return pointer === null || length === 0
    ? new Uint8Array()
    : new Uint8Array(toArrayBuffer(Number(pointer) as Pointer, 0, length).slice(0));
}

function readToken(token: Struct, span: TimeSpan, text: Uint8Array): Token {
  return {
    id: token.int(TokenField.id),
    bytes: Array.from(slice(text, token.int(TokenField.textOffset), token.int(TokenField.textSize))),
    logprob: token.float(TokenField.logprob),
    startSeconds: span.startMs / MS_PER_SECOND,
    endSeconds: span.endMs / MS_PER_SECOND,
  };
}

function slice(bytes: Uint8Array, offset: number, size: number): Uint8Array {
  return bytes.subarray(offset, offset + size);
}

/** 0.4 and not 0.4000000059604645: temperatures come back as 32-bit floats. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
