/**
 * The C functions of lib/shim/stt.h as bun:ffi sees them, and the memory layout of its structs. Field for field the
 * header; `STT_ABI_VERSION` is compared at load.
 */
import { FFIType, type FFIFunction } from "bun:ffi";

export const STT_ABI_VERSION = 1;

const { i32, ptr, void: nothing } = FFIType;

export const symbols = {
  stt_abi_version: { args: [], returns: i32 },
  stt_version: { args: [], returns: ptr },
  stt_system_info: { args: [], returns: ptr },
  stt_last_error: { args: [], returns: ptr },
  stt_backend_load_cpu: { args: [ptr], returns: i32 },
  stt_backend_load: { args: [ptr], returns: i32 },
  stt_cpu_variant: { args: [], returns: ptr },
  stt_log_take: { args: [ptr, i32, ptr], returns: i32 },
  stt_context_open: { args: [ptr, ptr, ptr], returns: i32 },
  stt_context_share_timed: { args: [ptr, ptr], returns: i32 },
  stt_context_close: { args: [ptr], returns: nothing },
  stt_context_facts: { args: [ptr, ptr], returns: i32 },
  stt_context_type: { args: [ptr], returns: ptr },
  stt_context_count_tokens: { args: [ptr, ptr], returns: i32 },
  stt_language_count: { args: [], returns: i32 },
  stt_language_code: { args: [i32], returns: ptr },
  stt_language_find: { args: [ptr], returns: i32 },
  stt_state_open: { args: [ptr, ptr], returns: i32 },
  stt_state_close: { args: [ptr], returns: nothing },
  stt_state_set_abort: { args: [ptr, i32], returns: nothing },
  stt_options_default: { args: [ptr], returns: nothing },
  stt_state_run: { args: [ptr, ptr, i32, ptr, ptr, ptr, ptr], returns: i32 },
  stt_state_language: { args: [ptr, ptr], returns: i32 },
  stt_state_segments: { args: [ptr, ptr], returns: ptr },
  stt_state_tokens: { args: [ptr, ptr], returns: ptr },
  stt_state_text: { args: [ptr, ptr], returns: ptr },
  stt_state_detect_language: { args: [ptr, ptr, i32, i32, ptr, ptr], returns: i32 },
  stt_vad_open: { args: [ptr, ptr], returns: i32 },
  stt_vad_close: { args: [ptr], returns: nothing },
  stt_vad_window_samples: { args: [ptr], returns: i32 },
  stt_vad_run: { args: [ptr, ptr, i32, i32, ptr, ptr], returns: i32 },
} as const satisfies Record<string, FFIFunction>;

/** `stt_status` codes that are told apart here. */
export const Status = { ok: 0, invalidArgument: 1, notFound: 2, badModel: 3, outOfMemory: 4, aborted: 5 } as const;

/** `stt_token_times`. */
export const TokenTimes = { none: 0, signal: 1, dtw: 2 } as const;

/** Index of each 4-byte field in its struct. `stt_options` begins with integers; floats follow from `temperature` on. */
export const OptionField = {
  threads: 0,
  language: 1,
  translate: 2,
  timestamps: 3,
  tokenTimes: 4,
  maxTokens: 5,
  maxInitialTimestampMs: 6,
  audioContext: 7,
  seed: 8,
  temperature: 9,
  temperatureStep: 10,
  maxTemperature: 11,
  compressionThreshold: 12,
  logprobThreshold: 13,
  noSpeechThreshold: 14,
} as const;
export const OPTION_FIELDS = 15;

export const SegmentField = {
  startMs: 0,
  endMs: 1,
  windowStartMs: 2,
  firstToken: 3,
  tokenCount: 4,
  textOffset: 5,
  textSize: 6,
  temperature: 7,
  meanLogprob: 8,
  noSpeechProbability: 9,
} as const;
export const SEGMENT_FIELDS = 10;

export const TokenField = {
  id: 0,
  textOffset: 1,
  textSize: 2,
  startMs: 3,
  endMs: 4,
  probability: 5,
  logprob: 6,
} as const;
export const TOKEN_FIELDS = 7;

export const FactField = { multilingual: 0, melBins: 1, ftype: 2 } as const;
export const FACT_FIELDS = 9;
