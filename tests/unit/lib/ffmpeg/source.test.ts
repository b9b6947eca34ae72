import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ACCEPTED_SOURCES, findAcceptedRelease, obtainSource } from "../../../../lib/ffmpeg/source.ts";

let workDir = "";
beforeAll(async () => {
  workDir = await mkdtemp(join(tmpdir(), "stt-ffmpeg-"));
});
afterAll(() => rm(workDir, { recursive: true }));

const log = () => {};

test("a tarball of unknown content is refused, whatever its name", async () => {
  const tarball = join(workDir, "ffmpeg-5.1.9.tar.xz");
  await writeFile(tarball, "not the source of ffmpeg");
  const version = Object.keys(ACCEPTED_SOURCES)[0] ?? "";
  await expect(obtainSource({ workDir, tarball, log })).rejects.toThrow(`Expected the source of ffmpeg ${version}`);
  await expect(obtainSource({ workDir, tarball, log })).rejects.toThrow("STT_FFMPEG_SOURCE");
});

test("a tarball that is not there is named", async () => {
  const tarball = join(workDir, "missing.tar.xz");
  await expect(obtainSource({ workDir, tarball, log })).rejects.toThrow(tarball);
});

test("every accepted source is pinned by a whole SHA-256", () => {
  for (const sum of Object.values(ACCEPTED_SOURCES)) expect(sum).toMatch(/^[0-9a-f]{64}$/);
});

test("in Debian's index the release is found by its checksum, even if a newer one stands before it", () => {
  const index = [
    "Package: ffmpeg",
    "Version: 7:5.1.99-0+deb12u1",
    "Checksums-Sha256:",
    ` ${"0".repeat(64)} 100 ffmpeg_5.1.99.orig.tar.xz`,
    "",
    "Package: ffmpeg",
    "Version: 7:5.1.9-0+deb12u1",
    "Checksums-Sha256:",
    ` ${"1".repeat(64)} 5323 ffmpeg_5.1.9-0+deb12u1.dsc`,
    ` ${ACCEPTED_SOURCES["5.1.9"]} 10034840 ffmpeg_5.1.9.orig.tar.xz`,
  ];
  expect(findAcceptedRelease(index)).toEqual({ version: "7:5.1.9-0+deb12u1", file: "ffmpeg_5.1.9.orig.tar.xz" });
  expect(findAcceptedRelease(index.slice(0, 5))).toBeUndefined();
});
