/**
 * Native files on disk: extracted from the executable into a private folder named by their hash, or the build's own
 * folder when running from source.
 */
import { chmod, lstat, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SttError } from "../errors.ts";
import { embedded, type EmbeddedFile, type EmbeddedFiles } from "./embedded.ts";

export interface NativeFiles {
  /** Absolute path of the folder with libstt and its backends. */
  readonly libraryDir: string;
  readonly ffmpegPath: string;
}

const HASH_LETTERS = 16;

/**
 * Makes sure the native files are there and whole. Several processes may call it at once.
 * @throws SttError model_unavailable if the cache folder cannot be used, saying what to do.
 */
export async function prepareNativeFiles(cacheDir: string): Promise<NativeFiles> {
  const libraryDir = embedded === null ? sourceDir() : await extract(embedded, cacheDir);
  return { libraryDir, ffmpegPath: join(libraryDir, "ffmpeg") };
}

/** lib/<os>-<arch>-cpu of the checkout, made by `bun run build:native`. */
function sourceDir(): string {
  return join(import.meta.dir, "..", "..", "lib", `${process.platform}-${process.arch}-cpu`);
}

async function extract(files: EmbeddedFiles, cacheDir: string): Promise<string> {
  const target = join(cacheDir, `native-${files.sha256.slice(0, HASH_LETTERS)}`);
  try {
    await mkdir(cacheDir, { recursive: true, mode: 0o700 });
    if (await isWhole(target, files)) return target;
    const fresh = await mkdtemp(join(cacheDir, "extract-")); // mode 0700
    await Promise.all(files.files.map((file) => unpack(file, fresh)));
    await replace(target, fresh);
    if (await isWhole(target, files)) return target;
  } catch (cause) {
    throw new SttError(
      "model_unavailable",
      `The native libraries cannot be written to ${cacheDir} (${errorCode(cause)}). ` +
        "Set STT_CACHE_DIR to a folder that this user may write to and run programs from.",
      { cause },
    );
  }
  throw new SttError("model_unavailable", `Files in ${target} keep changing. Set STT_CACHE_DIR to a private folder.`);
}

async function unpack(file: EmbeddedFile, folder: string): Promise<void> {
  const packed = await Bun.file(file.packedPath).bytes();
  const path = join(folder, file.name);
  await writeFile(path, await Bun.zstdDecompress(packed));
  await chmod(path, 0o500);
}

/** Puts `fresh` in the place of `target`, which is missing, broken, or was just made by another process. */
async function replace(target: string, fresh: string): Promise<void> {
  const old = `${fresh}.old`;
  await rename(target, old).catch(ignoreMissing);
  await rename(fresh, target).catch((error: unknown) => {
    if (errorCode(error) !== "ENOTEMPTY" && errorCode(error) !== "EEXIST") throw error;
  });
  await Promise.all([old, fresh].map((path) => rm(path, { recursive: true, force: true })));
}

/** True if the folder is ours alone and every file in it is what the executable carries. */
async function isWhole(folder: string, { files }: EmbeddedFiles): Promise<boolean> {
  const info = await lstat(folder).catch(ignoreMissing);
  if (info === undefined) return false;
  if (!info.isDirectory() || (info.mode & 0o022) !== 0 || (process.getuid && info.uid !== process.getuid()))
    return false;
  const checks = files.map(async ({ name, sizeBytes, sha256 }) => {
    const bytes = await readFile(join(folder, name)).catch(ignoreMissing);
    return bytes?.length === sizeBytes && new Bun.CryptoHasher("sha256").update(bytes).digest("hex") === sha256;
  });
  return (await Promise.all(checks)).every(Boolean);
}

function ignoreMissing(error: unknown): undefined {
  if (errorCode(error) !== "ENOENT") throw error;
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}
