/**
 * The way of one job through the engine: file -> samples -> chunks -> workers -> segments in order of time.
 */
import { MAX_CHUNK_SAMPLES, type Chunk } from "../audio/chunks.ts";
import { SAMPLE_RATE_HZ } from "../audio/samples.ts";
import { SttError } from "../errors.ts";
import { fitAudioContext } from "./audio-context.ts";
import type { Cut } from "./cut.ts";
import type { Job, JobResult, Segment } from "./messages.ts";
import { limitRepetition } from "./repetition.ts";
import type { Lane, ScheduledOutcome } from "./scheduler.ts";
import type { ChunkOutcome, ChunkTask } from "./worker-pool.ts";

/** What a job is run with. */
export interface Pipeline {
  decode(path: string, signal: AbortSignal): Promise<Float32Array>;
  readonly cut: Cut;
  openLane(short: boolean): Lane<ChunkTask, ChunkOutcome>;
  /** Native threads of each worker. */
  readonly threads: number;
  /** Whether the encoder computes only what a chunk fills. */
  readonly fitAudioContext: boolean;
}

export interface RunOptions {
  /** Aborting it gives decoder and workers back at once; `runJob` rejects. */
  readonly signal: AbortSignal;
  /** Called in order of time, also when chunks finish out of order. Never with blank text, never with a loop. */
  readonly onSegment: (segment: Segment) => void;
}

/** What is reported where nobody speaks and no language was given: formats need one. */
const SPEECHLESS_LANGUAGE = "en";

/** OpenAI's own minimum. */
const MIN_AUDIO_SECONDS = 0.1;

/** Frames of 10 ms, the unit of `seekFrames`. */
const SAMPLES_PER_FRAME = SAMPLE_RATE_HZ / 100;

type Outcome = ScheduledOutcome<ChunkOutcome>;

/** Runs one job to its end. @throws SttError unreadable_audio, audio_too_short, audio_too_long, client_closed */
export async function runJob(job: Job, pipeline: Pipeline, { signal, onSegment }: RunOptions): Promise<JobResult> {
  const startMs = performance.now();
  const samples = await pipeline.decode(job.path, signal);
  const decodeMs = performance.now() - startMs;
  const audioSeconds = samples.length / SAMPLE_RATE_HZ;
  if (audioSeconds < MIN_AUDIO_SECONDS) throw tooShort(audioSeconds);
  signal.throwIfAborted();

  const lane = pipeline.openLane(samples.length <= MAX_CHUNK_SAMPLES);
  const cancel = () => lane.cancel();
  signal.addEventListener("abort", cancel);
  try {
    const timing = { queueMs: 0, decodeMs, vadMs: 0, computeMs: 0 };
    const onSpent = (ms: number) => {
      timing.vadMs += ms;
    };
    const chunks = pipeline.cut(samples, { rules: job.vad, signal, onSpent });
    let language: string | undefined;
    const run = (chunk: Chunk, language: string | null) =>
      lane.run(() => makeTask(samples, chunk, { job, language, pipeline }));
    for await (const { chunk, outcome: promised } of runInOrder(chunks, job.language, run)) {
      const { outcome, queueMs } = await promised;
      if (language === undefined) timing.queueMs = queueMs;
      language ??= outcome.result.language;
      timing.computeMs += outcome.computeMs;
      for (const segment of outcome.result.segments) {
        const spoken = limitRepetition(segment);
        if (spoken !== null && spoken.text.trim() !== "") onSegment(placeSegment(spoken, chunk));
      }
    }
    return { language: language ?? job.language ?? job.languages[0] ?? SPEECHLESS_LANGUAGE, audioSeconds, timing };
  } finally {
    signal.removeEventListener("abort", cancel);
    // After an error the other chunks are of no use to anybody.
    cancel();
  }
}

/**
 * Outcomes in order of the chunks. Each chunk is queued as soon as it is known, except that an unknown language is detected
 * on the first one, so that a file is not half one language and half another.
 */
function runInOrder(
  chunks: AsyncIterable<Chunk>,
  language: string | null,
  run: (chunk: Chunk, language: string | null) => Promise<Outcome>,
): ReadableStream<{ chunk: Chunk; outcome: Promise<Outcome> }> {
  // A stream's `start` runs ahead of its reader; that is all it is used for.
  return new ReadableStream({
    async start(controller) {
      let known = language;
      for await (const chunk of chunks) {
        const outcome = run(chunk, known);
        // It is awaited when its turn comes; until then a failure must not count as unhandled.
        outcome.catch(() => undefined);
        controller.enqueue({ chunk, outcome });
        known ??= (await outcome).outcome.result.language;
      }
      controller.close();
    },
  });
}

interface TaskOptions {
  readonly job: Job;
  readonly language: string | null;
  readonly pipeline: Pipeline;
}

function makeTask(samples: Float32Array, chunk: Chunk, { job, language, pipeline }: TaskOptions): ChunkTask {
  const { languages, prompt, temperature, tokens, tokenTimes } = job;
  return {
    samples: samples.slice(chunk.start, chunk.end),
    options: {
      language,
      languages,
      translate: job.task === "translate",
      prompt,
      temperature,
      threads: pipeline.threads,
      ...(pipeline.fitAudioContext && { audioContext: fitAudioContext(chunk.end - chunk.start) }),
      tokens,
      tokenTimes,
    },
  };
}

/** Times of the chunk -> times of the file, in whole milliseconds. The model's last segment may end past its audio. */
function placeSegment(segment: Segment, chunk: Chunk): Segment {
  const place = (seconds: number) =>
    Math.round(Math.min(seconds + chunk.start / SAMPLE_RATE_HZ, chunk.end / SAMPLE_RATE_HZ) * 1000) / 1000;
  const placeTimes = <T extends { startSeconds: number; endSeconds: number }>(part: T): T => ({
    ...part,
    startSeconds: place(part.startSeconds),
    endSeconds: place(part.endSeconds),
  });
  return {
    ...placeTimes(segment),
    tokens: segment.tokens.map(placeTimes),
    seekFrames: segment.seekFrames + Math.round(chunk.start / SAMPLES_PER_FRAME),
  };
}

function tooShort(audioSeconds: number): SttError {
  return new SttError(
    "audio_too_short",
    `Expected at least ${MIN_AUDIO_SECONDS} seconds of audio, got ${audioSeconds.toFixed(3)}. Record a longer clip.`,
    { param: "file" },
  );
}
