/** What the formats need of a segment. */
export interface TranscriptSegment {
  /** As the model wrote it, with its leading space. */
  readonly text: string;
}

/** The whole transcript as one string: segments carry their own spaces, so they are only joined, then trimmed. */
export function joinTranscript(segments: readonly TranscriptSegment[]): string {
  return segments
    .map((segment) => segment.text)
    .join("")
    .trim();
}
