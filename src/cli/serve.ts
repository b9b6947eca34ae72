/**
 * `tiflis-stt serve`: one server from its start to its orderly end.
 */
import { ConfigError, readConfig, type Config, type Flags } from "../config.ts";
import type { Engine } from "../engine/engine.ts";
import type { EngineSettings } from "../engine/messages.ts";
import { EngineSupervisor } from "../engine/supervisor.ts";
import { createUnavailableEngine } from "../engine/unavailable.ts";
import { SttError } from "../errors.ts";
import { createActivity } from "../http/activity.ts";
import { createApp } from "../http/app.ts";
import { drain } from "../http/drain.ts";
import { createUploadDir, removeStaleUploadDirs, removeUploadDir } from "../http/upload-dir.ts";
import { createLogger, type Logger } from "../log.ts";
import { findDeadAliases } from "../models/aliases.ts";
import { normalizeLanguage } from "../models/languages.ts";
import { resolveModel, type ModelResolution } from "../models/resolve.ts";
import { VERSION } from "../version.ts";
import { waitForStopSignal } from "./stop-signal.ts";

/** How long the engine may take to end once nothing is left for it to do. */
const ENGINE_STOP_MS = 5_000;

/**
 * Serves until SIGINT or SIGTERM; resolves when no request, child process or temporary file is left.
 * @throws ConfigError for settings that cannot be used; Error when the address cannot be listened on.
 */
export async function serve(flags: Flags): Promise<void> {
  const config = readConfig(flags);
  checkLanguage(config.language);
  const logger = createLogger(config);
  logStrayErrors(logger);
  const asked = waitForStopSignal();
  removeStaleUploadDirs(config.tempDir);
  const uploadDir = createUploadDir(config.tempDir);
  const model = resolveModel(config);
  warnOfSettings(config, model.id, logger);
  const engine = startEngine(config, { model, uploadDir, logger });
  const activity = createActivity();
  const app = createApp({ config, engine, model, uploadDir, activity, logger, version: VERSION });
  try {
    app.listen({ hostname: config.host, port: config.port });
    logger.info({ url: urlOf(app.server), version: VERSION, model: model.id, pid: process.pid }, "listening");
    const signal = await asked;
    logger.info({ signal, timeoutMs: config.shutdownTimeoutMs }, "stopping");
    if (app.server !== null) await drain(app.server, activity, config.shutdownTimeoutMs);
  } finally {
    await engine.stop(ENGINE_STOP_MS);
    removeUploadDir(uploadDir);
  }
  logger.info({}, "stopped");
}

/** The pattern of a language is checked with the other settings; whether Whisper knows it is only known here. */
function checkLanguage(language: string | undefined): void {
  try {
    normalizeLanguage(language);
  } catch (error) {
    if (!(error instanceof SttError)) throw error;
    throw new ConfigError(`These settings cannot be used:\n  STT_LANGUAGE: ${error.message}`, { cause: error });
  }
}

/** Settings that can be used, but may not be meant. */
function warnOfSettings(config: Config, modelId: string, logger: Logger): void {
  if (config.apiKeys.length === 0 && !isLoopback(config.host)) {
    const text =
      "Whoever reaches this address may use the server. Set STT_API_KEYS or STT_API_KEYS_FILE to ask for a key.";
    logger.warn({ host: config.host }, text);
  }
  const aliases = findDeadAliases(modelId, config);
  if (aliases.length > 0) {
    logger.warn(
      { aliases },
      `STT_MODEL_ALIASES: these stand for a model that is not here; this server runs '${modelId}'.`,
    );
  }
}

/** Addresses that only programs of this machine can reach. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
}

/** One request's defect must not end the server for all the others. */
function logStrayErrors(logger: Logger): void {
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error: unknown) => logger.error({ err: error }, `${event}: a defect, please report it`));
  }
}

interface EngineParts {
  readonly model: ModelResolution;
  readonly uploadDir: string;
  readonly logger: Logger;
}

/** The engine, on its way up; without a model the server still runs, and says in each answer what is missing. */
function startEngine(
  config: Config,
  { model, uploadDir, logger }: EngineParts,
): Engine & { stop(deadlineMs: number): Promise<void> } {
  if (!model.found) {
    logger.warn({ model: model.id, modelsDir: config.modelsDir }, model.reason);
    return { ...createUnavailableEngine(model.reason), stop: () => Promise.resolve() };
  }
  const settings: EngineSettings = {
    modelPath: model.path,
    backend: config.backend,
    workers: config.workers,
    threadsPerWorker: config.threadsPerWorker,
    audioContext: config.audioContext,
    decodeTimeoutMs: config.decodeTimeoutMs,
    maxAudioSeconds: config.maxAudioSeconds,
    cacheDir: config.cacheDir,
    ffmpegPath: config.ffmpegPath ?? null,
    vadModelPath: config.vadModelPath ?? null,
    vad: config.vad,
    uploadDir,
    logLevel: config.logLevel,
  };
  const engine = new EngineSupervisor({ settings, logger, environment: process.env });
  engine.start();
  return engine;
}

type Server = ReturnType<typeof createApp>["server"];

/** An address that can be opened: the wildcard addresses cannot. */
function urlOf(server: Server): string {
  if (server === null) throw new Error("Expected to be listening, but there is no server.");
  const url = new URL(server.url);
  if (["0.0.0.0", "[::]"].includes(url.hostname)) url.hostname = "127.0.0.1";
  return url.origin;
}
