import type { Transcript } from "./transcript.ts";

/** What a request is billed by at OpenAI; here it only says how much was done. */
export interface DurationUsage {
  readonly type: "duration";
  /** Length of the audio, rounded up to a whole second. */
  readonly seconds: number;
}

export interface TokenUsage {
  readonly type: "tokens";
  readonly input_tokens: number;
  readonly input_token_details: { readonly text_tokens: number; readonly audio_tokens: number };
  readonly output_tokens: number;
  readonly total_tokens: number;
}

/** Whisper's encoder makes one position of 20 ms (openai/whisper audio.py, `N_SAMPLES_PER_TOKEN`). */
const AUDIO_TOKENS_PER_SECOND = 50;

export function countDuration(audioSeconds: number): DurationUsage {
  return { type: "duration", seconds: Math.ceil(audioSeconds) };
}

/** Tokens of the audio as the encoder sees it and of the answer, timestamps included. A prompt is not counted. */
export function countTokens({ audioSeconds, segments }: Transcript): TokenUsage {
  const input = Math.ceil(audioSeconds * AUDIO_TOKENS_PER_SECOND);
  const output = segments.reduce((sum, segment) => sum + segment.tokenIds.length, 0);
  return {
    type: "tokens",
    input_tokens: input,
    input_token_details: { text_tokens: 0, audio_tokens: input },
    output_tokens: output,
    total_tokens: input + output,
  };
}
