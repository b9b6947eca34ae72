/**
 * All tiers of the tests, one after the other: `bun tests/run-tiers.ts [tier...]`. Ends with one line,
 * `N passed, N failed` and, where some were, `, N skipped`, counted from the reports that the runs wrote.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ROOT_DIR } from "./support/fixtures.ts";

interface Tier {
  readonly name: string;
  /** Arguments of Bun. A check has no report: it counts as one test. */
  readonly command: readonly string[];
  readonly kind: "check" | "tests";
}

const MS_PER_TEST = 300_000;
const tests = (name: string): Tier => ({
  name,
  command: ["test", "--timeout", String(MS_PER_TEST), `./tests/${name}/`],
  kind: "tests",
});

const TIERS: readonly Tier[] = [
  { name: "types", command: ["x", "tsc", "--noEmit"], kind: "check" },
  { name: "lint", command: ["x", "oxlint", "--deny-warnings"], kind: "check" },
  { name: "format", command: ["x", "prettier", "--check", "."], kind: "check" },
  tests("unit"),
  tests("native"),
  tests("e2e"),
  tests("fuzz"),
];

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

async function runTier(tier: Tier): Promise<Count> {
  console.log(`\n== ${tier.name} ==`);
  const report = join(ROOT_DIR, "tests", "artefacts", `${tier.name}.xml`);
  const reporting = tier.kind === "tests" ? ["--reporter=junit", `--reporter-outfile=${report}`] : [];
  const command = [process.execPath, ...tier.command, ...reporting];
  const child = Bun.spawn(command, { cwd: ROOT_DIR, stdio: ["ignore", "inherit", "inherit"] });
  const code = await child.exited;
  if (tier.kind === "check") return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  const count = readReport(await Bun.file(report).text());
  // A run that broke off, or found no test, is a failure even if no test failed.
  const broken = count.failed === 0 && (code !== 0 || count.passed === 0);
  return broken ? { ...count, failed: 1 } : count;
}

/** Totals of a JUnit report: attributes of its outermost element. */
function readReport(xml: string): Count {
  const totals = /<testsuites\b([^>]*)>/.exec(xml)?.[1] ?? "";
  const number = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(totals)?.[1] ?? 0);
  const failed = number("failures");
  const skipped = number("skipped");
  return { passed: number("tests") - failed - skipped, failed, skipped };
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !TIERS.some((tier) => tier.name === name));
if (unknown.length > 0) {
  console.error(`Expected tiers out of ${TIERS.map(({ name }) => name).join(", ")}, got ${unknown.join(", ")}.`);
  process.exit(2);
}
await mkdir(join(ROOT_DIR, "tests", "artefacts"), { recursive: true });
let total: Count = { passed: 0, failed: 0, skipped: 0 };
for (const tier of TIERS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const count = await runTier(tier);
  total = {
    passed: total.passed + count.passed,
    failed: total.failed + count.failed,
    skipped: total.skipped + count.skipped,
  };
}
console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`);
process.exitCode = total.failed === 0 ? 0 : 1;
