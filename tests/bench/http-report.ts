/**
 * The result of the HTTP bench, as data and as text.
 */
import type { Memory, StartUp } from "./footprint.ts";
import { describeMachine, type Machine } from "./machine.ts";
import type { Summary } from "./stats.ts";
import { formatMegabytes, formatSummary, formatTable } from "./table.ts";

/** One number of simultaneous callers. Times: how long a caller waits, on average over a burst; medians over the rounds. */
export interface HttpRow {
  readonly callers: number;
  readonly directMs: Summary;
  readonly httpMs: Summary;
  /** HTTP less direct, round by round. */
  readonly overheadMs: Summary;
  /** Of the direct side's median. */
  readonly overheadPercent: number;
  /** A request without queue and native call. */
  readonly outsideMs: Summary;
}

export interface HttpReport {
  readonly machine: Machine;
  readonly setup: {
    readonly executable: string;
    readonly model: string;
    readonly clip: string;
    readonly workers: number;
    /** Of each worker. */
    readonly threads: number;
    readonly rounds: number;
    readonly starts: number;
    readonly cpuVariant: string;
    readonly whisperVersion: string;
  };
  readonly rows: readonly HttpRow[];
  readonly startUp: StartUp;
  readonly executableBytes: number;
  readonly memory: Memory;
}

/** What is aimed at: overhead of one caller, start with the nano model, size of the file. */
const AIMS = { overheadMs: 15, startSeconds: 0.5, executableBytes: 135e6 };

export function printHttpReport(report: HttpReport): void {
  console.log([...header(report), "", ...overhead(report), "", ...footprint(report)].join("\n"));
}

function header({ setup, machine }: HttpReport): string[] {
  const { workers, threads, rounds } = setup;
  return [
    "An HTTP request against the same chunk run straight through the shim",
    `  http     ${setup.executable}: POST /v1/audio/transcriptions on loopback, language=en, as the client sees it`,
    "  direct   another process: src/native only, samples in memory, the same library files, each worker one state",
    `  both     ${workers} worker(s) x ${threads} thread(s), ${setup.cpuVariant}, whisper.cpp ${setup.whisperVersion}`,
    `  model    ${setup.model}`,
    `  clip     ${setup.clip}`,
    `  machine  ${describeMachine(machine)}`,
    `  order    direct, http, direct, http ... ${rounds} times each; medians [quartiles]`,
  ];
}

function overhead({ rows, setup }: HttpReport): string[] {
  const head = ["callers at once", "direct ms", "http ms", "overhead ms", "overhead %", "outside ms"];
  const cells = rows.map((row) => [
    String(row.callers),
    formatSummary(row.directMs),
    formatSummary(row.httpMs),
    formatSummary(row.overheadMs),
    row.overheadPercent.toFixed(1),
    formatSummary(row.outsideMs),
  ]);
  const single = rows.find(({ callers }) => callers === 1)?.overheadMs.median ?? Number.NaN;
  return [
    "Time until a caller has its answer, averaged over those at once",
    formatTable([head, ...cells]),
    `  aim: overhead of one caller under ${AIMS.overheadMs} ms: ${verdict(single, AIMS.overheadMs)}`,
    `  outside: a request less its wait for one of the ${setup.workers} worker(s) and less the native call`,
  ];
}

function footprint({ startUp, executableBytes, memory, setup }: HttpReport): string[] {
  const { laterSeconds, firstSeconds } = startUp;
  const startVerdict = verdict(laterSeconds.median, AIMS.startSeconds);
  const sizeVerdict = verdict(executableBytes, AIMS.executableBytes);
  const mb = formatMegabytes;
  return [
    "Footprint",
    `  start to ready      ${formatSummary(laterSeconds, 3)} s over ${setup.starts} starts ` +
      `(aim with the nano model: under ${AIMS.startSeconds} s: ${startVerdict}); first start ${firstSeconds.toFixed(3)} s`,
    `  executable          ${mb(executableBytes)} (aim: under ${mb(AIMS.executableBytes)}: ${sizeVerdict})`,
    `  resident memory     server ${mb(memory.serverBytes)} + engine ${mb(memory.engineBytes)}, ` +
      `shared pages counted once ${mb(memory.proportionalBytes)}`,
    `  over the model      ${mb(memory.overModelBytes)} (both, less the file's ${mb(memory.modelBytes)})`,
  ];
}

function verdict(value: number, limit: number): string {
  return value < limit ? "met" : "missed";
}
