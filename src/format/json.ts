import { joinTranscript, type TranscriptSegment } from "./transcript.ts";

/** Body of `response_format=json`. */
export interface JsonTranscript {
  /** Empty when nobody speaks. */
  readonly text: string;
  /** `seconds` is the length of the audio, rounded up to a whole second. */
  readonly usage: { readonly type: "duration"; readonly seconds: number };
}

/** Segments and the audio's length -> the object that is sent as JSON. */
export function formatJson(segments: readonly TranscriptSegment[], audioSeconds: number): JsonTranscript {
  return { text: joinTranscript(segments), usage: { type: "duration", seconds: Math.ceil(audioSeconds) } };
}
