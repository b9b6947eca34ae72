import { joinTranscript, type TranscriptSegment } from "./transcript.ts";

/** Body of `response_format=text`: the bare transcript and one newline. */
export function formatText(segments: readonly Pick<TranscriptSegment, "text">[]): string {
  return `${joinTranscript(segments)}\n`;
}
