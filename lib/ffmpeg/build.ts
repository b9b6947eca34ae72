/**
 * Builds the slim ffmpeg: pinned source -> one static program. Uses nothing but Bun's own modules, so it can run before
 * dependencies are installed.
 */
import { chmod, copyFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { checkFfmpeg } from "./check.ts";
import { configureArguments, type FfmpegTarget } from "./recipe.ts";
import { runLogged } from "./run-logged.ts";
import { obtainSource } from "./source.ts";

/** Debian packages that the build needs beside a C compiler. */
export const SLIM_FFMPEG_PACKAGES: readonly string[] = ["make", "xz-utils"];

/** A progress line is written each time so many files have been compiled; there are about 290. */
const FILES_PER_LINE = 50;

export interface BuildOptions {
  /** Where the program goes; replaced in one step, and only by one that passed its checks. */
  readonly outputPath: string;
  /** Folder of our own for source and objects; the fetched source stays there for the next time. */
  readonly workDir: string;
  /**
   * A C compiler that links statically, with its leading arguments: `[zig, "cc", "-target", "x86_64-linux-musl"]`. Of zig
   * the archiver is used as well, of any other the system's `ar`.
   */
  readonly cc: readonly string[];
  readonly target: FfmpegTarget;
  readonly log: (line: string) => void;
}

/**
 * Builds and checks the program. `STT_FFMPEG_SOURCE` may name a tarball to use instead of fetching one.
 * @throws Error saying which step failed and what to do; `outputPath` is then as it was
 */
export async function buildSlimFfmpeg(options: BuildOptions): Promise<void> {
  const { target, log } = options;
  const workDir = resolve(options.workDir);
  const outputPath = resolve(options.outputPath);
  await mkdir(workDir, { recursive: true });
  const tarball = await obtainSource({ workDir, tarball: process.env["STT_FFMPEG_SOURCE"] || undefined, log });
  const buildDir = await unpack(tarball, workDir);
  await writeToolWrappers(options.cc, buildDir);
  const run = { cwd: buildDir, logPath: join(workDir, "build.log") };
  log("ffmpeg: configuring");
  await runLogged(["../source/configure", ...configureArguments(target)], run);
  log("ffmpeg: compiling");
  await runLogged(["make", `-j${availableParallelism()}`, "ffmpeg"], { ...run, onLine: compileProgress(log) });
  const built = join(buildDir, "ffmpeg");
  await checkFfmpeg(built, target);
  await mkdir(dirname(outputPath), { recursive: true });
  await copyFile(built, `${outputPath}.part`);
  await chmod(`${outputPath}.part`, 0o755);
  await rename(`${outputPath}.part`, outputPath);
  log(`ffmpeg: done, ${(Bun.file(outputPath).size / 1e6).toFixed(1)} MB`);
}

/** Source into `source/`; the answer is the empty folder beside it that is built in. */
async function unpack(tarball: string, workDir: string): Promise<string> {
  const sourceDir = join(workDir, "source");
  const buildDir = join(workDir, "build");
  const logPath = join(workDir, "build.log");
  await Promise.all([sourceDir, buildDir, logPath].map((path) => rm(path, { recursive: true, force: true })));
  await Promise.all([sourceDir, buildDir].map((path) => mkdir(path)));
  const hint = "Install tar and xz-utils.";
  await runLogged(["tar", "-xJf", resolve(tarball), "--strip-components=1", "-C", sourceDir], {
    cwd: workDir,
    logPath,
    hint,
  });
  return buildDir;
}

/** `configure` takes one word a tool, ours have arguments: scripts of one line stand in. */
async function writeToolWrappers(cc: readonly string[], buildDir: string): Promise<void> {
  const [compiler, subcommand] = cc;
  if (compiler === undefined) throw new Error("Expected a C compiler, got an empty command.");
  const isZig = subcommand === "cc";
  const tools: Record<string, readonly string[]> = {
    cc,
    ar: isZig ? [compiler, "ar"] : ["ar"],
    ranlib: isZig ? [compiler, "ranlib"] : ["ranlib"],
  };
  for (const [name, command] of Object.entries(tools)) {
    const words = command.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(" ");
    await writeFile(join(buildDir, name), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  }
}

function compileProgress(log: (line: string) => void): (line: string) => void {
  let files = 0;
  return (line) => {
    if (!line.startsWith("CC\t")) return;
    files += 1;
    if (files % FILES_PER_LINE === 0) log(`ffmpeg: compiled ${files} files`);
  };
}
