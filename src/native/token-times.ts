/**
 * When tokens were spoken, from what whisper.cpp's alignment of text and audio (DTW) reports.
 */

/** Milliseconds from the first sample of the run. */
export interface TimeSpan {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Spans of a window's text tokens, in order, within their segments and without overlap.
 *
 * The alignment's first row is the token before the text, so the step into a token's row is where that token ends; the
 * reference (openai/whisper timing.py) counts so too, but whisper.cpp 1.9.1 reports the step as the token's start.
 * @param reportedMs what is reported for each token; negative without alignment, which gives the segment's own span
 */
export function spanTokens(reportedMs: readonly number[], segment: TimeSpan, previousMs: number): TimeSpan[] {
  const place = (ms: number, from: number) => Math.max(from, Math.min(ms, segment.endMs));
  let startMs = place(previousMs, segment.startMs);
  return reportedMs.map((reported) => {
    if (reported < 0) return segment;
    const span = { startMs, endMs: place(reported, startMs) };
    startMs = span.endMs;
    return span;
  });
}
