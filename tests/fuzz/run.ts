/**
 * Sends mutated requests to the executable: `bun tests/fuzz/run.ts [--count 20000] [--seconds N] [--seed N]`.
 * `--only INDEX` sends one case of that seed again and shows its answer.
 */
import { parseArgs } from "node:util";
import { runCampaign } from "./campaign.ts";
import { makeCase } from "./cases.ts";
import { describeReport, keepFailure } from "./report.ts";
import { sendCase } from "./send-case.ts";
import { startFuzzServer } from "./start-server.ts";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "20000" },
    seconds: { type: "string" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
  },
});

/** Exits with 2 for anything else than a whole number. */
function whole(name: "count" | "seconds" | "seed" | "only", text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  console.error(`Expected --${name} to be a whole number, got '${text}'.`);
  return process.exit(2);
}

const seed = whole("seed", values.seed);
await using server = await startFuzzServer();
if (values.only === undefined) {
  const count = whole("count", values.count);
  const maxSeconds = values.seconds === undefined ? undefined : whole("seconds", values.seconds);
  const report = await runCampaign(server, { seed, count, maxSeconds });
  console.log(describeReport(report, seed));
  for (const failure of report.failures) console.log(await keepFailure(failure, seed));
  process.exitCode = report.failures.length + report.damage.length === 0 ? 0 : 1;
} else {
  const fuzzCase = makeCase(seed, whole("only", values.only));
  console.log(`${fuzzCase.kind}, ${fuzzCase.contentType}\n${fuzzCase.body.toString("latin1").slice(0, 2000)}`);
  console.log("answer:", await sendCase(server.url, fuzzCase).catch(String));
}
