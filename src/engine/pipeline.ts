/**
 * The way of one job through the engine: file -> samples -> chunks -> workers -> segments in order of time.
 */
import { SAMPLE_RATE_HZ } from "../audio/samples.ts";
import { SttError } from "../errors.ts";
import { cutChunks, type Chunk } from "./chunks.ts";
import type { Job, JobResult, Segment } from "./messages.ts";
import type { Lane, ScheduledOutcome } from "./scheduler.ts";
import type { ChunkOutcome, ChunkTask } from "./worker-pool.ts";

/** What a job is run with. */
export interface Pipeline {
  decode(path: string, signal: AbortSignal): Promise<Float32Array>;
  openLane(short: boolean): Lane<ChunkTask, ChunkOutcome>;
  /** Native threads of each worker. */
  readonly threads: number;
}

export interface RunOptions {
  /** Aborting it gives decoder and workers back at once; `runJob` rejects. */
  readonly signal: AbortSignal;
  /** Called in order of time, also when chunks finish out of order. Never with blank text. */
  readonly onSegment: (segment: Segment) => void;
}

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

  const chunks = cutChunks(samples);
  const lane = pipeline.openLane(chunks.length === 1);
  const cancel = () => lane.cancel();
  signal.addEventListener("abort", cancel);
  try {
    const timing = { queueMs: 0, decodeMs, computeMs: 0 };
    let language: string | undefined;
    const run = (chunk: Chunk, language: string | null) =>
      lane.run(() => makeTask(samples, chunk, { job, language, threads: pipeline.threads }));
    for await (const [chunk, { outcome, queueMs }] of runInOrder(chunks, job.language, run)) {
      if (language === undefined) timing.queueMs = queueMs;
      language ??= outcome.result.language;
      timing.computeMs += outcome.computeMs;
      for (const segment of outcome.result.segments) {
        if (segment.text.trim() !== "") onSegment(shiftSegment(segment, chunk.start));
      }
    }
    return { language: language ?? "", audioSeconds, timing };
  } finally {
    signal.removeEventListener("abort", cancel);
    // After an error the other chunks are of no use to anybody.
    cancel();
  }
}

/**
 * Outcomes in order of the chunks. All chunks are queued at once, except that an unknown language is detected on the first
 * one, so that a file is not half one language and half another.
 */
async function* runInOrder(
  chunks: readonly Chunk[],
  language: string | null,
  run: (chunk: Chunk, language: string | null) => Promise<Outcome>,
): AsyncGenerator<[Chunk, Outcome]> {
  const start = (chunk: Chunk, language: string | null) => {
    const outcome = run(chunk, language);
    // It is awaited when its turn comes; until then a failure must not count as unhandled.
    outcome.catch(() => undefined);
    return [chunk, outcome] as const;
  };
  let rest = chunks;
  let known = language;
  if (known === null && chunks[0] !== undefined) {
    const [chunk, outcome] = start(chunks[0], null);
    rest = chunks.slice(1);
    known = (await outcome).outcome.result.language;
    yield [chunk, await outcome];
  }
  const started = rest.map((chunk) => start(chunk, known));
  for (const [chunk, outcome] of started) yield [chunk, await outcome];
}

interface TaskOptions {
  readonly job: Job;
  readonly language: string | null;
  readonly threads: number;
}

function makeTask(samples: Float32Array, chunk: Chunk, { job, language, threads }: TaskOptions): ChunkTask {
  const { prompt, temperature, tokens } = job;
  return {
    samples: samples.slice(chunk.start, chunk.end),
    options: { language, translate: job.task === "translate", prompt, temperature, threads, tokens },
  };
}

/** Times of the chunk -> times of the file, in whole milliseconds. */
function shiftSegment(segment: Segment, startSample: number): Segment {
  if (startSample === 0) return segment;
  const shift = (seconds: number) => Math.round((seconds + startSample / SAMPLE_RATE_HZ) * 1000) / 1000;
  const shiftTimes = <T extends { startSeconds: number; endSeconds: number }>(part: T): T => ({
    ...part,
    startSeconds: shift(part.startSeconds),
    endSeconds: shift(part.endSeconds),
  });
  return {
    ...shiftTimes(segment),
    tokens: segment.tokens.map(shiftTimes),
    seekFrames: segment.seekFrames + Math.round(startSample / SAMPLES_PER_FRAME),
  };
}

function tooShort(audioSeconds: number): SttError {
  return new SttError(
    "audio_too_short",
    `Expected at least ${MIN_AUDIO_SECONDS} seconds of audio, got ${audioSeconds.toFixed(3)}. Record a longer clip.`,
    { param: "file" },
  );
}
