/**
 * What an engine process needs before it can take a job: libraries, weights, workers.
 */
import { decodeAudio } from "../audio/decode.ts";
import { Context } from "../native/context.ts";
import { prepareNativeFiles } from "../native/files.ts";
import { openLibrary, type Library } from "../native/library.ts";
import type { EngineFacts, EngineSettings } from "./messages.ts";
import type { Pipeline } from "./pipeline.ts";
import { Scheduler } from "./scheduler.ts";
import { EngineWorker, type ChunkOutcome, type ChunkTask } from "./worker-pool.ts";

export interface Runtime {
  readonly facts: EngineFacts;
  readonly pipeline: Pipeline;
}

export interface RuntimeEvents {
  /** As soon as the library is there: its log is worth reading also when the model cannot be opened. */
  readonly onLibrary: (library: Library) => void;
  /** A worker thread ended by itself. The process is of no more use. */
  readonly onBroken: (error: Error) => void;
}

/** Opens everything; it is given back by the end of the process only. @throws SttError model_unavailable */
export async function openRuntime(settings: EngineSettings, { onLibrary, onBroken }: RuntimeEvents): Promise<Runtime> {
  const { libraryDir, ffmpegPath } = await prepareNativeFiles(settings.cacheDir);
  const library = openLibrary(libraryDir);
  onLibrary(library);
  const context = Context.open(library, settings.modelPath);
  const options = { library, libraryDir, contextPointer: context.pointer, onBroken };
  const workers = await Promise.all(Array.from({ length: settings.workers }, () => EngineWorker.open(options)));
  const scheduler = new Scheduler<ChunkTask, ChunkOutcome>(workers);
  return {
    facts: {
      backend: "cpu",
      cpuVariant: library.cpuVariant,
      workers: settings.workers,
      threadsPerWorker: settings.threadsPerWorker,
      whisperVersion: library.whisperVersion,
      model: context.facts,
    },
    pipeline: {
      decode: (path, signal) =>
        decodeAudio(path, {
          ffmpegPath: settings.ffmpegPath ?? ffmpegPath,
          timeoutMs: settings.decodeTimeoutMs,
          maxAudioSeconds: settings.maxAudioSeconds,
          signal,
        }),
      openLane: (short) => scheduler.openLane(short),
      threads: settings.threadsPerWorker,
    },
  };
}
