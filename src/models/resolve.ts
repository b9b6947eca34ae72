/**
 * From the model setting to a file on disk. Looks, and never downloads.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Config } from "../config.ts";
import { findModelName, MODEL_NAMES, MODEL_REPOSITORY, modelFileName } from "./catalogue.ts";

/** A model's id and file, or why there is none; `reason` says what to do and holds no local path. */
export type ModelResolution =
  | {
      readonly found: true;
      readonly id: string;
      readonly path: string;
      /** When the file was last written, in seconds since 1970. */
      readonly createdSeconds: number;
    }
  | { readonly found: false; readonly id: string; readonly reason: string };

/** Finds the file of `config.model`: the path of a ggml file, or a catalogue name in the hub cache `config.modelsDir`. */
export function resolveModel(config: Pick<Config, "model" | "modelsDir">): ModelResolution {
  const name = findModelName(config.model);
  if (name !== undefined) return resolveName(name, config.modelsDir);
  const id = idOfFile(config.model);
  const createdSeconds = fileTimeSeconds(config.model);
  if (createdSeconds !== undefined) return { found: true, id, path: resolve(config.model), createdSeconds };
  const reason = looksLikePath(config.model)
    ? `STT_MODEL names the file '${basename(config.model)}', which is not there or cannot be read. Check the path.`
    : `STT_MODEL is '${config.model}'. Expected the path of a ggml file or one of ${MODEL_NAMES.join(", ")}.`;
  return { found: false, id, reason };
}

function resolveName(name: string, modelsDir: string): ModelResolution {
  const file = modelFileName(name);
  for (const folder of snapshotFolders(modelsDir)) {
    const path = join(folder, file);
    const createdSeconds = fileTimeSeconds(path);
    if (createdSeconds !== undefined) return { found: true, id: name, path, createdSeconds };
  }
  const reason =
    `The model '${name}' is not in MODELS_DIR. Get it with 'huggingface-cli download ${MODEL_REPOSITORY} ${file}', ` +
    `or download https://huggingface.co/${MODEL_REPOSITORY}/resolve/main/${file} and set STT_MODEL to its path.`;
  return { found: false, id: name, reason };
}

/** Snapshots of the model repository in the hub's cache layout, the one that `main` points to first. */
function snapshotFolders(modelsDir: string): string[] {
  const repository = join(modelsDir, `models--${MODEL_REPOSITORY.replace("/", "--")}`);
  const main = ignoreMissing(() => readFileSync(join(repository, "refs", "main"), "utf8").trim());
  const revisions = ignoreMissing(() => readdirSync(join(repository, "snapshots"))) ?? [];
  return revisions
    .sort((a, b) => Number(b === main) - Number(a === main) || a.localeCompare(b))
    .map((revision) => join(repository, "snapshots", revision));
}

/** Modification time of a regular file, undefined for anything else. */
function fileTimeSeconds(path: string): number | undefined {
  const stat = ignoreMissing(() => statSync(path));
  return stat?.isFile() === true ? Math.floor(stat.mtimeMs / 1000) : undefined;
}

function ignoreMissing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined; // Not there, or not ours to read: either way it cannot be used.
  }
}

function looksLikePath(text: string): boolean {
  return /[/\\]|\.bin$/i.test(text);
}

/** `/models/ggml-base.en.bin` -> `base.en` */
function idOfFile(path: string): string {
  return basename(path)
    .replace(/^ggml-/, "")
    .replace(/\.bin$/i, "");
}
