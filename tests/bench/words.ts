/**
 * Which method says best when a word is spoken? Prints the errors of whisper.cpp's two methods, as they report, and of ours,
 * which is the alignment read as the reference reads it: single words of known position, and the first and last word of each
 * labelled clip.
 *
 *   bun tests/bench/words.ts
 */
import { toArrayBuffer, type Pointer } from "bun:ffi";
import { cutChunks } from "../../src/audio/chunks.ts";
import { SAMPLE_RATE_HZ } from "../../src/audio/samples.ts";
import type { Segment } from "../../src/engine/messages.ts";
import { listWords } from "../../src/format/words.ts";
import { Context } from "../../src/native/context.ts";
import { openLibrary, type Library } from "../../src/native/library.ts";
import { State } from "../../src/native/state.ts";
import { OptionField, TOKEN_FIELDS, TokenField, TokenTimes } from "../../src/native/symbols.ts";
import { NANO_MODEL_PATH, readClips } from "../support/fixtures.ts";
import { LIBRARY_DIR, samplesOf } from "../support/native.ts";
import {
  compareTimes,
  ISOLATED_WORDS_PATH,
  readIsolatedWords,
  summarize,
  type TimedWord,
  type TimeErrors,
} from "../support/word-times.ts";

interface Method {
  readonly name: string;
  readonly tokenTimes: number;
  /** Whether the reported times are used as they are. */
  readonly raw: boolean;
}

const METHODS: readonly Method[] = [
  { name: "signal heuristics, as reported", tokenTimes: TokenTimes.signal, raw: true },
  { name: "DTW, as reported", tokenTimes: TokenTimes.dtw, raw: true },
  { name: "DTW, as we read it", tokenTimes: TokenTimes.dtw, raw: false },
];

/** The library with the method forced: `State` itself offers only the one that was chosen. */
function forceMethod(library: Library, { tokenTimes }: Method): Library {
  const { stt_state_run: original } = library.call;
  const run = (...args: Parameters<typeof original>) => {
    if (args[3] instanceof Int32Array) args[3][OptionField.tokenTimes] = tokenTimes;
    return original(...args);
  };
  return { ...library, call: { ...library.call, stt_state_run: Object.assign(run, original) } };
}

/** Puts the times into the segments that the state reported for their tokens. */
function withReportedTimes(library: Library, state: State, segments: readonly Segment[]): Segment[] {
  const count = new Int32Array(1);
  const pointer = library.call.stt_state_tokens(state.pointer as Pointer, count);
  if (pointer === null) return [];
  const fields = new Int32Array(toArrayBuffer(Number(pointer) as Pointer, 0, (count[0] ?? 0) * TOKEN_FIELDS * 4));
  const field = (token: number, at: number) => fields[token * TOKEN_FIELDS + at] ?? 0;
  const spoken = Array.from({ length: count[0] ?? 0 }, (_, i) => i).filter((i) => field(i, TokenField.textSize) > 0);
  return segments.map((segment) => ({
    ...segment,
    tokens: segment.tokens.map((token) => {
      const i = spoken.shift() ?? 0;
      const [startMs, endMs] = [field(i, TokenField.startMs), field(i, TokenField.endMs)];
      return { ...token, startSeconds: startMs / 1000, endSeconds: endMs / 1000 };
    }),
  }));
}

function hear(
  library: Library,
  context: Context,
  options: { method: Method; samples: Float32Array; language: string },
) {
  const { method, samples, language } = options;
  const state = State.open(forceMethod(library, method), context.pointer);
  const words: TimedWord[] = [];
  for (const { start, end } of cutChunks(samples)) {
    const chunk = { language, translate: false, prompt: "", temperature: 0, threads: 2, tokens: true };
    const { segments } = state.run(samples.slice(start, end), chunk);
    const timed = method.raw ? withReportedTimes(library, state, segments) : segments;
    const shift = start / SAMPLE_RATE_HZ;
    for (const word of listWords(timed, language)) {
      words.push({ ...word, start: word.start + shift, end: word.end + shift });
    }
  }
  state.close();
  return words;
}

function tell(values: readonly number[]): string {
  const { median, p95, count } = summarize(values);
  return `median ${String(median).padStart(4)} ms, 95 % within ${String(p95).padStart(4)} ms (${count} words)`;
}

function report(name: string, errors: TimeErrors): void {
  console.log(`  ${name}\n    start: ${tell(errors.start)}\n    end:   ${tell(errors.end)}`);
}

async function measureClips(library: Library, context: Context, method: Method): Promise<TimeErrors> {
  const errors: TimeErrors = { start: [], end: [] };
  for (const clip of (await readClips()).filter(({ kind }) => kind === "short")) {
    const label = clip.segments[0];
    const words = hear(library, context, { method, samples: await samplesOf(clip.path), language: clip.language });
    const [first, last] = [words[0], words.at(-1)];
    if (label === undefined || first === undefined || last === undefined) continue;
    errors.start.push(Math.abs(first.start - label.startSeconds) * 1000);
    errors.end.push(Math.abs(last.end - label.endSeconds) * 1000);
  }
  return errors;
}

const library = openLibrary(LIBRARY_DIR);
const labels = await readIsolatedWords();
const isolated = await samplesOf(ISOLATED_WORDS_PATH);
const plain = Context.open(library, NANO_MODEL_PATH);
for (const method of METHODS) {
  const context = method.tokenTimes === TokenTimes.dtw ? plain.shareTimed() : plain;
  const words = hear(library, context, { method, samples: isolated, language: "en" });
  report(`single words: ${method.name}`, compareTimes(words, labels));
  report(`first and last words of the clips: ${method.name}`, await measureClips(library, context, method));
  if (context !== plain) context.close();
}
plain.close();
