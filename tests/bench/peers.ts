/**
 * `bun run bench:peers`: our executable against whisper.cpp's own server, the same requests in turn, on models of true
 * published shapes. How to read it: README.md in this folder.
 *
 *   --rounds N              measurements of each side in each row (7)
 *   --shapes tiny,base      models; small is there too
 *   --languages en,auto     given, and left to be detected
 *   --whisper-server PATH   another build than the one that the bench makes
 *   --json                  figures as JSON
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { EXECUTABLE_PATH, startServer } from "../support/server.ts";
import { measureBurst, meanLatencyMs, settle, totalMs } from "./burst.ts";
import { CLIP_SECONDS, writeClip } from "./clip.ts";
import { peersFlags, readFlags } from "./flags.ts";
import { observeMachine } from "./machine.ts";
import { sendClip, type Peer } from "./peer-request.ts";
import { printPeersReport, type PeersReport, type PeersRow } from "./peers-report.ts";
import { ensureShapeModel, type Shape } from "./shape-model.ts";
import { median, runInterleaved, summarize } from "./stats.ts";
import { formatReportJson } from "./table.ts";
import { compilerVersion, ensureWhisperServer, startWhisperServer } from "./whisper-server.ts";

const CALLERS = [1, 4];
const WARM_UP_CALLS = 2;

const healthSchema = v.object({
  version: v.string(),
  backend: v.nullable(v.string()),
  cpu_variant: v.nullable(v.string()),
  workers: v.nullable(v.number()),
  threads_per_worker: v.nullable(v.number()),
});

const flags = readFlags(peersFlags);
const folder = await mkdtemp(join(tmpdir(), "stt-bench-"));
try {
  const report = await measure();
  if (flags.json) console.log(formatReportJson(report));
  else printPeersReport(report);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function measure(): Promise<PeersReport> {
  const program = flags["whisper-server"] ?? (await ensureWhisperServer());
  const models: [Shape, string][] = [];
  for (const shape of flags.shapes) models.push([shape, await ensureShapeModel(shape)]);
  const readMachine = await observeMachine();
  const clip = Bun.file(await writeClip(folder));
  const rows: PeersRow[] = [];
  let settings: PeersReport["settings"] | undefined;
  for (const [shape, modelPath] of models) {
    // Empty counts as unset: our own defaults, not those of the tests.
    await using server = await startServer({ env: { STT_MODEL: modelPath, STT_WORKERS: "" } });
    await using peer = await startWhisperServer(program, modelPath);
    const ours = `${server.url}/v1/audio/transcriptions`;
    for (const language of flags.languages) {
      const sides = {
        ours: { url: ours, fields: { model: "whisper-1", language } },
        // `auto` is said to both: the peer's own default is English.
        theirs: { url: peer.url, fields: { language, response_format: "json" } },
      };
      await warmUp(sides, clip);
      for (const callers of CALLERS) {
        console.error(`${shape}, ${language}, ${callers} at once, ${flags.rounds} rounds ...`);
        rows.push({ shape, language, callers, ...(await measureSides(sides, clip, callers)) });
      }
    }
    settings ??= { ours: await ourSettings(server.url), theirs: peer.systemInfo() };
  }
  return {
    machine: await readMachine(),
    executable: EXECUTABLE_PATH,
    whisperServer: program,
    compiler: flags["whisper-server"] === undefined ? compilerVersion() : "unknown",
    clipSeconds: CLIP_SECONDS,
    rounds: flags.rounds,
    settings: settings ?? { ours: "", theirs: "" },
    rows,
  };
}

type Sides = Readonly<Record<"ours" | "theirs", Peer>>;

/** @throws Error unless both say the same: random weights spell a fixed sentence, so anything else is other work */
async function warmUp({ ours, theirs }: Sides, clip: Blob): Promise<void> {
  for (let call = 0; call < WARM_UP_CALLS; call += 1) {
    const [a, b] = [await sendClip(ours, clip), await sendClip(theirs, clip)];
    if (a !== b || a === "") throw new Error(`Expected the same words from both sides, got "${a}" and "${b}".`);
  }
}

async function measureSides(sides: Sides, clip: Blob, callers: number) {
  const burst = (peer: Peer) => () => measureBurst(callers, () => sendClip(peer, clip).then(() => undefined));
  const bursts = await runInterleaved(
    { ours: burst(sides.ours), theirs: burst(sides.theirs) },
    { rounds: flags.rounds, settle },
  );
  const [ours, theirs] = [bursts.ours.map(meanLatencyMs), bursts.theirs.map(meanLatencyMs)];
  const [oursAll, theirsAll] = [bursts.ours.map(totalMs), bursts.theirs.map(totalMs)];
  return {
    oursMs: summarize(ours),
    theirsMs: summarize(theirs),
    ratio: median(ours) / median(theirs),
    oursAllMs: summarize(oursAll),
    theirsAllMs: summarize(theirsAll),
    allRatio: median(oursAll) / median(theirsAll),
  };
}

async function ourSettings(url: string): Promise<string> {
  const health = v.parse(healthSchema, await (await fetch(`${url}/health`)).json());
  const { version, backend, cpu_variant: variant, workers, threads_per_worker: threads } = health;
  return `${version}, ${backend} ${variant}, ${workers} worker(s) x ${threads} thread(s)`;
}
