/**
 * Names clients have built in. Any of them means: the model this server runs.
 */
import { SttError } from "../errors.ts";

/** OpenAI's transcription model names, and the plain word. */
export const MODEL_ALIASES: readonly string[] = [
  "whisper-1",
  "whisper",
  "gpt-4o-transcribe",
  "gpt-4o-mini-transcribe",
  "gpt-transcribe",
];

/**
 * The model a request means.
 * @param requested the request's `model`; undefined when it has none
 * @param modelId id of the model this server runs
 * @throws SttError `missing_field` without a name, `unknown_model` for a name that is neither the model nor an alias.
 */
export function resolveModelName(requested: string | undefined, modelId: string): string {
  if (requested === undefined || requested === "") {
    throw new SttError("missing_field", `Expected a 'model' field, got none. Send '${modelId}' or 'whisper-1'.`, {
      param: "model",
    });
  }
  const wanted = requested.toLowerCase();
  if (wanted === modelId.toLowerCase() || MODEL_ALIASES.includes(wanted)) return modelId;
  throw new SttError(
    "unknown_model",
    `The model '${requested.slice(0, 100)}' is not on this server. It runs '${modelId}', also under the names ` +
      `${MODEL_ALIASES.join(", ")}.`,
    { param: "model" },
  );
}
