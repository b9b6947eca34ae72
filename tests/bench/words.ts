/**
 * Which method says best when a word is spoken? Prints the error of starts and ends for whisper.cpp's two methods and for
 * what we make of them: single words of known position, and the first and last words of the labelled clips.
 *
 *   bun tests/bench/words.ts
 */
import type { ChunkResult } from "../../src/native/state.ts";
import type { Segment } from "../../src/engine/messages.ts";
import { cutChunks } from "../../src/audio/chunks.ts";
import { SAMPLE_RATE_HZ } from "../../src/audio/samples.ts";
import { listWords, type Word } from "../../src/format/words.ts";
import { Context } from "../../src/native/context.ts";
import { openLibrary, type Library } from "../../src/native/library.ts";
import { State } from "../../src/native/state.ts";
import { OptionField, SEGMENT_FIELDS, TOKEN_FIELDS, TokenTimes } from "../../src/native/symbols.ts";
import { NANO_MODEL_PATH, readClips } from "../support/fixtures.ts";
import { LIBRARY_DIR, samplesOf } from "../support/native.ts";
import { compareTimes, ISOLATED_WORDS_PATH, readIsolatedWords, summarize, type TimedWord } from "../support/word-times.ts";
