/**
 * The flags of `serve`: each is one setting of src/config.ts under a shorter name, and wins over the environment.
 */
import { Option } from "commander";
import type { Flags } from "../config.ts";

/** Setting, flag, and what `--help` says of it. */
const OPTIONS = [
  ["STT_HOST", "--host <address>", "address to listen on (0.0.0.0)"],
  ["STT_PORT", "--port <number>", "port to listen on (8100); 0 takes any free one"],
  ["STT_MODEL", "--model <name|path>", "model name, or path of a ggml file (large-v3)"],
  ["STT_BASE_PATH", "--base-path <path>", "path the routes are also served under, such as /stt"],
  ["STT_MODEL_ALIASES", "--model-aliases <list>", "further names of models: name=target,name=target"],
  ["STT_UNKNOWN_MODEL", "--unknown-model <policy>", "default or reject requests for another model (reject)"],
  ["STT_API_KEYS_FILE", "--api-keys-file <path>", "file of accepted API keys, one a line"],
  ["STT_CORS_ORIGINS", "--cors-origins <list>", "web pages that may use the API, comma separated"],
  ["STT_BACKEND", "--backend <name>", "auto, cpu, cuda, metal or vulkan (auto)"],
  ["STT_LANGUAGE", "--language <code>", "language of requests that name none (detect)"],
  ["STT_AUDIO_CONTEXT", "--audio-context <choice>", "encoder window: full, or fit to the clip (full)"],
  ["STT_WORKERS", "--workers <number>", "chunks transcribed at the same time (from the cores)"],
  ["STT_THREADS", "--threads <number>", "threads of each worker (from the cores)"],
  ["STT_LOG_LEVEL", "--log-level <level>", "debug, info, warn or error (info)"],
  ["STT_LOG_FORMAT", "--log-format <format>", "auto, text or json (text on a terminal)"],
  ["STT_MAX_REQUESTS", "--max-requests <number>", "audio requests in hand at the same time (200)"],
  ["STT_MAX_UPLOAD_MB", "--max-upload-mb <MiB>", "largest accepted file (500)"],
  ["STT_MAX_AUDIO_MINUTES", "--max-audio-minutes <minutes>", "longest accepted audio (240)"],
  ["STT_SHUTDOWN_TIMEOUT", "--shutdown-timeout <seconds>", "how long running requests may take to finish (30)"],
  ["MODELS_DIR", "--models-dir <path>", "folder of the model cache"],
  ["STT_CACHE_DIR", "--cache-dir <path>", "folder native libraries are extracted to"],
  ["STT_TEMP_DIR", "--temp-dir <path>", "folder for uploads"],
  ["STT_VAD", "--vad <mode>", "auto, on or off: whether silence is cut out first (auto)"],
  ["STT_VAD_MODEL", "--vad-model <path>", "a Silero model in ggml form"],
  ["STT_FFMPEG", "--ffmpeg <path>", "another ffmpeg than the built-in one"],
] as const;

/** One commander option each. */
export const SERVE_OPTIONS: readonly Option[] = OPTIONS.map(
  ([setting, flag, help]) => new Option(flag, `${help} [${setting}]`),
);

/** What commander read -> flags for `readConfig`, under the settings' names. */
export function toFlags(values: Readonly<Record<string, unknown>>): Flags {
  const flags: Record<string, string> = {};
  for (const [index, option] of SERVE_OPTIONS.entries()) {
    const value = values[option.attributeName()];
    const setting = OPTIONS[index]?.[0];
    if (typeof value === "string" && setting !== undefined) flags[setting] = value;
  }
  return flags;
}
