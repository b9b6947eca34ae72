import { deflateSync } from "node:zlib";
import { joinTranscript, type Transcript, type TranscriptSegment } from "./transcript.ts";
import { countDuration, type DurationUsage } from "./usage.ts";
import { listWords, type Word } from "./words.ts";

/** What `timestamp_granularities[]` may ask for. */
export const GRANULARITIES = ["word", "segment"] as const;
export type Granularity = (typeof GRANULARITIES)[number];

/** One segment, in OpenAI's names: seconds, 10 ms frames for `seek`. */
export interface VerboseSegment {
  readonly id: number;
  readonly seek: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly tokens: readonly number[];
  readonly temperature: number;
  readonly avg_logprob: number;
  readonly compression_ratio: number;
  readonly no_speech_prob: number;
}

/** Body of `response_format=verbose_json`. */
export interface VerboseTranscript {
  readonly task: Transcript["task"];
  /** English name, in small letters. */
  readonly language: string;
  readonly duration: number;
  readonly text: string;
  readonly segments?: readonly VerboseSegment[];
  readonly words?: readonly Word[];
  readonly usage: DurationUsage;
}

export interface VerboseOptions {
  /** English name of what the text is written in. */
  readonly languageName: string;
  /** For `word` the segments need tokens with times. */
  readonly granularities: readonly Granularity[];
}

export function formatVerboseJson(transcript: Transcript, options: VerboseOptions): VerboseTranscript {
  const { task, language, audioSeconds, segments } = transcript;
  const wants = (granularity: Granularity) => options.granularities.includes(granularity);
  return {
    task,
    language: options.languageName,
    duration: audioSeconds,
    text: joinTranscript(segments),
    ...(wants("segment") && { segments: listSegments(segments) }),
    ...(wants("word") && { words: listWords(segments, language) }),
    usage: countDuration(audioSeconds),
  };
}

function listSegments(segments: readonly TranscriptSegment[]): VerboseSegment[] {
  const windows = Map.groupBy(segments, (segment) => segment.seekFrames);
  const ratios = new Map([...windows].map(([seek, window]) => [seek, compressionRatio(joinTranscript(window))]));
  return segments.map((segment, id) => ({
    id,
    seek: segment.seekFrames,
    start: segment.startSeconds,
    end: segment.endSeconds,
    text: segment.text,
    tokens: segment.tokenIds,
    temperature: segment.temperature,
    avg_logprob: segment.averageLogprob,
    compression_ratio: ratios.get(segment.seekFrames) ?? 0,
    no_speech_prob: segment.noSpeechProbability,
  }));
}

/** Of a window's text, in UTF-8, to its length after zlib (openai/whisper utils.py, `compression_ratio`). */
function compressionRatio(text: string): number {
  const bytes = Buffer.from(text);
  return bytes.length / deflateSync(bytes).length;
}
