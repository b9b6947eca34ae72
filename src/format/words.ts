/**
 * Token times -> words. Spaces part words; where a language writes none, each character is a word of its own.
 */
import { groupTokens, type TokenGroup } from "./characters.ts";
import type { TranscriptSegment } from "./transcript.ts";

export interface Word {
  /** Without the space before it and the punctuation around it. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** A word as it stands in the text, with its spaces and punctuation. Its times are those of the word alone. */
export interface Piece {
  readonly text: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** openai/whisper tokenizer.py, `split_to_word_tokens`. */
const WITHOUT_SPACES: ReadonlySet<string> = new Set(["zh", "ja", "th", "lo", "my", "yue"]);

/** Foreign words and numbers within such languages stay whole. */
const SPELLED_AT_START = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Nd}]/u;
const SPELLED_AT_END = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Nd}]$/u;

const SPOKEN = /[\p{L}\p{M}\p{N}\p{S}]/u;
const OUTER_PUNCTUATION = /^[^\p{L}\p{M}\p{N}\p{S}]+|[^\p{L}\p{M}\p{N}\p{S}]+$/gu;

/** The words of a transcript, in order. Their segments need tokens with times. */
export function listWords(segments: readonly TranscriptSegment[], language: string): Word[] {
  return segments
    .flatMap((segment) => splitWords(segment, language))
    .map(({ text, startSeconds, endSeconds }) => ({
      word: text.replace(OUTER_PUNCTUATION, ""),
      start: startSeconds,
      end: endSeconds,
    }))
    .filter(({ word }) => word !== "");
}

/**
 * Of the two times for the end of a segment's last word, that of the segment is the better one (tests/bench/words.ts), unless
 * it lies so far behind the word that it must be a pause.
 */
const MAX_LAST_WORD_GAP_SECONDS = 0.5;

/** A segment cut between its words; joined, the pieces are its tokens' text. */
export function splitWords(segment: TranscriptSegment, language: string): Piece[] {
  const pieces = joinWords(segment, language);
  const last = pieces.pop();
  if (last === undefined) return [];
  const gap = segment.endSeconds - last.endSeconds;
  return [...pieces, gap > 0 && gap <= MAX_LAST_WORD_GAP_SECONDS ? { ...last, endSeconds: segment.endSeconds } : last];
}

function joinWords(segment: TranscriptSegment, language: string): Piece[] {
  const spaced = !WITHOUT_SPACES.has(language);
  const pieces: Piece[] = [];
  for (const group of groupTokens(segment.tokens)) {
    for (const part of spaced ? splitAtSpaces(group) : splitCharacters(group)) {
      const last = pieces.at(-1);
      if (last === undefined || beginsWord(part.text, last.text, spaced)) pieces.push(part);
      else pieces[pieces.length - 1] = append(last, part);
    }
  }
  return pieces;
}

function beginsWord(text: string, before: string, spaced: boolean): boolean {
  // What was before any word (an opening quote, a dash) belongs to the first one.
  if (!SPOKEN.test(before)) return false;
  if (/^\s/.test(text) || /\s$/.test(before)) return true;
  return !spaced && /^[\p{L}\p{N}\p{S}]/u.test(text) && !(SPELLED_AT_END.test(before) && SPELLED_AT_START.test(text));
}

/** Punctuation is silent: it does not make a word longer. */
function append(piece: Piece, part: Piece): Piece {
  const text = piece.text + part.text;
  if (!SPOKEN.test(part.text)) return { ...piece, text };
  if (!SPOKEN.test(piece.text)) return { ...part, text };
  return { ...piece, text, endSeconds: part.endSeconds };
}

/** A token seldom holds more than one word; those it does hold share its time by their length. */
function splitAtSpaces(group: TokenGroup): Piece[] {
  return shareTime(group, group.text.split(/(?=\s+\S)(?<=\S)/u));
}

function splitCharacters(group: TokenGroup): Piece[] {
  return shareTime(group, [...group.text]);
}

function shareTime({ text, startSeconds, endSeconds }: TokenGroup, parts: readonly string[]): Piece[] {
  const at = (offset: number) => startSeconds + ((endSeconds - startSeconds) * offset) / Math.max(1, text.length);
  let offset = 0;
  return parts.map((part) => {
    const from = at(offset);
    offset += part.length;
    return { text: part, startSeconds: roundToMs(from), endSeconds: roundToMs(at(offset)) };
  });
}

function roundToMs(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
