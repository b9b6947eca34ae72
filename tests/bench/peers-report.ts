/**
 * The result of the bench against whisper-server, as data and as text.
 */
import { describeMachine, type Machine } from "./machine.ts";
import type { Summary } from "./stats.ts";
import { formatSummary, formatTable } from "./table.ts";

/** One model, language and number of simultaneous callers. Times are medians over the rounds. */
export interface PeersRow {
  readonly shape: string;
  readonly language: string;
  readonly callers: number;
  /** How long a caller waits for its answer, on average over a burst. */
  readonly oursMs: Summary;
  readonly theirsMs: Summary;
  /** Ours / theirs: below 1 we are faster. */
  readonly ratio: number;
  /** Until all callers have their answer. */
  readonly oursAllMs: Summary;
  readonly theirsAllMs: Summary;
  readonly allRatio: number;
}

export interface PeersReport {
  readonly machine: Machine;
  readonly executable: string;
  readonly whisperServer: string;
  /** That built whisper-server. */
  readonly compiler: string;
  readonly clipSeconds: number;
  readonly rounds: number;
  /** What each side says of itself. */
  readonly settings: { readonly ours: string; readonly theirs: string };
  readonly rows: readonly PeersRow[];
}

export function printPeersReport(report: PeersReport): void {
  console.log([...header(report), "", ...results(report)].join("\n"));
}

function header({
  machine,
  executable,
  whisperServer,
  compiler,
  settings,
  clipSeconds,
  rounds,
}: PeersReport): string[] {
  return [
    "tiflis-stt against whisper-server, warm, the same request to each in turn on loopback",
    `  ours     ${executable}`,
    `           its defaults: ${settings.ours}`,
    "           greedy, timestamps, a window that looks wrong is tried once more; connection and form as theirs",
    `  theirs   ${whisperServer}, built with its default options by ${compiler}`,
    `           its defaults: ${settings.theirs}`,
    "           greedy, best_of 2 (above temperature 0), timestamps of tokens too, retries, flash attention",
    "  models   f16 of the named shape, random weights; of any clip both sides say the same sentence",
    `  clip     ${clipSeconds.toFixed(1)} s, 16-bit mono WAV at 16 kHz; language given as en, or left to be detected (auto)`,
    `  machine  ${describeMachine(machine)}`,
    `  order    ours, theirs, ours, theirs ... ${rounds} times each; medians [quartiles]`,
  ];
}

function results({ rows }: PeersReport): string[] {
  const head = [
    "model",
    "language",
    "callers",
    "ours ms",
    "theirs ms",
    "ratio",
    "ours, all ms",
    "theirs, all ms",
    "ratio",
  ];
  const cells = rows.map((row) => [
    row.shape,
    row.language,
    String(row.callers),
    formatSummary(row.oursMs, 0),
    formatSummary(row.theirsMs, 0),
    row.ratio.toFixed(2),
    formatSummary(row.oursAllMs, 0),
    formatSummary(row.theirsAllMs, 0),
    row.allRatio.toFixed(2),
  ]);
  const slower = rows.filter(({ ratio, allRatio }) => Math.max(ratio, allRatio) > 1);
  return [
    "Time until a caller has its answer, averaged over those at once; and until all have it. Ratio: ours / theirs",
    formatTable([head, ...cells]),
    slower.length === 0
      ? "  we are faster in every row"
      : `  we are slower in ${slower.length} of ${rows.length} rows: ${slower.map(({ shape, language, callers }) => `${shape} ${language} x${callers}`).join(", ")}`,
  ];
}
