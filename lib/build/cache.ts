/**
 * Build results kept by the hash of everything they were made from, outside the checkout: a second build, also of
 * another clone, copies them. Nothing but Bun's own modules: it runs before dependencies are installed.
 */
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** `STT_BUILD_CACHE`, or a folder in the user's cache. */
export function buildCacheDir(): string {
  const base = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  return process.env["STT_BUILD_CACHE"] || join(base, "tiflis-stt-build");
}

/** SHA-256 over names and contents of files and folders, and over plain facts such as flags and versions. */
export async function hashInputs(paths: readonly string[], facts: readonly string[]): Promise<string> {
  const hasher = new Bun.CryptoHasher("sha256");
  for (const fact of facts) hasher.update(`${fact}\0`);
  for (const path of paths) {
    for (const file of await filesBelow(path)) {
      hasher.update(`${file.slice(path.length)}\0`);
      hasher.update(await Bun.file(file).arrayBuffer());
    }
  }
  return hasher.digest("hex");
}

async function filesBelow(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** The kept folder of a result, or undefined. */
export function findKept(name: string, key: string): string | undefined {
  const kept = join(buildCacheDir(), "results", `${name}-${key.slice(0, 20)}`);
  return existsSync(kept) ? kept : undefined;
}

/** Keeps a copy of `folder`. Two builds that end at once keep one. */
export async function keep(name: string, key: string, folder: string): Promise<void> {
  const results = join(buildCacheDir(), "results");
  const kept = join(results, `${name}-${key.slice(0, 20)}`);
  const part = `${kept}.${process.pid}.part`;
  await mkdir(results, { recursive: true });
  await cp(folder, part, { recursive: true });
  await rename(part, kept).catch(() => rm(part, { recursive: true, force: true }));
}
