/**
 * The official Python client, installed once per list of requirements into the build's cache.
 */
import { mkdir, rename, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildCacheDir, hashInputs } from "../../../lib/build/cache.ts";

const REQUIREMENTS = join(import.meta.dir, "requirements.txt");

export interface Python {
  readonly command: string;
  /** Folder of the packages, for PYTHONPATH. */
  readonly packagesDir: string;
}

/**
 * Installs what requirements.txt names, unless it is there already. The answer is a reason where Python or pip is missing.
 * @throws Error with pip's output if the packages cannot be installed
 */
export async function installPackages(): Promise<Python | string> {
  const command = Bun.which("python3");
  if (command === null) return "there is no python3";
  const version = await run([command, "-c", "import sys; print(sys.version_info[:2])"]);
  if ((await run([command, "-m", "pip", "--version"])).code !== 0) return "python3 has no pip";
  const key = await hashInputs([REQUIREMENTS], [process.platform, process.arch, version.output]);
  const packagesDir = join(buildCacheDir(), "python", key.slice(0, 20));
  if (existsSync(packagesDir)) return { command, packagesDir };
  const part = `${packagesDir}.${process.pid}.part`;
  await mkdir(part, { recursive: true });
  const install = ["install", "--quiet", "--disable-pip-version-check", "--no-compile", "--target", part];
  const { code, output } = await run([command, "-m", "pip", ...install, "--requirement", REQUIREMENTS]);
  if (code === 0) await rename(part, packagesDir).catch(() => undefined); // Another run may have been first.
  await rm(part, { recursive: true, force: true });
  if (code !== 0) throw new Error(`Expected pip to install ${REQUIREMENTS}, it ended with ${code}:\n${output}`);
  return { command, packagesDir };
}

async function run(command: readonly string[]): Promise<{ code: number; output: string }> {
  const child = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { code: await child.exited, output: out + err };
}
