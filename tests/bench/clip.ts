/**
 * The clip that the benches send: five seconds, the length of a dictated sentence.
 */
import { join } from "node:path";
import { audioPath } from "../support/fixtures.ts";

/** What the clip is made of: 4.15 s of speech, then silence. */
export const CLIP_SOURCE = "en-014.wav";
export const CLIP_SECONDS = 5;

const SAMPLE_RATE_HZ = 16_000;
const BYTES_PER_SAMPLE = 2;
/** Of a WAV file whose only chunks are `fmt ` and `data`, as those of the fixtures are. */
const HEADER_BYTES = 44;
const RIFF_SIZE_AT = 4;
const DATA_SIZE_AT = 40;

/** Writes the clip as 16-bit mono WAV into `folder` and gives its path. */
export async function writeClip(folder: string): Promise<string> {
  const source = await Bun.file(audioPath(CLIP_SOURCE)).bytes();
  const dataBytes = CLIP_SECONDS * SAMPLE_RATE_HZ * BYTES_PER_SAMPLE;
  const clip = new Uint8Array(HEADER_BYTES + dataBytes);
  clip.set(source.subarray(0, clip.length));
  const header = new DataView(clip.buffer);
  header.setUint32(RIFF_SIZE_AT, clip.length - 8, true);
  header.setUint32(DATA_SIZE_AT, dataBytes, true);
  const path = join(folder, "clip-5s.wav");
  await Bun.write(path, clip);
  return path;
}
