import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createUploadDir, removeStaleUploadDirs, removeUploadDir } from "../../../src/http/upload-dir.ts";

let tempDir: string;
beforeEach(() => {
  tempDir = mkdtempSync(join(tmpdir(), "stt-upload-dir-"));
});
afterEach(() => rmSync(tempDir, { recursive: true, force: true }));

/** The id of a process that ran and is gone. */
function deadPid(): number {
  return Bun.spawnSync(["true"]).pid;
}

test("the folder is private, named after this process, and made with its parents", () => {
  const directory = createUploadDir(join(tempDir, "not", "yet"));
  expect(basename(directory)).toStartWith(`tiflis-stt-${process.pid}-`);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  writeFileSync(join(directory, "upload"), "x");
  removeUploadDir(directory);
  removeUploadDir(directory);
  expect(existsSync(directory)).toBe(false);
});

test("folders of processes that are gone are removed with what is in them", () => {
  const stale = [join(tempDir, `tiflis-stt-${deadPid()}-aB3xYz`), join(tempDir, `tiflis-stt-${process.pid}-old123`)];
  for (const path of stale) mkdirSync(join(path, "below"), { recursive: true });
  expect(removeStaleUploadDirs(tempDir).sort()).toEqual(stale.sort());
  expect(readdirSync(tempDir)).toEqual([]);
});

test("folders of running processes, other names, files and links stay", () => {
  const dead = deadPid();
  mkdirSync(join(tempDir, `tiflis-stt-${process.ppid}-aB3xYz`));
  mkdirSync(join(tempDir, "tiflis-stt-cache"));
  mkdirSync(join(tempDir, `other-${dead}-aB3xYz`));
  writeFileSync(join(tempDir, `tiflis-stt-${dead}-file00`), "");
  symlinkSync(tmpdir(), join(tempDir, `tiflis-stt-${dead}-link00`));
  expect(removeStaleUploadDirs(tempDir)).toEqual([]);
  expect(readdirSync(tempDir)).toHaveLength(5);
});

test("a temp folder that is not there yet has none", () => {
  expect(removeStaleUploadDirs(join(tempDir, "nowhere"))).toEqual([]);
});
