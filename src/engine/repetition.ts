/**
 * A last gate against a known fault of Whisper: on music and noise it may write the same words over and over until its
 * tokens are spent. What is cut here got past the native retry at a higher temperature.
 */
import { deflateSync } from "node:zlib";
import type { Segment } from "./messages.ts";

/** openai/whisper transcribe.py, `compression_ratio_threshold`: text that zlib makes smaller than this is repetitive. */
const MAX_COMPRESSION_RATIO = 2.4;

/** People do say a word four times, or "zero" eight times; nobody says the same to fill sixteen words, five times over. */
const MIN_LOOP_WORDS = 16;
const MIN_LOOP_ROUNDS = 5;
/** Longer loops do not fit into a window five times. */
const MAX_ROUND_WORDS = 30;

/** Below it the model itself did not believe what it wrote (openai/whisper transcribe.py, `logprob_threshold`). */
const MIN_LOGPROB = -1;

/** Also for languages that write without spaces. */
const WORDS = new Intl.Segmenter(undefined, { granularity: "word" });

/**
 * The segment with a loop at its end cut down to its first round; null if it is nothing but a loop that the model doubted.
 * Anything that might have been said comes back as it is.
 */
export function limitRepetition(segment: Segment): Segment | null {
  const { text } = segment;
  if (compressionRatio(text) <= MAX_COMPRESSION_RATIO) return segment;
  const words = [...WORDS.segment(text)].filter((part) => part.isWordLike);
  const kept = findLoop(words.map((word) => word.segment.toLowerCase()));
  if (kept === undefined) return segment;
  if (kept.startWord === 0 && segment.averageLogprob < MIN_LOGPROB) return null;
  // Up to the second round, less the space before it: punctuation of the first one stays.
  return cutText(segment, text.slice(0, words[kept.endWord]?.index).trimEnd());
}

/** Length in UTF-8 by its length after zlib. */
function compressionRatio(text: string): number {
  const bytes = Buffer.from(text);
  return bytes.length / deflateSync(bytes).length;
}

/** First round of the shortest loop that runs to the end of the words; a last round may be incomplete. */
function findLoop(words: readonly string[]): { startWord: number; endWord: number } | undefined {
  for (let round = 1; round <= MAX_ROUND_WORDS; round += 1) {
    let start = words.length;
    while (start > 0 && (start + round > words.length || words[start - 1] === words[start - 1 + round])) start -= 1;
    const length = words.length - start;
    if (length >= MIN_LOOP_WORDS && length >= round * MIN_LOOP_ROUNDS)
      return { startWord: start, endWord: start + round };
  }
  return undefined;
}

/** Tokens are cut with the text. Token ids stay: they are what was decoded. */
function cutText(segment: Segment, text: string): Segment {
  let room = Buffer.byteLength(text);
  const tokens = segment.tokens.filter((token) => (room -= token.bytes.length) >= 0);
  return { ...segment, text, tokens, endSeconds: tokens.at(-1)?.endSeconds ?? segment.endSeconds };
}
