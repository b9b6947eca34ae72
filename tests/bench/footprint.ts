/**
 * What the executable costs before it does anything: time to start, size on disk, memory.
 */
import { readFileSync, statSync } from "node:fs";
import { residentBytes } from "../support/processes.ts";
import { EXECUTABLE_PATH, startServer, type Server, type ServerOptions } from "../support/server.ts";
import { summarize, type Summary } from "./stats.ts";

const MS_PER_SECOND = 1000;

export interface StartUp {
  /** With an empty cache folder: the native files are extracted. Seconds. */
  readonly firstSeconds: number;
  /** Every other start. Seconds. */
  readonly laterSeconds: Summary;
}

/** From the start of the program to 200 from `/ready`, asked every 5 ms. `options` must name an empty cache folder. */
export async function measureStartUp(options: ServerOptions, starts: number): Promise<StartUp> {
  const first = await timeStart(options);
  const later: number[] = [];
  for (let start = 0; start < starts; start += 1) later.push(await timeStart(options));
  return { firstSeconds: first, laterSeconds: summarize(later) };
}

async function timeStart(options: ServerOptions): Promise<number> {
  const start = performance.now();
  await using server = await startServer(options);
  const seconds = (performance.now() - start) / MS_PER_SECOND;
  await server.stop();
  return seconds;
}

export function executableBytes(): number {
  return statSync(EXECUTABLE_PATH).size;
}

export interface Memory {
  /** Resident: pages of the executable that both processes have in memory count twice. */
  readonly serverBytes: number;
  readonly engineBytes: number;
  /** Both processes together, a page that n processes share counted as an nth of a page (Pss of proc(5)). */
  readonly proportionalBytes: number;
  readonly modelBytes: number;
  /** Of what is resident, what is not the model. */
  readonly overModelBytes: number;
}

/** @throws Error if the engine is not up */
export function measureMemory(server: Server, modelPath: string): Memory {
  const engine = server.engine();
  if (engine === undefined) throw new Error("Expected an engine process beside the server, found none.");
  const serverBytes = residentBytes(server.pid);
  const engineBytes = residentBytes(engine.pid);
  const modelBytes = statSync(modelPath).size;
  return {
    serverBytes,
    engineBytes,
    proportionalBytes: proportionalBytes(server.pid) + proportionalBytes(engine.pid),
    modelBytes,
    overModelBytes: serverBytes + engineBytes - modelBytes,
  };
}

function proportionalBytes(pid: number): number {
  const kibibytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
  return Number(kibibytes) * 1024;
}
