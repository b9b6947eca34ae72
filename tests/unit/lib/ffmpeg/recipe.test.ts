import { expect, test } from "bun:test";
import { configureArguments } from "../../../../lib/ffmpeg/recipe.ts";

const flags = configureArguments("linux-x64");

test("nothing is built that was not asked for, and nothing of the build machine is used", () => {
  expect(flags).toContain("--disable-everything");
  expect(flags).toContain("--disable-autodetect");
  expect(flags).toContain("--disable-network");
});

test("the licence stays LGPL", () => {
  expect(flags.join(" ")).not.toMatch(/--enable-(gpl|nonfree|version3)/);
});

test("only local files can be read, and no format that names other files to read", () => {
  expect(flags).toContain("--enable-protocol=file,pipe");
  const demuxers = flags.find((flag) => flag.startsWith("--enable-demuxer="))?.split(/[=,]/) ?? [];
  expect(demuxers).toContain("mov");
  for (const name of ["hls", "concat", "dash", "image2", "sdp", "rtsp"]) expect(demuxers).not.toContain(name);
});

test("no argument tells where it was built", () => {
  expect(flags.filter((flag) => /=\//.test(flag))).toEqual([]);
});

test("each target has its own processor", () => {
  expect(flags).toContain("--arch=x86_64");
  expect(configureArguments("linux-arm64")).toContain("--arch=aarch64");
});
