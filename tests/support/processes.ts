/**
 * What Linux tells of processes, by /proc. A process that is gone has no facts: the answer is then undefined or empty.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** USER_HZ, the unit of CPU times in /proc/PID/stat; 100 on every Linux that Bun runs on (proc(5)). */
const TICKS_PER_SECOND = 100;

export interface ProcessFacts {
  readonly pid: number;
  readonly parentPid: number;
  /** One letter of proc(5); Z is a zombie. */
  readonly state: string;
  /** CPU time of the process itself, without its children. */
  readonly cpuMs: number;
  /** Arguments, the program first. */
  readonly command: readonly string[];
}

/** Facts of one process; undefined if there is none of that id. */
export function processFacts(pid: number): ProcessFacts | undefined {
  const stat = readProc(pid, "stat");
  if (stat === undefined) return undefined;
  // The second field is the name in parentheses and may itself contain spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    pid,
    state: fields[0] ?? "?",
    parentPid: Number(fields[1]),
    cpuMs: ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND,
    command: (readProc(pid, "cmdline") ?? "").split("\0").filter((word) => word !== ""),
  };
}

/** All descendants of a process, zombies included, parents before children. */
export function children(pid: number): ProcessFacts[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => processFacts(Number(name)))
    .filter((facts) => facts !== undefined);
  const found: ProcessFacts[] = [];
  for (const parents = [pid]; parents.length > 0;) {
    const parent = parents.shift();
    for (const facts of all) {
      if (facts.parentPid !== parent) continue;
      found.push(facts);
      parents.push(facts.pid);
    }
  }
  return found;
}

/** Whether a process still does anything. A zombie does not: where nobody reaps orphans it may stay for ever. */
export function isAlive(pid: number): boolean {
  const state = processFacts(pid)?.state;
  return state !== undefined && state !== "Z" && state !== "X";
}

/**
 * Memory of a process that is in RAM now.
 * @throws Error if the process is gone
 */
export function residentBytes(pid: number): number {
  return statusBytes(pid, "VmRSS");
}

/**
 * The most memory that a process ever had in RAM.
 * @throws Error if the process is gone
 */
export function peakResidentBytes(pid: number): number {
  return statusBytes(pid, "VmHWM");
}

/** What a process's open file descriptors lead to: paths, sockets, pipes. */
export function openFiles(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
      } catch {
        return []; // Closed since the folder was read.
      }
    });
  } catch {
    return [];
  }
}

function statusBytes(pid: number, field: string): number {
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(readProc(pid, "status") ?? "")?.[1];
  if (kibibytes === undefined) throw new Error(`Expected ${field} of process ${pid}, but it is gone.`);
  return Number(kibibytes) * 1024;
}

function readProc(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return undefined;
  }
}
