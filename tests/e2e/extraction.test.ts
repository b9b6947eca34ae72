/** The native files that the executable unpacks into its cache folder. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { audioPath } from "../support/fixtures.ts";
import { EXECUTABLE_PATH, startServer } from "../support/server.ts";
import { transcribe } from "../support/transcribe.ts";
import { waitFor } from "../support/wait-for.ts";

let cacheDir = "";

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), "stt-cache-"));
});
afterEach(() => rm(cacheDir, { recursive: true, force: true }));

async function nativeDir(): Promise<string> {
  const names = await readdir(cacheDir);
  expect(names).toEqual([expect.stringMatching(/^native-[0-9a-f]{16}$/)]);
  return join(cacheDir, names[0] ?? "");
}

test("the files are unpacked once, private to their owner, and nothing else is left", async () => {
  await using server = await startServer({ env: { STT_CACHE_DIR: cacheDir } });
  const folder = await nativeDir();
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  const before = (await stat(join(folder, "libstt.so"))).mtimeMs;
  await server.stop();
  await using again = await startServer({ env: { STT_CACHE_DIR: cacheDir } });
  expect((await stat(join(await nativeDir(), "libstt.so"))).mtimeMs).toBe(before);
  expect((await transcribe(again, { path: audioPath("en-002.wav") })).text).not.toBe("");
});

test.each(["a changed file", "a missing file", "a file that others may write to"])("%s is replaced", async (fault) => {
  await using first = await startServer({ env: { STT_CACHE_DIR: cacheDir } });
  await first.stop();
  const library = join(await nativeDir(), "libstt.so");
  const sizeBytes = (await stat(library)).size;
  await chmod(library, 0o700);
  if (fault === "a changed file") await writeFile(library, "not a library");
  else if (fault === "a missing file") await rm(library);
  else await chmod(join(library, ".."), 0o777);

  await using server = await startServer({ env: { STT_CACHE_DIR: cacheDir } });
  expect((await transcribe(server, { path: audioPath("en-002.wav") })).text).not.toBe("");
  const folder = await nativeDir();
  expect((await stat(join(folder, "libstt.so"))).size).toBe(sizeBytes);
  expect((await stat(folder)).mode & 0o022).toBe(0);
});

test("servers that start at the same time share one folder", async () => {
  const servers = await Promise.all([1, 2, 3].map(() => startServer({ env: { STT_CACHE_DIR: cacheDir } })));
  await nativeDir();
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
});

test("a cache folder that cannot be used is named, with the remedy", async () => {
  const file = join(cacheDir, "a-file");
  await writeFile(file, "");
  const child = Bun.spawn([EXECUTABLE_PATH, "serve", "--port", "0", "--host", "127.0.0.1"], {
    env: { STT_CACHE_DIR: file, STT_MODEL: audioPath("../models/ggml-nano-q8_0.bin"), STT_LOG_FORMAT: "json" },
    stdout: "pipe",
    stderr: "pipe",
  });
  let output = "";
  void (async () => {
    for await (const bytes of child.stdout) output += new TextDecoder().decode(bytes);
  })();
  await waitFor(() => output.includes("STT_CACHE_DIR"), { timeoutMs: 30_000, what: "a log line naming STT_CACHE_DIR" });
  child.kill("SIGKILL");
  await child.exited;
});

test("a home that cannot be written to does not matter where STT_CACHE_DIR is set", async () => {
  const home = join(cacheDir, "home");
  const own = join(cacheDir, "own");
  await mkdir(home, { mode: 0o500 });
  await using server = await startServer({ env: { HOME: home, STT_CACHE_DIR: own } });
  expect((await transcribe(server, { path: audioPath("en-002.wav") })).text).not.toBe("");
  expect(await readdir(home)).toEqual([]);
});
