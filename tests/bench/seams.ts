/**
 * What cutting long audio costs: files of many labelled sentences with pauses between them, transcribed with and without
 * VAD, against the same sentences sent alone. Usage: bun tests/bench/seams.ts [--minutes 5,30]
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Segment } from "../../src/engine/messages.ts";
import { readClips } from "../support/fixtures.ts";
import { findVadModel, samplesOf } from "../support/native.ts";
import { createRandom } from "../support/noises.ts";
import { startTestEngine, type TestEngine } from "../support/test-engine.ts";
import { countWordErrors, splitWords } from "../support/word-error-rate.ts";
import { writeWav } from "../support/write-wav.ts";
import { quantile } from "./stats.ts";
import { formatTable } from "./table.ts";

const SAMPLE_RATE_HZ = 16_000;
/** Pauses between sentences, evenly from this range; and now and then a long one. */
const PAUSE_SECONDS = { from: 0.3, to: 2 };
const LONG_PAUSE_SECONDS = 8;
const LONG_PAUSE_SHARE = 0.05;
/** About -75 dBFS: a room is never digitally silent. */
const ROOM_NOISE = 0.0003;

interface Sentence {
  readonly samples: Float32Array;
  /** Where its own sentences begin, from its first sample. */
  readonly startsSeconds: readonly number[];
  readonly reference: string;
  /** What the model makes of it when it is sent alone. */
  alone: string;
}

interface LongFile {
  readonly path: string;
  readonly seconds: number;
  readonly sentences: readonly Sentence[];
  readonly startsSeconds: readonly number[];
}

async function readSentences(): Promise<Sentence[]> {
  const clips = (await readClips()).filter((clip) => clip.kind === "short" && clip.language === "en");
  return Promise.all(
    clips.map(async ({ path, text, segments }) => ({
      samples: await samplesOf(path),
      startsSeconds: segments.map(({ startSeconds }) => startSeconds),
      reference: text,
      alone: "",
    })),
  );
}

async function writeLongFile(path: string, minutes: number, sentences: readonly Sentence[]): Promise<LongFile> {
  const random = createRandom(minutes);
  const chosen: Sentence[] = [];
  const starts: number[] = [];
  const samples = new Float32Array(minutes * 60 * SAMPLE_RATE_HZ).map(() => (random() - 0.5) * 2 * ROOM_NOISE);
  for (let at = 0; ;) {
    const sentence = sentences[Math.floor(random() * sentences.length)];
    if (sentence === undefined || at + sentence.samples.length > samples.length) break;
    for (const [i, sample] of sentence.samples.entries()) samples[at + i] = (samples[at + i] ?? 0) + sample;
    chosen.push(sentence);
    starts.push(...sentence.startsSeconds.map((seconds) => at / SAMPLE_RATE_HZ + seconds));
    const pause = PAUSE_SECONDS.from + random() * (PAUSE_SECONDS.to - PAUSE_SECONDS.from);
    const seconds = random() < LONG_PAUSE_SHARE ? LONG_PAUSE_SECONDS : pause;
    at += sentence.samples.length + Math.round(seconds * SAMPLE_RATE_HZ);
  }
  await writeWav(path, samples);
  return { path, seconds: samples.length / SAMPLE_RATE_HZ, sentences: chosen, startsSeconds: starts };
}

/** Distance of each sentence's start to the nearest segment's. */
function startErrors(startsSeconds: readonly number[], segments: readonly Segment[]): number[] {
  return startsSeconds.map((start) => Math.min(...segments.map((segment) => Math.abs(segment.startSeconds - start))));
}

function percent(errors: number, words: number): string {
  return `${((100 * errors) / words).toFixed(2)} %`;
}

async function measure(engine: TestEngine, file: LongFile, name: string): Promise<string[]> {
  const startMs = performance.now();
  const { result, segments, text } = await engine.transcribe(file.path);
  const elapsedMs = performance.now() - startMs;
  const said = splitWords(file.sentences.map(({ reference }) => reference).join(" "));
  const alone = splitWords(file.sentences.map((sentence) => sentence.alone).join(" "));
  const heard = splitWords(text);
  const starts = startErrors(file.startsSeconds, segments);
  const ordered = segments.every((segment, i) => segment.startSeconds >= (segments[i - 1]?.endSeconds ?? 0));
  return [
    `${file.seconds / 60} min, ${name}`,
    percent(countWordErrors(said, heard), said.length),
    percent(countWordErrors(said, alone), said.length),
    percent(countWordErrors(alone, heard), alone.length),
    `${heard.length - alone.length}`,
    `${(1000 * quantile(starts, 0.5)).toFixed(0)} ms`,
    `${(1000 * quantile(starts, 0.95)).toFixed(0)} ms`,
    ordered ? "yes" : "no",
    `${result.timing.vadMs.toFixed(0)} ms`,
    `${(result.timing.computeMs / 1000).toFixed(1)} s`,
    `${(elapsedMs / 1000).toFixed(1)} s`,
  ];
}

const HEAD = [
  "file",
  "word errors",
  "alone",
  "file against alone",
  "words more",
  "start error p50",
  "p95",
  "times in order",
  "VAD",
  "compute",
  "elapsed",
];

const { values } = parseArgs({ options: { minutes: { type: "string", default: "5,30" } } });
const vadModelPath = findVadModel() ?? null;
if (vadModelPath === null) console.log("There is no Silero model beside the checkout: both rows are without VAD.");

await using withVad = await startTestEngine({ vadModelPath });
await using withoutVad = await startTestEngine({ vad: "off" });
const sentences = await readSentences();
for (const [i, sentence] of sentences.entries()) {
  const path = join(withoutVad.folder, `sentence-${i}.wav`);
  await writeWav(path, sentence.samples);
  sentence.alone = (await withoutVad.transcribe(path)).text;
}
const rows = [HEAD];
for (const minutes of values.minutes.split(",").map(Number)) {
  const file = await writeLongFile(join(withVad.folder, `${minutes}.wav`), minutes, sentences);
  rows.push(await measure(withVad, file, "with VAD"));
  rows.push(await measure(withoutVad, file, "without VAD"));
}
console.log(formatTable(rows));
