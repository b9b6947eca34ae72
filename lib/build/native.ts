/** The native libraries: CMake and ninja over lib/shim and the pinned whisper.cpp, into lib/<target>-<backend>/. */
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { buildSlimFfmpeg } from "../ffmpeg/build.ts";
import { runLogged } from "../ffmpeg/run-logged.ts";
import { buildCacheDir, findKept, hashInputs, keep } from "./cache.ts";
import { ALL_X64_VARIANTS, nativeX64Variants } from "./cpu-variants.ts";
import { writeManifest } from "./manifest.ts";
import { BUILD_PROGRAMS, ensurePrograms } from "./system.ts";
import { clearIfMoved, cmakeToolchain, ensureZig, ZIG_TARGETS, type LinuxTarget } from "./toolchain.ts";

const ROOT = join(import.meta.dir, "..", "..");
const TEST_PROGRAMS = ["shim-test", "whisper-reference", "omp-test"];
const SECONDS_BETWEEN_LINES = 10;

export interface NativeOptions {
  readonly target: LinuxTarget;
  /** `native`: what this machine runs; `all`: every variant that a release has. */
  readonly variants: "native" | "all";
  /** `slim`: built here; `static`: from the package ffmpeg-static; otherwise the path of a program. */
  readonly ffmpeg: string;
}

/** Where the pinned whisper.cpp lies; `WHISPER_CPP_DIR` names another checkout. */
export function whisperSourceDir(): string {
  return process.env["WHISPER_CPP_DIR"] || join(ROOT, "node_modules/nodejs-whisper/cpp/whisper.cpp");
}

/** Folder of our own for this checkout's objects and logs of a target. */
export function workDir(target: LinuxTarget): string {
  const checkout = new Bun.CryptoHasher("sha256").update(ROOT).digest("hex").slice(0, 8);
  return join(buildCacheDir(), "work", `${target}-${checkout}`);
}

/** Builds what has changed and returns the folder with the libraries, ffmpeg and manifest.json. */
export async function buildNative(options: NativeOptions): Promise<string> {
  const { target } = options;
  const work = workDir(target);
  await mkdir(work, { recursive: true });
  const output = join(ROOT, "lib", `${target}-cpu`);
  const libraries = await buildLibraries(options, work);
  const ffmpeg = await obtainFfmpeg(options, work);
  await rm(output, { recursive: true, force: true });
  await cp(libraries, output, { recursive: true });
  await cp(ffmpeg, join(output, "ffmpeg"));
  await chmod(join(output, "ffmpeg"), 0o755);
  await writeManifest(output);
  return output;
}

async function buildLibraries(options: NativeOptions, work: string): Promise<string> {
  const { target } = options;
  const variants = await variantsOf(options);
  const whisper = whisperSourceDir();
  const recipe = ["native.ts", "toolchain.ts", "cpu-variants.ts", "requirements.txt"].map(
    (name) => `lib/build/${name}`,
  );
  const inputs = ["lib/shim", "lib/omp", ...recipe].map((path) => join(ROOT, path));
  const sources = ["src/whisper.cpp", "include", "ggml/src", "ggml/include", "ggml/CMakeLists.txt"];
  const key = await hashInputs([...inputs, ...sources.map((path) => join(whisper, path))], [target, ...variants]);
  const name = `libraries-${target}`;
  const kept = findKept(name, key);
  if (kept !== undefined) return kept;

  const logPath = join(work, "native.log");
  await ensurePrograms(BUILD_PROGRAMS, logPath);
  const zig = await ensureZig(logPath);
  const buildDir = join(work, "cmake");
  const sourceDir = join(ROOT, "lib", "shim");
  await clearIfMoved(buildDir, sourceDir);
  const settings = [...(await cmakeToolchain(zig, target, work)), `-DWHISPER_CPP_DIR=${whisper}`];
  const run = { cwd: work, logPath };
  console.log(`Building the native libraries for ${target}: CPU variants ${variants.join(", ")}`);
  await runLogged(
    ["cmake", "-S", sourceDir, "-B", buildDir, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", ...settings],
    run,
  );
  const targets = ["stt", ...TEST_PROGRAMS, ...variants.map((variant) => `ggml-cpu-${variant}`)];
  await runLogged(["ninja", "-C", buildDir, ...targets], { ...run, onLine: ninjaProgress() });

  const result = join(work, "libraries");
  await rm(result, { recursive: true, force: true });
  await mkdir(join(result, "test"), { recursive: true });
  const files = [
    "libstt.so",
    "libggml-base.so",
    "libstt-omp.so",
    ...variants.map((variant) => `libggml-cpu-${variant}.so`),
  ];
  for (const file of files) await cp(join(buildDir, "bin", file), join(result, file));
  for (const file of TEST_PROGRAMS) await cp(join(buildDir, "bin", file), join(result, "test", file));
  await keep(name, key, result);
  return result;
}

async function variantsOf({ target, variants }: NativeOptions): Promise<readonly string[]> {
  if (target !== "linux-x64") throw new Error(`Expected the target linux-x64, got ${target}: it has no recipe yet.`);
  return variants === "all" ? ALL_X64_VARIANTS : nativeX64Variants(await readFile("/proc/cpuinfo", "utf8"));
}

async function obtainFfmpeg({ target, ffmpeg }: NativeOptions, work: string): Promise<string> {
  if (ffmpeg === "static") return ffmpegStatic();
  if (ffmpeg !== "slim") {
    if (!existsSync(ffmpeg)) throw new Error(`Expected --ffmpeg slim, static or a program's path, got ${ffmpeg}.`);
    return ffmpeg;
  }
  const key = await hashInputs([join(ROOT, "lib", "ffmpeg"), join(ROOT, "lib", "build", "requirements.txt")], [target]);
  const name = `ffmpeg-${target}`;
  const kept = findKept(name, key);
  if (kept !== undefined) return join(kept, "ffmpeg");
  const logPath = join(work, "native.log");
  await ensurePrograms(BUILD_PROGRAMS, logPath);
  const zig = await ensureZig(logPath);
  const result = join(work, "ffmpeg-result");
  await rm(result, { recursive: true, force: true });
  await buildSlimFfmpeg({
    outputPath: join(result, "ffmpeg"),
    workDir: join(work, "ffmpeg"),
    cc: [zig, "cc", "-target", ZIG_TARGETS[target].programs],
    target,
    log: (line) => console.log(line),
  });
  await keep(name, key, result);
  return join(result, "ffmpeg");
}

async function ffmpegStatic(): Promise<string> {
  const { default: path } = await import("ffmpeg-static");
  if (path !== null && existsSync(path)) return path;
  throw new Error(
    "ffmpeg-static has not fetched its program: run `bun pm trust ffmpeg-static` where its download host can be reached, " +
      "or build with --ffmpeg slim or --ffmpeg PATH.",
  );
}

/** A line now and then: `  120 of 267 compiled`. */
function ninjaProgress(): (line: string) => void {
  let last = 0;
  return (line) => {
    const step = /^\[(\d+)\/(\d+)\]/.exec(line);
    if (step === null || Date.now() - last < SECONDS_BETWEEN_LINES * 1000) return;
    last = Date.now();
    console.log(`  ${step[1]} of ${step[2]} compiled`);
  };
}
