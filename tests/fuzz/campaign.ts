/**
 * A run of cases against a server, and what it did to the server.
 */
import * as v from "valibot";
import { openFiles, residentBytes } from "../support/processes.ts";
import type { Server } from "../support/server.ts";
import { waitFor } from "../support/wait-for.ts";
import { makeCase, type FuzzCase } from "./cases.ts";
import { findFault } from "./check-answer.ts";
import { sendCase } from "./send-case.ts";

export interface CampaignOptions {
  readonly seed: number;
  readonly count: number;
  /** Number of the first case. */
  readonly first?: number;
  /** No new case is begun after so long; unbounded unless given. */
  readonly maxSeconds?: number | undefined;
}

/** A case that was not answered as it should be. */
export interface Failure {
  readonly fuzzCase: FuzzCase;
  readonly fault: string;
}

export interface CampaignReport {
  readonly sent: number;
  readonly seconds: number;
  /** Kind of case -> status -> how many. A client that left has the status "left". */
  readonly statuses: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly failures: readonly Failure[];
  /** What is wrong with the server afterwards; empty if nothing is. */
  readonly damage: readonly string[];
  readonly server: { readonly before: Vitals; readonly after: Vitals };
}

export interface Vitals {
  readonly enginePid: number;
  readonly restarts: number;
  readonly serverBytes: number;
  readonly engineBytes: number;
  readonly openFiles: number;
}

const CONNECTIONS = 4;
/** Until then buffers, caches and heaps find their size. */
const WARM_UP_CASES = 300;
/** Heaps breathe by some 20 MB. One body of a large case kept per hundred cases would already be more than this. */
const MAX_GROWTH_BYTES = 64_000_000;
/** Kept-alive connections, and those that are being closed. */
const OPEN_FILES_SLACK = 2 * CONNECTIONS;
const MAX_FAILURES = 20;

/** @throws Error if the server does not answer for itself */
export async function runCampaign(server: Server, options: CampaignOptions): Promise<CampaignReport> {
  const { seed, count, first = 0, maxSeconds = Infinity } = options;
  const began = performance.now();
  const statuses = new Map<string, Map<string, number>>();
  const failures: Failure[] = [];
  const elapsedSeconds = () => (performance.now() - began) / 1000;
  let next = first;
  const sendUntil = async (end: number) => {
    while (next < end && elapsedSeconds() < maxSeconds && failures.length < MAX_FAILURES) {
      const fuzzCase = makeCase(seed, next++);
      const { status, fault } = await tryCase(server.url, fuzzCase);
      const ofKind = statuses.get(fuzzCase.kind) ?? new Map<string, number>();
      statuses.set(fuzzCase.kind, ofKind.set(status, (ofKind.get(status) ?? 0) + 1));
      if (fault !== undefined) failures.push({ fuzzCase, fault });
    }
  };
  const sendAll = (end: number) => Promise.all(Array.from({ length: CONNECTIONS }, () => sendUntil(end)));
  await sendAll(first + Math.min(WARM_UP_CASES, count));
  const before = await readVitals(server);
  await sendAll(first + count);
  const seconds = elapsedSeconds();
  const leftovers = await findLeftovers(server);
  const after = await readVitals(server);
  const damage = [...leftovers, ...compareVitals(before, after)];
  return { sent: next - first, seconds, statuses, failures, damage, server: { before, after } };
}

/** Sends one case. A fault is what is wrong with its answer. */
export async function tryCase(url: string, fuzzCase: FuzzCase): Promise<{ status: string; fault: string | undefined }> {
  try {
    const answer = await sendCase(url, fuzzCase);
    if (answer === undefined) return { status: "left", fault: undefined };
    return { status: String(answer.status), fault: findFault(answer) };
  } catch (error) {
    return { status: "none", fault: `no answer: ${String(error)}` };
  }
}

const healthSchema = v.object({ engine: v.literal("ready"), restarts: v.number() });

async function readVitals(server: Server): Promise<Vitals> {
  const { restarts } = v.parse(healthSchema, await (await fetch(`${server.url}/health`)).json());
  const enginePid = server.engine()?.pid ?? 0;
  return {
    enginePid,
    restarts,
    serverBytes: residentBytes(server.pid),
    engineBytes: residentBytes(enginePid),
    openFiles: openFiles(server.pid).length + openFiles(enginePid).length,
  };
}

/** Uploads are removed a moment after their answer. */
async function findLeftovers(server: Server): Promise<string[]> {
  const isEmpty = async () => (await server.tempFiles()).length === 0;
  return waitFor(isEmpty, { what: "an empty temp folder" }).then(
    () => [],
    async () => [`files left: ${(await server.tempFiles()).slice(0, 3).join(", ")}`],
  );
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

const grown = (name: string, from: number, to: number) =>
  to - from > MAX_GROWTH_BYTES ? [`${name} grew from ${megabytes(from)} to ${megabytes(to)}`] : [];

function compareVitals(before: Vitals, after: Vitals): string[] {
  return [
    ...(after.restarts > 0 ? [`the engine was started again ${after.restarts} times`] : []),
    ...(after.enginePid === before.enginePid ? [] : ["the engine is another process than before"]),
    ...grown("the server", before.serverBytes, after.serverBytes),
    ...grown("the engine", before.engineBytes, after.engineBytes),
    ...(after.openFiles - before.openFiles > OPEN_FILES_SLACK
      ? [`open files went from ${before.openFiles} to ${after.openFiles}`]
      : []),
  ];
}
