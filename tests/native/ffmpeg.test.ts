import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeAudio } from "../../src/audio/decode.ts";
import { decodeWithFfmpeg, killDecoders, type FfmpegOptions } from "../../src/audio/ffmpeg.ts";
import { readConfig } from "../../src/config.ts";
import { readClip } from "../support/fixtures.ts";
import { prepareNativeFiles } from "../../src/native/files.ts";

const FORMATS = join(import.meta.dir, "..", "fixtures", "formats");
const SAMPLE_RATE_HZ = 16_000;
/** en-014.wav, of which all the others were made. */
const CLIP_SECONDS = (await readClip("en-014.wav")).durationSeconds;

let folder = "";
let options: FfmpegOptions;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stt-ffmpeg-"));
  const { ffmpegPath } = await prepareNativeFiles(readConfig().cacheDir);
  options = { ffmpegPath, timeoutMs: 20_000, maxAudioSeconds: 60, signal: new AbortController().signal };
});
afterAll(() => rm(folder, { recursive: true }));

function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
}

async function decodeError(path: string, extra: Partial<FfmpegOptions> = {}): Promise<unknown> {
  return decodeWithFfmpeg(path, { ...options, ...extra }).catch((error: unknown) => error);
}

/** A file that nobody ever writes to: ffmpeg waits for it until it is killed. */
async function makeEndlessInput(): Promise<string> {
  const path = join(folder, crypto.randomUUID());
  await Bun.$`mkfifo ${path}`;
  return path;
}

describe("every accepted format is decoded whole", () => {
  const clips =
    "clip.mp3 clip.mp4 clip.m4a alac.m4a clip.mpeg plain-mp3.mpeg clip.mpga clip.flac clip.ogg clip.oga clip.opus " +
    "clip.webm browser.webm clip.aac clip.aiff clip.caf clip.au clip.3gp clip.amr clip.wma clip.avi film.mp4 " +
    "44k-stereo.wav 48k-24bit.wav 8k-u8.wav 16k-adpcm.wav 16k-float.wav streamed.wav";
  test.each(clips.split(" "))("%s", async (name) => {
    const samples = await decodeAudio(join(FORMATS, name), options);
    const original = await decodeAudio(join(FORMATS, "16k-mono.wav"), options);
    // Encoders pad to whole frames of up to 64 ms and filter a little.
    expect(Math.abs(samples.length / SAMPLE_RATE_HZ - CLIP_SECONDS)).toBeLessThan(0.1);
    expect(rms(samples) / rms(original)).toBeWithin(0.9, 1.1);
  });
});

test("our reading of WAV and ffmpeg's give the same samples", async () => {
  const path = join(FORMATS, "16k-mono.wav");
  expect(await decodeAudio(path, options)).toEqual(await decodeWithFfmpeg(path, options));
});

test("content decides, not the name", async () => {
  const path = join(folder, "notes.txt");
  await copyFile(join(FORMATS, "clip.webm"), path);
  expect((await decodeAudio(path, options)).length).toBeGreaterThan(0.9 * CLIP_SECONDS * SAMPLE_RATE_HZ);
});

test("of a truncated file what is there is decoded", async () => {
  const path = join(folder, "half.mp3");
  const whole = await readFile(join(FORMATS, "clip.mp3"));
  await writeFile(path, whole.subarray(0, whole.length / 2));
  const seconds = (await decodeAudio(path, options)).length / SAMPLE_RATE_HZ;
  expect(seconds).toBeWithin(CLIP_SECONDS / 2 - 0.2, CLIP_SECONDS / 2 + 0.2);
});

test.each(["text.mp3", "empty.wav", "truncated.mp4"])("%s is refused without telling where it lies", async (name) => {
  const error = await decodeError(join(FORMATS, name));
  expect(error).toMatchObject({ kind: "unreadable_audio", status: 400, param: "file" });
  expect(String(error)).toContain("Expected an audio file");
  expect(String(error)).not.toContain(name);
});

test("a film without sound is told apart from a file that is no audio", async () => {
  const error = await decodeError(join(FORMATS, "no-audio.mp4"));
  expect(error).toMatchObject({ kind: "unreadable_audio", message: expect.stringContaining("audio track") });
});

test("a list of files cannot make another file be read", async () => {
  await copyFile(join(FORMATS, "clip.mp3"), join(folder, "secret.mp3"));
  const list = join(folder, "list");
  await writeFile(list, "ffconcat version 1.0\nfile secret.mp3\n");
  expect(await decodeError(list)).toMatchObject({ kind: "unreadable_audio" });
  await writeFile(list, "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nsecret.mp3\n#EXT-X-ENDLIST\n");
  expect(await decodeError(list)).toMatchObject({ kind: "unreadable_audio" });
});

test("audio longer than allowed is refused", async () => {
  expect(await decodeError(join(FORMATS, "clip.mp3"), { maxAudioSeconds: 1 })).toMatchObject({
    kind: "audio_too_long",
  });
});

test("decoding has a time limit", async () => {
  const error = await decodeError(await makeEndlessInput(), { timeoutMs: 50 });
  expect(error).toMatchObject({ kind: "unreadable_audio", message: expect.stringContaining("0.05 seconds") });
});

test("an abort ends the decoder", async () => {
  const controller = new AbortController();
  const error = decodeError(await makeEndlessInput(), { signal: controller.signal });
  const reason = new Error("the client left");
  controller.abort(reason);
  expect(await error).toBe(reason);
});

test("killDecoders ends them all", async () => {
  const errors = [decodeError(await makeEndlessInput()), decodeError(await makeEndlessInput())];
  killDecoders();
  expect(await Promise.all(errors)).toMatchObject([{ kind: "unreadable_audio" }, { kind: "unreadable_audio" }]);
});
