/**
 * Settings: environment and flags -> one frozen, validated `Config`. The only reader of `process.env`.
 */
import { availableParallelism, homedir, tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";

/** Whisper's languages are checked where languages live (src/models/languages.ts); here only the shape is. */
const LANGUAGE_PATTERN = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i;

const integer = (name: string, min: number, max: number) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.regex(/^\d+$/, `expected a whole number from ${min} to ${max}`),
    v.transform(Number),
    v.minValue(min, `expected at least ${min}`),
    v.maxValue(max, `expected at most ${max}`),
    v.title(name),
  );

const oneOf = <const T extends readonly [string, ...string[]]>(choices: T) =>
  v.pipe(v.string(), v.trim(), v.toLowerCase(), v.picklist(choices, `expected one of ${choices.join(", ")}`));

const text = v.pipe(v.string(), v.trim(), v.nonEmpty("expected a value"));

/** One setting each: name in the environment -> schema of its text. An empty value counts as unset. */
const settings = {
  STT_HOST: text,
  STT_PORT: integer("port", 0, 65_535),
  STT_MODEL: text,
  STT_BACKEND: oneOf(["auto", "cpu", "cuda", "metal", "vulkan"]),
  STT_LANGUAGE: v.pipe(text, v.regex(LANGUAGE_PATTERN, "expected a language code such as en or pt-BR")),
  STT_LOG_LEVEL: oneOf(["debug", "info", "warn", "warning", "error"]),
  STT_LOG_FORMAT: oneOf(["auto", "text", "json"]),
  STT_WORKERS: integer("workers", 1, 64),
  STT_THREADS: integer("threads", 1, 256),
  STT_MAX_UPLOAD_MB: integer("MiB", 1, 65_536),
  STT_MAX_AUDIO_MINUTES: integer("minutes", 1, 6_000),
  STT_DECODE_TIMEOUT: integer("seconds", 1, 86_400),
  STT_SHUTDOWN_TIMEOUT: integer("seconds", 0, 3_600),
  STT_CACHE_DIR: text,
  STT_TEMP_DIR: text,
  STT_FFMPEG: text,
  MODELS_DIR: text,
  HF_TOKEN: text,
} as const;

type SettingName = keyof typeof settings;
export type Flags = Readonly<Record<string, string | undefined>>;

export interface Config {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  /** A catalogue name, or the path of a ggml file. */
  readonly model: string;
  readonly backend: "auto" | "cpu" | "cuda" | "metal" | "vulkan";
  /** Language of requests that name none; undefined means detect. */
  readonly language: string | undefined;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  readonly logFormat: "auto" | "text" | "json";
  /** Chunks decoded at the same time, one whisper state each. */
  readonly workers: number;
  /** Native threads a worker uses. */
  readonly threadsPerWorker: number;
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
  const values: Partial<Record<SettingName, string | number>> = {};
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
    backend: values.STT_BACKEND ?? "auto",
    language: values.STT_LANGUAGE,
    logLevel: level === "warning" ? "warn" : level,
    logFormat: values.STT_LOG_FORMAT ?? "auto",
    workers,
    threadsPerWorker: values.STT_THREADS ?? Math.max(1, Math.floor(cores / workers)),
    maxUploadBytes: (values.STT_MAX_UPLOAD_MB ?? 500) * 1024 * 1024,
    maxAudioSeconds: (values.STT_MAX_AUDIO_MINUTES ?? 240) * 60,
    decodeTimeoutMs: (values.STT_DECODE_TIMEOUT ?? 600) * 1000,
    shutdownTimeoutMs: (values.STT_SHUTDOWN_TIMEOUT ?? 30) * 1000,
    cacheDir:
      values.STT_CACHE_DIR ??
      join(unlessEmpty(environment["XDG_CACHE_HOME"]) ?? join(homedir(), ".cache"), "tiflis-stt"),
    tempDir: values.STT_TEMP_DIR ?? tmpdir(),
    ffmpegPath: values.STT_FFMPEG,
    modelsDir: values.MODELS_DIR ?? join(homedir(), ".cache", "huggingface", "hub"),
    huggingFaceToken: values.HF_TOKEN,
  };
}

function unlessEmpty(value: string | undefined): string | undefined {
  return value === undefined || value === "" ? undefined : value;
}

/** The text that came, unless it could be a secret. */
function describe(name: SettingName, raw: string): string {
  return name.includes("TOKEN") || name.includes("KEY") ? "a value that is not shown" : JSON.stringify(raw);
}
