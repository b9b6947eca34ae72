/**
 * The committed fixtures: where they are, and the labels of the clips.
 */
import { join } from "node:path";
import * as v from "valibot";

/** The repository's root. */
export const ROOT_DIR = join(import.meta.dir, "..", "..");

const FIXTURES_DIR = join(ROOT_DIR, "tests", "fixtures");

/** The model for tests and the demo. */
export const NANO_MODEL_PATH = join(FIXTURES_DIR, "models", "ggml-nano-q8_0.bin");

const segmentSchema = v.pipe(
  v.object({ start: v.number(), end: v.number(), text: v.string() }),
  v.transform(({ start, end, text }) => ({ startSeconds: start, endSeconds: end, text })),
);

const clipSchema = v.pipe(
  v.object({
    file: v.pipe(v.string(), v.nonEmpty()),
    language: v.pipe(v.string(), v.length(2)),
    /** Empty for silence and noise. */
    text: v.string(),
    duration: v.pipe(v.number(), v.minValue(0)),
    segments: v.array(segmentSchema),
    translation: v.optional(v.string()),
  }),
  v.transform(({ duration, file, ...rest }) => ({
    ...rest,
    file,
    path: audioPath(file),
    durationSeconds: duration,
    kind: clipKind(file, rest.text),
  })),
);

/** A labelled clip. Times are seconds from its start. */
export type Clip = v.InferOutput<typeof clipSchema>;

/** Absolute path of a clip in tests/fixtures/audio. */
export function audioPath(name: string): string {
  return join(FIXTURES_DIR, "audio", name);
}

/** Absolute path of a file in tests/fixtures/formats. */
export function formatPath(name: string): string {
  return join(FIXTURES_DIR, "formats", name);
}

/**
 * All labelled clips, in the order of the manifest.
 * @throws ValiError if the manifest is not what it should be
 */
export async function readClips(): Promise<Clip[]> {
  return v.parse(v.array(clipSchema), await Bun.file(audioPath("manifest.json")).json());
}

/**
 * One clip by its file name.
 * @throws Error if the manifest has none of that name
 */
export async function readClip(file: string): Promise<Clip> {
  const clip = (await readClips()).find((candidate) => candidate.file === file);
  if (clip === undefined)
    throw new Error(`Expected the clip ${file} in tests/fixtures/audio/manifest.json, found none.`);
  return clip;
}

function clipKind(file: string, text: string): "short" | "long" | "speechless" {
  if (text === "") return "speechless";
  return file.startsWith("long-") ? "long" : "short";
}
