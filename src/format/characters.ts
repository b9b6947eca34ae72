/**
 * Tokens are bytes, and a character may be split between them. Here tokens are joined until their characters are whole.
 */
import type { TranscriptToken } from "./transcript.ts";

/** Tokens in a row that share no character with what is before and after. */
export interface TokenGroup {
  /** Never with half a character. Bytes that are no UTF-8 at all stand as U+FFFD. */
  readonly text: string;
  readonly bytes: readonly number[];
  /** Natural logarithm of the probability of all its tokens together. */
  readonly logprob: number;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** Groups in order, mostly of one token each. An incomplete character at the very end is left out. */
export function groupTokens(tokens: readonly TranscriptToken[]): TokenGroup[] {
  const groups: TokenGroup[] = [];
  let open: TranscriptToken[] = [];
  for (const token of tokens) {
    open.push(token);
    const bytes = open.flatMap((part) => part.bytes);
    if (missingBytes(bytes) > 0) continue;
    groups.push({
      text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes)),
      bytes,
      logprob: open.reduce((sum, part) => sum + part.logprob, 0),
      startSeconds: open[0]?.startSeconds ?? 0,
      endSeconds: token.endSeconds,
    });
    open = [];
  }
  return groups;
}

/** How many bytes the last character still lacks; 0 if it is whole, or can become no character any more. */
function missingBytes(bytes: readonly number[]): number {
  const lead = bytes.findLastIndex((byte) => (byte & 0xc0) !== 0x80);
  const have = bytes.length - lead;
  const first = bytes[lead] ?? 0;
  const need =
    first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : 1;
  return Math.max(0, need - have);
}
