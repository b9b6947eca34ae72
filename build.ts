/**
 * The build, one script: `bun build.ts [native|demo|test] [flags]`. Sets up what it needs itself, keeps what it made by
 * content hash, and imports nothing from node_modules, which may not be there yet.
 *
 *   bun build.ts                    native libraries (all variants) and dist/tiflis-stt
 *   bun build.ts native             only the libraries, for running from source
 *   bun build.ts demo | test        what `bun run demo` and `bun run test` do
 *   --variants native|all           CPU variants; native = this machine's, for a fast build
 *   --ffmpeg slim|static|PATH       the ffmpeg that is embedded
 */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compileExecutable } from "./lib/build/compile.ts";
import { buildNative, workDir } from "./lib/build/native.ts";
import { ensurePrograms, TEST_PROGRAMS } from "./lib/build/system.ts";
import type { LinuxTarget } from "./lib/build/toolchain.ts";
import { runLogged } from "./lib/ffmpeg/run-logged.ts";

const EXECUTABLE = join(import.meta.dir, "dist", "tiflis-stt");

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { variants: { type: "string" }, ffmpeg: { type: "string", default: "slim" } },
  });
  const command = positionals[0] ?? "build";
  const variants = values.variants ?? (command === "build" ? "all" : "native");
  if (variants !== "native" && variants !== "all")
    throw new Error(`Expected --variants native or all, got ${variants}.`);
  if (!["build", "native", "demo", "test"].includes(command)) {
    throw new Error(`Expected no command, native, demo or test, got ${command}.`);
  }

  const target = hostTarget();
  const isFresh = !existsSync(join(import.meta.dir, "node_modules"));
  await installDependencies(target, isFresh);
  // A Bun process that has once seen no node_modules goes on seeing none when it bundles: start over.
  if (isFresh) return run([import.meta.path, ...process.argv.slice(2)]);
  const nativeDir = await buildNative({ target, variants, ffmpeg: values.ffmpeg });
  if (command === "native") return 0;
  await compileExecutable({ bunTarget: `bun-${target}`, nativeDir, outputPath: EXECUTABLE });
  if (command === "demo") return run(["tests/demo/demo.ts"]);
  if (command === "test") {
    await ensurePrograms(TEST_PROGRAMS, join(workDir(target), "native.log"));
    return run(["tests/run-tiers.ts", ...positionals.slice(1)]);
  }
  return 0;
}

function hostTarget(): LinuxTarget {
  const target = `${process.platform}-${process.arch}`;
  if (target === "linux-x64") return target;
  throw new Error(`Expected to build on linux-x64, got ${target}: its recipe is not written yet.`);
}

/** node_modules as bun.lock has them; a moment when they are there already. */
async function installDependencies(target: LinuxTarget, isFresh: boolean): Promise<void> {
  await mkdir(workDir(target), { recursive: true });
  if (isFresh) console.log("Installing dependencies");
  const install = [process.execPath, "install", "--frozen-lockfile"];
  await runLogged(install, { cwd: import.meta.dir, logPath: join(workDir(target), "install.log") });
}

async function run(args: string[]): Promise<number> {
  const child = Bun.spawn([process.execPath, ...args], {
    cwd: import.meta.dir,
    stdio: ["inherit", "inherit", "inherit"],
  });
  return child.exited;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof AggregateError) for (const part of error.errors) console.error(String(part));
  process.exitCode = 1;
}
