/**
 * Models of the published shapes with random weights (make-shape-model.py), made once into the build cache.
 */
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { buildCacheDir, hashInputs } from "../../lib/build/cache.ts";
import { ensurePrograms } from "../../lib/build/system.ts";
import { runLogged } from "../../lib/ffmpeg/run-logged.ts";
import { NANO_MODEL_PATH } from "../support/fixtures.ts";

export type Shape = "tiny" | "base" | "small";

const SCRIPT = join(import.meta.dir, "make-shape-model.py");
const REQUIREMENTS = join(import.meta.dir, "requirements.txt");
const PROGRAMS = { python3: "python3", pip3: "python3-pip" };
const KEY_LETTERS = 12;

/** Path of the model: half precision, every window is decoded into the same 25 tokens. */
export async function ensureShapeModel(shape: Shape): Promise<string> {
  const key = await hashInputs([SCRIPT, NANO_MODEL_PATH], [shape]);
  const folder = join(buildCacheDir(), "bench");
  const path = join(folder, `ggml-shape-${shape}-${key.slice(0, KEY_LETTERS)}.bin`);
  if (existsSync(path)) return path;
  await mkdir(folder, { recursive: true });
  const run = { cwd: folder, logPath: join(folder, "shape-model.log") };
  const packages = await ensureNumpy(folder, run.logPath);
  console.error(`Making a model of ${shape} shape`);
  const part = `${path}.${process.pid}.part`;
  const make = ["python3", SCRIPT, "--from", NANO_MODEL_PATH, "--shape", shape, "--out", part];
  await runLogged(["env", `PYTHONPATH=${packages}`, ...make], run);
  await rename(part, path);
  return path;
}

/** A folder of Python packages of our own: the system's stay as they are. */
async function ensureNumpy(folder: string, logPath: string): Promise<string> {
  await ensurePrograms(PROGRAMS, logPath);
  // Compiled packages fit one version of Python.
  const version = Bun.spawnSync(["python3", "--version"]).stdout.toString();
  const key = await hashInputs([REQUIREMENTS], [version, process.arch]);
  const packages = join(folder, `python-${key.slice(0, KEY_LETTERS)}`);
  if (existsSync(packages)) return packages;
  console.error("Installing numpy into the build cache");
  const part = `${packages}.${process.pid}.part`;
  const install = ["-m", "pip", "install", "--quiet", "--only-binary", ":all:", "--target", part, "-r", REQUIREMENTS];
  await runLogged(["env", "PIP_ROOT_USER_ACTION=ignore", "python3", ...install], { cwd: folder, logPath });
  await rename(part, packages).catch(() => rm(part, { recursive: true, force: true }));
  return packages;
}
