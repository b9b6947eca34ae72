/**
 * Segments -> subtitle cues. Each segment is a cue, unless limits are set; then it is cut between its words.
 */
import type { TranscriptSegment } from "./transcript.ts";
import { splitWords, type Piece } from "./words.ts";

export interface Cue {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** One or more lines, none of them blank. */
  readonly text: string;
}

/** How much text a viewer gets at once. Options of OpenAI's whisper command that its API does not have. */
export interface CueLimits {
  /** Characters in a line; a longer word stands alone. */
  readonly maxLineWidth?: number | undefined;
  /** Lines in a cue; needs `maxLineWidth`. Unless set, a segment stays one cue. */
  readonly maxLineCount?: number | undefined;
  /** Words in a line. */
  readonly maxWordsPerLine?: number | undefined;
}

/** Whether cues are cut between words, for which the segments need tokens with times. */
export function needsWords({ maxLineWidth, maxWordsPerLine }: CueLimits): boolean {
  return maxLineWidth !== undefined || maxWordsPerLine !== undefined;
}

/** Cues in order of time. @param language Whisper's code of what the text is written in */
export function makeCues(segments: readonly TranscriptSegment[], language: string, limits: CueLimits = {}): Cue[] {
  return segments
    .flatMap((segment) => (needsWords(limits) ? cutSegment(segment, language, limits) : [segment]))
    .map(({ text, startSeconds, endSeconds }) => ({ startSeconds, endSeconds, text: cleanText(text) }))
    .filter(({ text }) => text !== "");
}

/** An arrow or an empty line would end a cue in the eyes of a player. */
function cleanText(text: string): string {
  return text
    .split("\n")
    .map((line) => line.replaceAll("\r", " ").replaceAll("-->", "->").trim())
    .filter((line) => line !== "")
    .join("\n");
}

function cutSegment(segment: TranscriptSegment, language: string, limits: CueLimits): Piece[] {
  const lines = breakLines(splitWords(segment, language), limits);
  const { maxLineWidth, maxLineCount } = limits;
  const perCue = maxLineWidth === undefined ? 1 : (maxLineCount ?? lines.length);
  const cues: Piece[] = [];
  for (let i = 0; i < lines.length; i += perCue) {
    const shown = lines.slice(i, i + perCue);
    const words = shown.flat();
    cues.push({
      text: shown.map(joinPieces).join("\n"),
      startSeconds: words[0]?.startSeconds ?? segment.startSeconds,
      endSeconds: words.at(-1)?.endSeconds ?? segment.endSeconds,
    });
  }
  return cues;
}

function breakLines(pieces: readonly Piece[], { maxLineWidth = Infinity, maxWordsPerLine = Infinity }: CueLimits) {
  const lines: Piece[][] = [];
  for (const piece of pieces) {
    const line = lines.at(-1);
    const fits = line && line.length < maxWordsPerLine && joinPieces([...line, piece]).length <= maxLineWidth;
    if (fits) line.push(piece);
    else lines.push([piece]);
  }
  return lines;
}

function joinPieces(pieces: readonly Piece[]): string {
  return pieces
    .map(({ text }) => text.replaceAll(/\s+/g, " "))
    .join("")
    .trim();
}
