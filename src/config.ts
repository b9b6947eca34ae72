/**
 * Settings: environment and flags -> one frozen, validated `Config`. The only reader of `process.env`.
 */
import { availableParallelism, homedir, tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import {
  apiKeys,
  apiKeysFile,
  corsOrigins,
  DEFAULT_CORS_ORIGINS,
  integer,
  languageCode,
  modelAliases,
  oneOf,
  text,
  urlPath,
} from "./setting-schemas.ts";

/** One setting each: name in the environment -> schema of its text. An empty value counts as unset. */
const settings = {
  STT_HOST: text,
  STT_PORT: integer("port", 0, 65_535),
  STT_BASE_PATH: urlPath,
  STT_MODEL: text,
  STT_MODEL_ALIASES: modelAliases,
  STT_UNKNOWN_MODEL: oneOf(["default", "reject"]),
  STT_BACKEND: oneOf(["auto", "cpu", "cuda", "metal", "vulkan"]),
  STT_LANGUAGE: languageCode,
  STT_LOG_LEVEL: oneOf(["debug", "info", "warn", "warning", "error"]),
  STT_LOG_FORMAT: oneOf(["auto", "text", "json"]),
  STT_WORKERS: integer("workers", 1, 64),
  STT_THREADS: integer("threads", 1, 256),
  STT_AUDIO_CONTEXT: oneOf(["full", "fit"]),
  STT_MAX_REQUESTS: integer("requests", 1, 100_000),
  STT_MAX_UPLOAD_MB: integer("MiB", 1, 65_536),
  STT_MAX_AUDIO_MINUTES: integer("minutes", 1, 6_000),
  STT_DECODE_TIMEOUT: integer("seconds", 1, 86_400),
  STT_SHUTDOWN_TIMEOUT: integer("seconds", 0, 3_600),
  STT_CACHE_DIR: text,
  STT_TEMP_DIR: text,
  STT_FFMPEG: text,
  STT_VAD: oneOf(["auto", "on", "off"]),
  STT_VAD_MODEL: text,
  STT_API_KEYS: apiKeys,
  STT_API_KEYS_FILE: apiKeysFile,
  STT_CORS_ORIGINS: corsOrigins,
  MODELS_DIR: text,
  HF_TOKEN: text,
} as const;

type SettingName = keyof typeof settings;
/** Every setting there is. README.md has a row for each. */
export const SETTING_NAMES: readonly string[] = Object.keys(settings);

export type Flags = Readonly<Record<string, string | undefined>>;

export interface Config {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  /** Path that all routes are also served under: `/stt`, or empty. */
  readonly basePath: string;
  /** A catalogue name, or the path of a ggml file. */
  readonly model: string;
  /** Names clients may use besides the built-in ones -> the model or alias each stands for. */
  readonly modelAliases: Readonly<Record<string, string>>;
  /** What a request for a model that is not here gets: the model that is, or an error. */
  readonly unknownModel: "default" | "reject";
  readonly backend: "auto" | "cpu" | "cuda" | "metal" | "vulkan";
  /** Language of requests that name none; undefined means detect. */
  readonly language: string | undefined;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  readonly logFormat: "auto" | "text" | "json";
  /** Chunks decoded at the same time, one whisper state each. */
  readonly workers: number;
  /** Native threads a worker uses. */
  readonly threadsPerWorker: number;
  /** full: the encoder computes its whole 30 s window, as Whisper was trained; fit: only what a chunk fills. */
  readonly audioContext: "full" | "fit";
  /** Audio requests in hand at the same time; one more gets 429. */
  readonly maxRequests: number;
  readonly maxUploadBytes: number;
  readonly maxAudioSeconds: number;
  readonly decodeTimeoutMs: number;
  readonly shutdownTimeoutMs: number;
  /** Where native files are extracted to. */
  readonly cacheDir: string;
  /** Parent of this process's private folder for uploads. */
  readonly tempDir: string;
  /** Another ffmpeg than the embedded one. */
  readonly ffmpegPath: string | undefined;
  /** Whether silence is cut out before transcribing; auto leaves it to the length of the audio. */
  readonly vad: "auto" | "on" | "off";
  /** A Silero model in ggml form. */
  readonly vadModelPath: string | undefined;
  /** Keys of clients, in clear; none means that no key is asked for. Never to be logged. */
  readonly apiKeys: readonly string[];
  /** Origins of web pages that may use the API: exact, with `*` for the port, or `*` for all. */
  readonly corsOrigins: readonly string[];
  readonly modelsDir: string;
  readonly huggingFaceToken: string | undefined;
}

/** All mistakes of a configuration together. `message` is what a person should read; the exit code is 2. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/**
 * Reads the settings; flags (named like the variables, `{ STT_PORT: "0" }`) win over the environment.
 * @throws ConfigError naming every bad setting, what was expected and what came.
 */
export function readConfig(flags: Flags = {}, environment: Flags = process.env): Config {
  const values: Partial<Record<SettingName, unknown>> = {};
  const mistakes: string[] = [];
  for (const name of Object.keys(settings) as SettingName[]) {
    const raw = flags[name] ?? environment[name];
    if (raw === undefined || raw.trim() === "") continue;
    const result = v.safeParse(settings[name], raw);
    if (result.success) values[name] = result.output;
    else mistakes.push(`  ${name}: ${result.issues[0].message}, got ${describe(name, raw)}`);
  }
  const config = buildConfig(values as Values, environment);
  if (config.workers * config.threadsPerWorker > availableParallelism() * 4) {
    mistakes.push(
      `  STT_WORKERS x STT_THREADS: expected at most ${availableParallelism() * 4} threads on this machine, ` +
        `got ${config.workers} x ${config.threadsPerWorker}`,
    );
  }
  if (mistakes.length > 0) throw new ConfigError(`These settings cannot be used:\n${mistakes.join("\n")}`);
  return Object.freeze(config);
}

type Values = {
  readonly [N in SettingName]?: v.InferOutput<(typeof settings)[N]>;
};

function buildConfig(values: Values, environment: Flags): Config {
  const cores = availableParallelism();
  // One job at a time gets every core on a small machine; from 8 cores on a second one pays.
  const workers = values.STT_WORKERS ?? Math.max(1, Math.min(4, Math.floor(cores / 4)));
  const level = values.STT_LOG_LEVEL ?? "info";
  return {
    host: values.STT_HOST ?? "0.0.0.0",
    port: values.STT_PORT ?? 8100,
    model: values.STT_MODEL ?? "large-v3",
    basePath: values.STT_BASE_PATH ?? "",
    modelAliases: values.STT_MODEL_ALIASES ?? {},
    unknownModel: values.STT_UNKNOWN_MODEL ?? "reject",
    backend: values.STT_BACKEND ?? "auto",
    language: values.STT_LANGUAGE,
    logLevel: level === "warning" ? "warn" : level,
    logFormat: values.STT_LOG_FORMAT ?? "auto",
    workers,
    threadsPerWorker: values.STT_THREADS ?? Math.max(1, Math.floor(cores / workers)),
    audioContext: values.STT_AUDIO_CONTEXT ?? "full",
    maxRequests: values.STT_MAX_REQUESTS ?? 200,
    maxUploadBytes: (values.STT_MAX_UPLOAD_MB ?? 500) * 1024 * 1024,
    maxAudioSeconds: (values.STT_MAX_AUDIO_MINUTES ?? 240) * 60,
    decodeTimeoutMs: (values.STT_DECODE_TIMEOUT ?? 600) * 1000,
    shutdownTimeoutMs: (values.STT_SHUTDOWN_TIMEOUT ?? 30) * 1000,
    cacheDir:
      values.STT_CACHE_DIR ??
      join(unlessEmpty(environment["XDG_CACHE_HOME"]) ?? join(homedir(), ".cache"), "tiflis-stt"),
    tempDir: values.STT_TEMP_DIR ?? tmpdir(),
    ffmpegPath: values.STT_FFMPEG,
    vad: values.STT_VAD ?? "auto",
    vadModelPath: values.STT_VAD_MODEL,
    apiKeys: [...(values.STT_API_KEYS ?? []), ...(values.STT_API_KEYS_FILE ?? [])],
    corsOrigins: values.STT_CORS_ORIGINS ?? DEFAULT_CORS_ORIGINS,
    modelsDir: values.MODELS_DIR ?? join(homedir(), ".cache", "huggingface", "hub"),
    huggingFaceToken: values.HF_TOKEN,
  };
}

function unlessEmpty(value: string | undefined): string | undefined {
  return value === undefined || value === "" ? undefined : value;
}

const SECRETS: ReadonlySet<SettingName> = new Set(["HF_TOKEN", "STT_API_KEYS"]);

/** The text that came, unless it is a secret. */
function describe(name: SettingName, raw: string): string {
  return SECRETS.has(name) ? "a value that is not shown" : JSON.stringify(raw);
}
