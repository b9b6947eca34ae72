/** What the formats need of an engine's result. All of it is pure data; times are seconds from the start of the file. */
import type { Segment, Token } from "../engine/messages.ts";

/** A segment as the engine delivers it. */
export type TranscriptSegment = Segment;
export type TranscriptToken = Token;

/** Everything that is known when a job is done. */
export interface Transcript {
  readonly task: "transcribe" | "translate";
  /** Whisper's code of the language that is spoken. */
  readonly language: string;
  readonly audioSeconds: number;
  /** In order of time, none blank. */
  readonly segments: readonly TranscriptSegment[];
}

/** The whole transcript as one string: segments carry their own spaces, so they are only joined, then trimmed. */
export function joinTranscript(segments: readonly Pick<TranscriptSegment, "text">[]): string {
  return segments
    .map((segment) => segment.text)
    .join("")
    .trim();
}
