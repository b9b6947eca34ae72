/**
 * Names clients have built in or are set up with, and the model each of them means.
 */
import type { Config } from "../config.ts";
import { SttError } from "../errors.ts";

/** OpenAI's transcription model names, and the plain word. Any of them means the model this server runs. */
export const MODEL_ALIASES: readonly string[] = [
  "whisper-1",
  "whisper",
  "gpt-4o-transcribe",
  "gpt-4o-mini-transcribe",
  "gpt-4o-mini-transcribe-2025-12-15",
  "gpt-transcribe",
];

/** OpenAI's names that promise to tell speakers apart. */
const DIARIZING_NAMES: ReadonlySet<string> = new Set(["gpt-4o-transcribe-diarize"]);

/** The settings that decide what a name means. */
export type ModelNaming = Partial<Pick<Config, "modelAliases" | "unknownModel">>;

/** Every name a request may use: the model's id first, then the built-in aliases, then those of `STT_MODEL_ALIASES`. */
export function listModelNames(modelId: string, { modelAliases = {} }: ModelNaming = {}): string[] {
  const names = new Map([modelId, ...MODEL_ALIASES].map((name) => [name.toLowerCase(), name]));
  for (const [name, target] of Object.entries(modelAliases)) {
    if (!names.has(name.toLowerCase()) && meansModel(target, modelId)) names.set(name.toLowerCase(), name);
  }
  return [...names.values()];
}

/** Entries of `STT_MODEL_ALIASES` that stand for no model of this server: nobody can use them. */
export function findDeadAliases(modelId: string, { modelAliases = {} }: ModelNaming): string[] {
  return Object.entries(modelAliases)
    .filter(([, target]) => !meansModel(target, modelId))
    .map(([name, target]) => `${name}=${target}`);
}

/**
 * The model a request means.
 * @param requested the request's `model`; undefined when it has none
 * @param modelId id of the model this server runs
 * @throws SttError `missing_field` without a name, `unknown_model` for a name that is neither the model nor an alias
 *   (neither of them where `unknownModel` is `default`), `unsupported_value` for a name that promises what is not here.
 */
export function resolveModelName(requested: string | undefined, modelId: string, naming: ModelNaming = {}): string {
  const wanted = (requested ?? "").trim();
  if (wanted !== "" && listModelNames(modelId, naming).some((name) => isSame(name, wanted))) return modelId;
  if (DIARIZING_NAMES.has(wanted.toLowerCase())) {
    throw new SttError(
      "unsupported_value",
      `The model '${wanted}' tells speakers apart, which this server cannot do yet. Use '${modelId}' or 'whisper-1'.`,
      { param: "model" },
    );
  }
  if (naming.unknownModel === "default") return modelId;
  if (wanted === "") {
    throw new SttError("missing_field", `Expected a 'model' field, got none. Send '${modelId}' or 'whisper-1'.`, {
      param: "model",
    });
  }
  throw new SttError(
    "unknown_model",
    `The model '${wanted.slice(0, 100)}' is not on this server. It runs '${modelId}', also under the names ` +
      `${listModelNames(modelId, naming).slice(1).join(", ")}.`,
    { param: "model" },
  );
}

function meansModel(name: string, modelId: string): boolean {
  return [modelId, ...MODEL_ALIASES].some((known) => isSame(known, name));
}

/** Clients write names in any case. */
function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
