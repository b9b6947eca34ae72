/**
 * `bun run bench`: what a request over HTTP costs more than its chunk run straight through the shim, and what the
 * executable costs before it does anything. How to read it: README.md in this folder.
 *
 *   --rounds N     measurements of each side at each number of callers (21)
 *   --starts N     starts that are timed (7)
 *   --workers N, --threads N, --model PATH     as the service is run; its own defaults, and the nano model
 *   --json         figures as JSON
 */
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { readConfig } from "../../src/config.ts";
import { NANO_MODEL_PATH } from "../support/fixtures.ts";
import { LIBRARY_DIR } from "../support/native.ts";
import { EXECUTABLE_PATH, startServer, type Server } from "../support/server.ts";
import { transcribe } from "../support/transcribe.ts";
import { splitWords } from "../support/word-error-rate.ts";
import { measureBurst, meanLatencyMs, settle } from "./burst.ts";
import { CLIP_SECONDS, CLIP_SOURCE, writeClip } from "./clip.ts";
import type { DirectSettings } from "./direct-messages.ts";
import { startDirect, type DirectSide } from "./direct.ts";
import { httpFlags, readFlags } from "./flags.ts";
import { executableBytes, measureMemory, measureStartUp } from "./footprint.ts";
import { printHttpReport, type HttpReport, type HttpRow } from "./http-report.ts";
import { observeMachine } from "./machine.ts";
import { differences, median, runInterleaved, summarize } from "./stats.ts";
import { formatReportJson } from "./table.ts";

const CALLERS = [1, 2, 4];
/** Calls of each side before anything is measured: code compiled, buffers made, clocks up. */
const WARM_UP_CALLS = 3;

const flags = readFlags(httpFlags);
const { workers, threadsPerWorker: threads } = readConfig(
  { STT_WORKERS: flags.workers?.toString(), STT_THREADS: flags.threads?.toString() },
  {},
);
const modelPath = flags.model ?? NANO_MODEL_PATH;
const folder = await mkdtemp(join(tmpdir(), "stt-bench-"));
try {
  const report = await measure();
  if (flags.json) console.log(formatReportJson(report));
  else printHttpReport(report);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function measure(): Promise<HttpReport> {
  const readMachine = await observeMachine();
  const cacheDir = join(folder, "cache");
  const env = {
    STT_MODEL: modelPath,
    STT_WORKERS: String(workers),
    STT_THREADS: String(threads),
    STT_CACHE_DIR: cacheDir,
  };
  progress("starting and stopping the executable");
  const startUp = await measureStartUp({ env }, flags.starts);

  const clipPath = await writeClip(folder);
  await using server = await startServer({ env });
  const settings = { libraryDir: await libraryDirOf(cacheDir), modelPath, clipPath, workers, threads };
  await using direct = await startDirect(settings);
  await warmUp(server, direct, settings);
  const rows: HttpRow[] = [];
  for (const callers of CALLERS) {
    progress(`${callers} at once, ${flags.rounds} rounds`);
    rows.push(await measureCallers(callers, { server, direct, clipPath }));
  }
  return {
    machine: await readMachine(),
    setup: {
      executable: EXECUTABLE_PATH,
      model: basename(modelPath),
      clip: `${CLIP_SOURCE} with silence to ${CLIP_SECONDS.toFixed(1)} s, 16-bit WAV`,
      workers,
      threads,
      rounds: flags.rounds,
      starts: flags.starts,
      ...direct.facts,
    },
    rows,
    startUp,
    executableBytes: executableBytes(),
    memory: measureMemory(server, modelPath),
  };
}

/** The very files that the executable extracted; those of the build where it runs from source. */
async function libraryDirOf(cacheDir: string): Promise<string> {
  const extracted = existsSync(cacheDir)
    ? (await readdir(cacheDir)).find((name) => name.startsWith("native-"))
    : undefined;
  return extracted === undefined ? LIBRARY_DIR : join(cacheDir, extracted);
}

/** @throws Error if the sides do not say the same: they would not be doing the same work */
async function warmUp(server: Server, direct: DirectSide, { clipPath }: DirectSettings): Promise<void> {
  const texts = new Set<string>();
  for (let call = 0; call < WARM_UP_CALLS; call += 1) {
    texts.add(splitWords((await direct.burst(workers)).text).join(" "));
    texts.add(splitWords((await transcribe(server, { path: clipPath, fields: { language: "en" } })).text).join(" "));
    await measureBurst(workers, () => postClip(server, clipPath).then(() => undefined));
  }
  if (texts.size !== 1)
    throw new Error(`Expected the same transcript from both sides, got ${JSON.stringify([...texts])}.`);
}

async function postClip(server: Server, path: string): Promise<{ requestId: string | null; latencyMs: number }> {
  const start = performance.now();
  const { requestId } = await transcribe(server, { path, fields: { language: "en" } });
  return { requestId, latencyMs: performance.now() - start };
}

interface Sides {
  readonly server: Server;
  readonly direct: DirectSide;
  readonly clipPath: string;
}

async function measureCallers(callers: number, { server, direct, clipPath }: Sides): Promise<HttpRow> {
  const requests: Awaited<ReturnType<typeof postClip>>[] = [];
  const bursts = await runInterleaved(
    {
      direct: () => direct.burst(callers),
      http: () => measureBurst(callers, async () => void requests.push(await postClip(server, clipPath))),
    },
    { rounds: flags.rounds, settle },
  );
  const directMs = bursts.direct.map(meanLatencyMs);
  const httpMs = bursts.http.map(meanLatencyMs);
  const overheadMs = summarize(differences(directMs, httpMs));
  const outsideMs = await Promise.all(requests.map((request) => timeOutside(server, request)));
  return {
    callers,
    directMs: summarize(directMs),
    httpMs: summarize(httpMs),
    overheadMs,
    overheadPercent: (overheadMs.median / median(directMs)) * 100,
    outsideMs: summarize(outsideMs),
  };
}

/** What is left of a request without its turn in the queue and the native call, both as the server logged them. */
async function timeOutside(server: Server, request: Awaited<ReturnType<typeof postClip>>): Promise<number> {
  const { queueMs, computeMs } = await server.requestLog(request.requestId);
  return request.latencyMs - Number(queueMs) - Number(computeMs);
}

/** Not part of the result, which alone is on standard output. */
function progress(message: string): void {
  console.error(`${message} ...`);
}
