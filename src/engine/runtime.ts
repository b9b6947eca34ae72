/**
 * What an engine process needs before it can take a job: libraries, weights, workers.
 */
import { decodeAudio } from "../audio/decode.ts";
import { SAMPLE_RATE_HZ } from "../audio/samples.ts";
import { SttError } from "../errors.ts";
import { Context } from "../native/context.ts";
import { prepareNativeFiles } from "../native/files.ts";
import { openLibrary, type Library } from "../native/library.ts";
import { Vad } from "../native/vad.ts";
import { LEAST_AUDIO_CONTEXT } from "./audio-context.ts";
import { createCut } from "./cut.ts";
import type { EngineFacts, EngineSettings } from "./messages.ts";
import type { Pipeline } from "./pipeline.ts";
import { Scheduler } from "./scheduler.ts";
import { VoiceActivity } from "./voice-activity.ts";
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
  assertBackend(settings.backend);
  const { libraryDir, ffmpegPath } = await prepareNativeFiles(settings.cacheDir);
  const library = openLibrary(libraryDir);
  onLibrary(library);
  const context = Context.open(library, settings.modelPath);
  let timed: Context | undefined;
  const timedContextPointer = () => (timed ??= context.shareTimed()).pointer;
  const options = { library, libraryDir, contextPointer: context.pointer, timedContextPointer, onBroken };
  const workers = await Promise.all(Array.from({ length: settings.workers }, () => EngineWorker.open(options)));
  await Promise.all(workers.map((worker) => worker.run(warmUpTask(settings.threadsPerWorker))));
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
      cut: createCut({ mode: settings.vad, voice: openVoiceActivity(library, settings) }),
      openLane: (short) => scheduler.openLane(short),
      threads: settings.threadsPerWorker,
      fitAudioContext: settings.audioContext === "fit",
    },
  };
}

/** A backend that was asked for by name is not silently another one. @throws SttError model_unavailable */
function assertBackend(backend: string): void {
  if (backend === "auto" || backend === "cpu") return;
  throw new SttError(
    "model_unavailable",
    `STT_BACKEND=${backend} is not in this executable, which has cpu only. Set STT_BACKEND to auto or cpu.`,
  );
}

/** A second of silence: the model has answered once, and its memory is touched, before the first request comes. */
function warmUpTask(threads: number): ChunkTask {
  const options = { language: "en", languages: [], translate: false, prompt: "", tokens: false, tokenTimes: false };
  return {
    samples: new Float32Array(SAMPLE_RATE_HZ),
    // Above temperature 0 nothing is tried twice.
    options: { ...options, temperature: 0.2, threads, audioContext: LEAST_AUDIO_CONTEXT },
  };
}

/** Null without a model. @throws SttError model_unavailable for a bad one, or none where it must be used */
function openVoiceActivity(library: Library, { vad, vadModelPath }: EngineSettings): VoiceActivity | null {
  if (vad === "off") return null;
  if (vadModelPath === null) {
    if (vad === "auto") return null;
    throw new SttError(
      "model_unavailable",
      "STT_VAD=on needs a voice activity model, but none is set. Set STT_VAD_MODEL to a Silero model in ggml form.",
    );
  }
  return new VoiceActivity(() => Vad.open(library, vadModelPath));
}
