import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT_DIR } from "../support/fixtures.ts";
import type { CampaignReport, Failure } from "./campaign.ts";

const megabytes = (from: number, to: number) => `${(from / 1e6).toFixed(0)} -> ${(to / 1e6).toFixed(0)} MB`;

const row = (cells: readonly string[]) =>
  cells.map((cell, i) => (i === 0 ? cell.padEnd(14) : cell.padStart(7))).join("");

/** A table of kinds and statuses, then one line each of figures and of what went wrong. */
export function describeReport(report: CampaignReport, seed: number): string {
  const { before, after } = report.server;
  const columns = [...new Set(report.statuses.values().flatMap((statuses) => statuses.keys()))].toSorted();
  const rows = [...report.statuses].map(([kind, statuses]) =>
    row([kind, ...columns.map((status) => String(statuses.get(status) ?? 0))]),
  );
  return [
    row(["kind", ...columns]),
    ...rows,
    `${report.sent} cases, seed ${seed}, ${report.seconds.toFixed(0)} s`,
    `server ${megabytes(before.serverBytes, after.serverBytes)}, engine ${megabytes(before.engineBytes, after.engineBytes)}, ` +
      `open files ${before.openFiles} -> ${after.openFiles}, engine restarts ${after.restarts}`,
    `${report.failures.length} failures, damage: ${report.damage.join("; ") || "none"}`,
  ].join("\n");
}

/** Writes the body of a failed case. The answer says where it lies and how to send it again. */
export async function keepFailure({ fuzzCase, fault }: Failure, seed: number): Promise<string> {
  const folder = join(ROOT_DIR, "tests", "artefacts");
  const path = join(folder, `fuzz-${seed}-${fuzzCase.index}.bin`);
  await mkdir(folder, { recursive: true });
  await writeFile(path, fuzzCase.body);
  return [
    `case ${fuzzCase.index} (${fuzzCase.kind}): ${fault}`,
    `  again:  bun tests/fuzz/run.ts --seed ${seed} --only ${fuzzCase.index}`,
    `  by hand: curl -H 'content-type: ${fuzzCase.contentType}' --data-binary @${path} URL${fuzzCase.path}`,
  ].join("\n");
}
