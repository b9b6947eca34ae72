/**
 * A finished job -> the answer in the format that was asked for.
 */
import type { JobResult, Segment } from "../engine/messages.ts";
import { makeCues } from "../format/cues.ts";
import { formatJson, listLanguages } from "../format/json.ts";
import { listLogprobs } from "../format/logprobs.ts";
import { formatSrt, formatVtt } from "../format/subtitles.ts";
import { formatText } from "../format/text.ts";
import type { Transcript } from "../format/transcript.ts";
import { countTokens } from "../format/usage.ts";
import { formatVerboseJson } from "../format/verbose-json.ts";
import { languageName } from "../models/languages.ts";
import { cueLimitsOf } from "./audio-job.ts";
import type { RequestFields } from "./fields.ts";

export function makeTranscript(
  task: Transcript["task"],
  { language, audioSeconds }: JobResult,
  segments: readonly Segment[],
): Transcript {
  return { task, language, audioSeconds, segments };
}

export function formatAnswer(fields: RequestFields, transcript: Transcript): Response {
  const written = transcript.task === "translate" ? "en" : transcript.language;
  const cues = () => makeCues(transcript.segments, written, cueLimitsOf(fields));
  switch (fields.response_format) {
    case "json":
      return Response.json(
        formatJson(transcript, { logprobs: wantsLogprobs(fields), languages: wantsLanguages(fields) }),
      );
    case "verbose_json": {
      const { timestamp_granularities: asked } = fields;
      const granularities = asked.length === 0 ? (["segment"] as const) : asked;
      return Response.json(formatVerboseJson(transcript, { languageName: languageName(written), granularities }));
    }
    case "text":
      return plain(formatText(transcript.segments));
    case "srt":
      return plain(formatSrt(cues()));
    case "vtt":
      return plain(formatVtt(cues()));
  }
}

/** One piece of a stream. */
export function deltaEvent(fields: RequestFields, delta: string, segment: Segment) {
  return {
    type: "transcript.text.delta",
    delta,
    ...(wantsLogprobs(fields) && { logprobs: listLogprobs([segment]) }),
  };
}

/** The end of a stream. @param text the deltas, joined */
export function doneEvent(fields: RequestFields, text: string, transcript: Transcript) {
  return {
    type: "transcript.text.done",
    text,
    ...(wantsLanguages(fields) && { languages: listLanguages(transcript) }),
    ...(wantsLogprobs(fields) && { logprobs: listLogprobs(transcript.segments) }),
    usage: countTokens(transcript),
  };
}

function wantsLogprobs(fields: RequestFields): boolean {
  return fields.include.includes("logprobs");
}

/** The newest models say what they heard; so do we where a request is made for one of them. */
function wantsLanguages({ languages, keywords, model }: RequestFields): boolean {
  return languages.length > 0 || keywords.length > 0 || model?.toLowerCase() === "gpt-transcribe";
}

/** Clients take these bytes as they are: as JSON they would arrive in quotes. */
function plain(text: string): Response {
  return new Response(text, { headers: { "content-type": "text/plain; charset=utf-8" } });
}
