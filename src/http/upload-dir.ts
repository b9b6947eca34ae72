/**
 * The private folder a server keeps uploads in. Its name carries the server's process id, so that what a killed server
 * left can be told from what a running one uses.
 */
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const PREFIX = "tiflis-stt-";
const NAME = /^tiflis-stt-(\d+)-\w+$/;

/** Makes an empty folder under `tempDir` that only this user can enter. */
export function createUploadDir(tempDir: string): string {
  mkdirSync(tempDir, { recursive: true });
  const directory = mkdtempSync(join(tempDir, `${PREFIX}${process.pid}-`));
  chmodSync(directory, 0o700); // Whatever the umask says.
  return directory;
}

/** Removes the folder and all in it. */
export function removeUploadDir(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

/**
 * Removes folders of servers that are gone; call it before making one's own, for a restarted container has the same
 * process id as its predecessor. Folders of other users and links are left alone.
 * @returns the paths that were removed
 */
export function removeStaleUploadDirs(tempDir: string): string[] {
  const stale = listNames(tempDir)
    .filter((name) => isStale(name))
    .map((name) => join(tempDir, name))
    .filter((path) => isOwnFolder(path));
  for (const path of stale) removeUploadDir(path);
  return stale;
}

function listNames(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // Not made yet.
  }
}

function isStale(name: string): boolean {
  const pid = Number(NAME.exec(name)?.[1] ?? 0);
  return pid > 0 && (pid === process.pid || !isAlive(pid));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function isOwnFolder(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === (process.getuid?.() ?? stat.uid);
}
