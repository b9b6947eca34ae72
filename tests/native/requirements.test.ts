/** What the libraries and the executable need of the system they run on. */
import { expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { GLIBC_FLOOR } from "../../lib/build/toolchain.ts";
import { EXECUTABLE_PATH } from "../support/server.ts";
import { LIBRARY_DIR } from "../support/native.ts";

const SYSTEM_LIBRARIES = /^(lib(c|m|dl|pthread|rt)\.so\.\d+|ld-linux-.*)$/;

async function objdump(flag: string, path: string): Promise<string> {
  return Bun.$`objdump ${flag} ${path}`.quiet().text();
}

/** Highest glibc symbol version that a file asks for. */
async function glibcFloor(path: string): Promise<string> {
  const versions = [...(await objdump("-T", path)).matchAll(/GLIBC_(\d+\.\d+)/g)].map((match) => match[1] ?? "0");
  return versions.reduce((a, b) => (Bun.semver.order(`${a}.0`, `${b}.0`) >= 0 ? a : b), "0.0");
}

const libraries = (await readdir(LIBRARY_DIR)).filter((name) => name.endsWith(".so"));

test.each(libraries)("%s runs on glibc 2.28 and needs nothing but libc and its siblings", async (name) => {
  const path = join(LIBRARY_DIR, name);
  const floor = await glibcFloor(path);
  console.log(`${name}: glibc ${floor}`);
  expect(Bun.semver.order(`${floor}.0`, `${GLIBC_FLOOR}.0`)).not.toBe(1);
  const needed = [...(await objdump("-p", path)).matchAll(/NEEDED\s+(\S+)/g)].map((match) => match[1] ?? "");
  expect(needed.filter((library) => !SYSTEM_LIBRARIES.test(library) && !libraries.includes(library))).toEqual([]);
});

test("the executable itself runs on glibc 2.28", async () => {
  const floor = await glibcFloor(EXECUTABLE_PATH);
  console.log(`executable: glibc ${floor}`);
  expect(Bun.semver.order(`${floor}.0`, `${GLIBC_FLOOR}.0`)).not.toBe(1);
});

test("ffmpeg is static and knows no protocol beyond file and pipe", async () => {
  const ffmpeg = join(LIBRARY_DIR, "ffmpeg");
  expect(await objdump("-p", ffmpeg)).not.toContain("NEEDED");
  const protocols = await Bun.$`${ffmpeg} -hide_banner -protocols`.quiet().text();
  expect(new Set(protocols.split("\n").map((line) => line.trim()))).toEqual(
    new Set(["", "Supported file protocols:", "Input:", "Output:", "file", "pipe"]),
  );
});
