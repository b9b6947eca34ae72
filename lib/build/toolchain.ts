/**
 * The C and C++ compiler: zig's clang, which links against glibc 2.28's symbols wherever it runs and brings its own C++
 * library. Pinned by hash in requirements.txt.
 */
import { chmod, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { runLogged } from "../ffmpeg/run-logged.ts";
import { buildCacheDir, hashInputs } from "./cache.ts";

const REQUIREMENTS = join(import.meta.dir, "requirements.txt");

/** Oldest glibc that the libraries may need (Debian 10, RHEL 8, Ubuntu 18.10). */
export const GLIBC_FLOOR = "2.28";

/** zig's names of what we build for. */
export const ZIG_TARGETS = {
  "linux-x64": { libraries: `x86_64-linux-gnu.${GLIBC_FLOOR}`, programs: "x86_64-linux-musl" },
  "linux-arm64": { libraries: `aarch64-linux-gnu.${GLIBC_FLOOR}`, programs: "aarch64-linux-musl" },
} as const;
export type LinuxTarget = keyof typeof ZIG_TARGETS;

/** Path of zig, installed into the build cache at the first call. */
export async function ensureZig(logPath: string): Promise<string> {
  const key = await hashInputs([REQUIREMENTS], [process.arch]);
  const folder = join(buildCacheDir(), `zig-${key.slice(0, 12)}`);
  const zig = join(folder, "ziglang", "zig");
  if (existsSync(zig)) return zig;
  console.log("Installing the compiler (zig, about 90 MB)");
  const part = `${folder}.${process.pid}.part`;
  await mkdir(part, { recursive: true });
  const install = ["pip3", "install", "--quiet", "--no-deps", "--require-hashes", "--target", part, "-r", REQUIREMENTS];
  await runLogged(["env", "PIP_ROOT_USER_ACTION=ignore", "PIP_BREAK_SYSTEM_PACKAGES=1", ...install], {
    cwd: part,
    logPath,
  });
  await chmod(join(part, "ziglang", "zig"), 0o755);
  await rename(part, folder).catch(() => rm(part, { recursive: true, force: true }));
  return zig;
}

/** Compilers and archivers as single programs, which is how CMake wants them. Returns CMake's settings for them. */
export async function cmakeToolchain(zig: string, target: LinuxTarget, workDir: string): Promise<string[]> {
  const folder = join(workDir, "toolchain");
  await mkdir(folder, { recursive: true });
  const wrapper = async (name: string, command: string) => {
    const path = join(folder, name);
    const text = `#!/bin/sh\nexec '${zig}' ${command} "$@"\n`;
    // ccache compares the compiler's time: leave a wrapper alone that is right already.
    if (!existsSync(path) || (await Bun.file(path).text()) !== text) await writeFile(path, text, { mode: 0o755 });
    return path;
  };
  const triple = ZIG_TARGETS[target].libraries;
  const settings = [
    `-DCMAKE_C_COMPILER=${await wrapper("cc", `cc -target ${triple}`)}`,
    `-DCMAKE_CXX_COMPILER=${await wrapper("c++", `c++ -target ${triple}`)}`,
    `-DCMAKE_AR=${await wrapper("ar", "ar")}`,
    `-DCMAKE_RANLIB=${await wrapper("ranlib", "ranlib")}`,
    "-DCMAKE_SYSTEM_NAME=Linux",
    `-DCMAKE_SYSTEM_PROCESSOR=${target === "linux-x64" ? "x86_64" : "aarch64"}`,
  ];
  const ccache = Bun.which("ccache");
  if (ccache !== null)
    settings.push(`-DCMAKE_C_COMPILER_LAUNCHER=${ccache}`, `-DCMAKE_CXX_COMPILER_LAUNCHER=${ccache}`);
  return settings;
}

/** The wrappers' folder is named in CMake's cache; a checkout that moved starts over. */
export async function clearIfMoved(buildDir: string, sourceDir: string): Promise<void> {
  const cache = Bun.file(join(buildDir, "CMakeCache.txt"));
  if (!(await cache.exists())) return;
  if (!(await cache.text()).includes(`CMAKE_HOME_DIRECTORY:INTERNAL=${sourceDir}\n`)) {
    for (const name of await readdir(buildDir)) await rm(join(buildDir, name), { recursive: true });
  }
}
