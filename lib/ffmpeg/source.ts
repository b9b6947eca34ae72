/**
 * Where the source of ffmpeg comes from: Debian's archive through apt, or a tarball named by hand. Either is used only if
 * its SHA-256 is one of those below.
 */
import { copyFile, mkdir, rename, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { runLogged } from "./run-logged.ts";

/**
 * Releases that the recipe was tried with -> SHA-256 of `ffmpeg-<version>.tar.xz`, the file that the FFmpeg project signs;
 * Debian's `orig.tar.xz` is the same. Add a line when Debian moves on to another 5.1.x.
 */
export const ACCEPTED_SOURCES: Readonly<Record<string, string>> = {
  "5.1.9": "d9b593bb2ba93d4b50f74177e0cdcd41747e708596367deed0c30348a71dd176",
};

/** Debian 12 keeps 5.1.x until 2028. Its archives (also that of security updates) are those this machine uses. */
const DEBIAN_RELEASE = "bookworm";
const DEBIAN_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

export interface SourceOptions {
  /** Folder of our own; what was fetched stays there for the next time. */
  readonly workDir: string;
  /** A tarball to use instead of fetching one. */
  readonly tarball: string | undefined;
  readonly log: (line: string) => void;
}

/**
 * Path of a tarball whose SHA-256 was checked.
 * @throws Error if there is none, or if it is not an accepted one
 */
export async function obtainSource(options: SourceOptions): Promise<string> {
  const { workDir, tarball, log } = options;
  if (tarball !== undefined) {
    await checkSource(tarball);
    return tarball;
  }
  const kept = join(workDir, "ffmpeg.tar.xz");
  if (existsSync(kept) && (await acceptedVersion(kept)) !== undefined) return kept;
  log("ffmpeg: fetching the source from Debian's archive");
  const fetched = await fetchFromDebian(workDir);
  log(`ffmpeg: source ${await checkSource(fetched)}, checksum right`);
  await copyFile(fetched, `${kept}.part`);
  await rename(`${kept}.part`, kept);
  return kept;
}

/** Version of the tarball; throws unless it is an accepted one. */
async function checkSource(path: string): Promise<string> {
  if (!existsSync(path)) throw new Error(`Expected the source of ffmpeg at ${path}, found no file. ${remedy()}`);
  const version = await acceptedVersion(path);
  if (version !== undefined) return version;
  throw new Error(
    `Expected the source of ffmpeg ${knownVersions()}, got ${basename(path)} with SHA-256 ` +
      `${await sha256(path)}, which is not known. ${remedy()} To use a newer release, try ` +
      "the recipe with it and add it to ACCEPTED_SOURCES in lib/ffmpeg/source.ts.",
  );
}

/** The accepted version that a file is, by its content; undefined if it is none. */
async function acceptedVersion(path: string): Promise<string | undefined> {
  const sum = await sha256(path);
  return Object.keys(ACCEPTED_SOURCES).find((version) => ACCEPTED_SOURCES[version] === sum);
}

async function sha256(path: string): Promise<string> {
  const hasher = new Bun.CryptoHasher("sha256");
  for await (const bytes of Bun.file(path).stream()) hasher.update(bytes);
  return hasher.digest("hex");
}

/** Uses lists and folders of our own, so it needs no root and leaves the system's apt as it is. Proxies etc. apply. */
async function fetchFromDebian(workDir: string): Promise<string> {
  if (Bun.which("apt-get") === null || !existsSync(DEBIAN_KEYRING)) {
    throw new Error(
      `Expected apt-get and ${DEBIAN_KEYRING} to fetch the source of ffmpeg, found no Debian. ${remedy()}`,
    );
  }
  const apt = join(workDir, "apt");
  const run = { cwd: join(apt, "source"), logPath: join(workDir, "source.log"), hint: remedy() };
  const settings = await preparePrivateApt(apt);
  await runLogged(["apt-get", "-qq", ...settings, "update"], run);
  const index: string[] = [];
  await runLogged(["apt-cache", ...settings, "showsrc", "ffmpeg"], { ...run, onLine: (line) => index.push(line) });
  const release = findAcceptedRelease(index);
  if (release === undefined) {
    throw new Error(`Expected ffmpeg ${knownVersions()} in Debian's archive, which has moved on. ${remedy()}`);
  }
  await runLogged(["apt-get", "-qq", ...settings, "source", "--download-only", `ffmpeg=${release.version}`], run);
  return join(run.cwd, release.file);
}

/** The machine's own archives of the release, as lines of a sources.list. @throws Error if it has none */
async function debianArchives(): Promise<string[]> {
  const format = "$(REPO_URI) $(RELEASE) $(COMPONENT)";
  const lines = await Bun.$`apt-get indextargets --no-release-info --format ${format} ${"Created-By: Packages"}`
    .quiet()
    .nothrow()
    .text();
  const archives = lines.split("\n").filter((line) => / (\S+) main$/.exec(line)?.[1]?.startsWith(DEBIAN_RELEASE));
  if (archives.length > 0) return [...new Set(archives)];
  throw new Error(`Expected apt to know an archive of Debian ${DEBIAN_RELEASE}, found none. ${remedy()}`);
}

/** Options that make apt use the folder `apt` instead of the system's. */
async function preparePrivateApt(apt: string): Promise<string[]> {
  const folders = ["lists/partial", "cache/archives/partial", "source"];
  await Promise.all(folders.map((name) => mkdir(join(apt, name), { recursive: true })));
  const archives = await debianArchives();
  const sources = archives.map((archive) => `deb-src [signed-by=${DEBIAN_KEYRING}] ${archive}\n`);
  await writeFile(join(apt, "sources.list"), sources.join(""));
  const settings = {
    "Dir::Etc::SourceList": join(apt, "sources.list"),
    "Dir::Etc::SourceParts": "/dev/null",
    "Dir::State::Lists": join(apt, "lists"),
    "Dir::Cache": join(apt, "cache"),
    // As root apt would fetch as another user, who may not enter our folder.
    "APT::Sandbox::User": "root",
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
}

/**
 * Finds an accepted source in a package index (the lines of `apt-cache showsrc`), by checksum: Debian's version and the
 * tarball's name there. An archive may offer several releases at the same time.
 */
export function findAcceptedRelease(index: readonly string[]): { version: string; file: string } | undefined {
  let version = "";
  for (const line of index) {
    version = /^Version: (\S+)$/.exec(line)?.[1] ?? version;
    const [, sum, file] = /^ ([0-9a-f]{64}) \d+ (\S+\.orig\.tar\.xz)$/.exec(line) ?? [];
    if (file !== undefined && Object.values(ACCEPTED_SOURCES).some((accepted) => accepted === sum))
      return { version, file };
  }
  return undefined;
}

function knownVersions(): string {
  return Object.keys(ACCEPTED_SOURCES).join(" or ");
}

function remedy(): string {
  const version = Object.keys(ACCEPTED_SOURCES).at(-1);
  return (
    `Download ffmpeg-${version}.tar.xz from https://ffmpeg.org/releases/ and set STT_FFMPEG_SOURCE to its path, or build ` +
    "with --ffmpeg static or --ffmpeg PATH."
  );
}
