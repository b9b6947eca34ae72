import { listLogprobs, type TokenLogprob } from "./logprobs.ts";
import { joinTranscript, type Transcript } from "./transcript.ts";
import { countDuration, type DurationUsage } from "./usage.ts";

/** Parts of an answer that only some requests ask for. */
export interface JsonOptions {
  /** `include[]=logprobs`; the segments need tokens. */
  readonly logprobs?: boolean;
  /** Whether to say what language was heard, as the newer models do. */
  readonly languages?: boolean;
}

/** Body of `response_format=json`. */
export interface JsonTranscript {
  /** Empty when nobody speaks. */
  readonly text: string;
  /** Empty when nobody speaks. */
  readonly languages?: readonly { readonly code: string }[];
  readonly logprobs?: readonly TokenLogprob[];
  readonly usage: DurationUsage;
}

export function formatJson(transcript: Transcript, options: JsonOptions = {}): JsonTranscript {
  const { audioSeconds, segments } = transcript;
  return {
    text: joinTranscript(segments),
    ...(options.languages && { languages: listLanguages(transcript) }),
    ...(options.logprobs && { logprobs: listLogprobs(segments) }),
    usage: countDuration(audioSeconds),
  };
}

/** The one language of a transcript; none where nothing was said that could tell it. */
export function listLanguages({ language, segments }: Transcript): { code: string }[] {
  return joinTranscript(segments) === "" ? [] : [{ code: language }];
}
