import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Server } from "../support/server.ts";
import { runCampaign } from "./campaign.ts";
import { makeCase } from "./cases.ts";
import { describeReport, keepFailure } from "./report.ts";
import { startFuzzServer } from "./start-server.ts";

setDefaultTimeout(300_000);

/** The long run is `bun tests/fuzz/run.ts`. */
const CASES = 1500;
const SEED = 20_261_124;

let server: Server;
beforeAll(async () => {
  server = await startFuzzServer();
});
afterAll(() => server?.[Symbol.asyncDispose]());

test("a case is the same each time it is made", () => {
  expect(makeCase(7, 3)).toEqual(makeCase(7, 3));
  expect(makeCase(7, 3).body).not.toEqual(makeCase(8, 3).body);
});

test(`${CASES} mutated requests get a well-formed 2xx or 4xx and leave the server as it was`, async () => {
  const report = await runCampaign(server, { seed: SEED, count: CASES });
  console.log(describeReport(report, SEED));
  const failures = await Promise.all(report.failures.map((failure) => keepFailure(failure, SEED)));
  expect(failures).toEqual([]);
  expect(report.damage).toEqual([]);
  expect(report.sent).toBe(CASES);
});
