import type { Cue } from "./cues.ts";

/** Body of `response_format=srt`: numbered cues, each followed by an empty line, and one more newline. */
export function formatSrt(cues: readonly Cue[]): string {
  const blocks = cues.map((cue, i) => `${i + 1}\n${formatSpan(cue, ",")}\n${cue.text}\n\n`);
  return `${blocks.join("")}\n`;
}

/** Body of `response_format=vtt`: a header, then cues, each followed by an empty line. */
export function formatVtt(cues: readonly Cue[]): string {
  return `WEBVTT\n\n${cues.map((cue) => `${formatSpan(cue, ".")}\n${cue.text}\n\n`).join("")}`;
}

function formatSpan({ startSeconds, endSeconds }: Cue, mark: string): string {
  return `${formatTime(startSeconds, mark)} --> ${formatTime(endSeconds, mark)}`;
}

/** 3723.5 -> `01:02:03,500`; hours are always there. */
function formatTime(seconds: number, mark: string): string {
  const ms = Math.round(Math.max(0, seconds) * 1000);
  const clock = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60].map(twoDigits).join(":");
  return `${clock}${mark}${String(ms % 1000).padStart(3, "0")}`;
}

function twoDigits(value: number): string {
  return String(Math.floor(value)).padStart(2, "0");
}
