import { expect, test } from "bun:test";
import {
  children,
  isAlive,
  openFiles,
  peakResidentBytes,
  processFacts,
  residentBytes,
} from "../../support/processes.ts";
import { waitFor } from "../../support/wait-for.ts";

const onLinux = test.skipIf(process.platform !== "linux");
if (process.platform !== "linux") console.log("skipped: facts about processes come from Linux's /proc");

onLinux("a child is found below its parent, and gone after its end", async () => {
  const child = Bun.spawn(["sleep", "60"]);
  // Between fork and exec it still is a copy of this process.
  const facts = await waitFor(() => children(process.pid).find(({ command }) => command[0] === "sleep"), {
    what: "sleep",
  });
  expect(facts).toMatchObject({ pid: child.pid, parentPid: process.pid, command: ["sleep", "60"] });
  expect(isAlive(child.pid)).toBe(true);
  child.kill("SIGKILL");
  await child.exited;
  expect(isAlive(child.pid)).toBe(false);
  expect(processFacts(child.pid)).toBeUndefined();
});

onLinux("memory and open files of this process are plausible", () => {
  expect(residentBytes(process.pid)).toBeGreaterThan(1_000_000);
  expect(peakResidentBytes(process.pid)).toBeGreaterThanOrEqual(residentBytes(process.pid) / 2);
  expect(openFiles(process.pid).length).toBeGreaterThan(2);
});

onLinux("CPU time grows with work", async () => {
  const before = processFacts(process.pid)?.cpuMs ?? Infinity;
  await waitFor(() => (processFacts(process.pid)?.cpuMs ?? 0) > before, { what: "more CPU time" });
});

onLinux("a process that is gone has no memory to report", () => {
  expect(() => residentBytes(2 ** 22 + 1)).toThrow("gone");
});
