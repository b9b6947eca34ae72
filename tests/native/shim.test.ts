import { expect, test } from "bun:test";
import { join } from "node:path";
import { NANO_MODEL_PATH, readClip, ROOT_DIR } from "../support/fixtures.ts";
import { findVadModel, LIBRARY_DIR } from "../support/native.ts";

const VALGRIND = [
  "valgrind",
  "--quiet",
  "--error-exitcode=99",
  "--leak-check=full",
  "--errors-for-leak-kinds=definite",
  "--fair-sched=yes",
  `--suppressions=${join(ROOT_DIR, "lib", "shim", "test", "valgrind.supp")}`,
];
/** A shorter encoder window: the same code, a sixth of the work, and valgrind makes fifty times as much of it. */
const LIGHT = { SHIM_TEST_AUDIO_CONTEXT: "256" };
const VALGRIND_TIMEOUT_MS = 900_000;

async function runShimTest(
  prefix: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ code: number; output: string }> {
  const clip = await readClip("en-002.wav");
  const vad = findVadModel();
  if (vad === undefined) console.log("skipped: the VAD part, for there is no Silero model beside the checkout");
  const program = join(LIBRARY_DIR, "test", "shim-test");
  const args = [LIBRARY_DIR, NANO_MODEL_PATH, clip.path, ` ${clip.text}`, ...(vad === undefined ? [] : [vad])];
  const child = Bun.spawn([...prefix, program, ...args], {
    env: { ...process.env, ...environment },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, output: out + err };
}

test("the shim keeps what its header promises", async () => {
  const { code, output } = await runShimTest([], {});
  expect(output).toContain(" 0 failed");
  expect(code).toBe(0);
});

test(
  "the shim neither reads nor writes what is not its own, and leaks nothing (valgrind)",
  async () => {
    const { code, output } = await runShimTest(VALGRIND, LIGHT);
    expect(output).toContain(" 0 failed");
    expect(code).toBe(0);
  },
  VALGRIND_TIMEOUT_MS,
);
