import { groupTokens } from "./characters.ts";
import type { TranscriptSegment } from "./transcript.ts";

/** One entry of `include[]=logprobs`. */
export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: readonly number[];
}

/** The text tokens in order; tokens that share a character are one entry, for a string cannot hold half of one. */
export function listLogprobs(segments: readonly Pick<TranscriptSegment, "tokens">[]): TokenLogprob[] {
  return groupTokens(segments.flatMap((segment) => segment.tokens)).map(({ text, logprob, bytes }) => ({
    token: text,
    logprob,
    bytes,
  }));
}
