import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runLogged } from "../../../../lib/ffmpeg/run-logged.ts";

let cwd = "";
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "stt-run-"));
});
afterAll(() => rm(cwd, { recursive: true }));

test("both outputs go to the log, line by line", async () => {
  const logPath = join(cwd, "fine.log");
  const seen: string[] = [];
  await runLogged(["sh", "-c", "echo one; echo two >&2; printf three"], {
    cwd,
    logPath,
    onLine: (line) => seen.push(line),
  });
  expect(seen).toEqual(["one", "two", "three"]);
  expect(await readFile(logPath, "utf8")).toBe("one\ntwo\nthree\n");
});

test("a failure says what the program wrote last and where the rest is", async () => {
  const logPath = join(cwd, "failed.log");
  const run = runLogged(["sh", "-c", "echo out of paper >&2; exit 3"], { cwd, logPath, hint: "Add paper." });
  await expect(run).rejects.toThrow(/ended with 3:\nout of paper\n.*failed\.log\nAdd paper\./);
});

test("a program that is not installed is named, with what to do", async () => {
  const run = runLogged(["no-such-program"], { cwd, logPath: join(cwd, "none.log"), hint: "Install it." });
  await expect(run).rejects.toThrow("Expected the program no-such-program on the PATH, found none. Install it.");
});
