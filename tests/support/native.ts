/** What the native tests share: the build's own folder, samples of the fixtures, and where third-party files lie. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { decodeAudio } from "../../src/audio/decode.ts";
import { ROOT_DIR } from "./fixtures.ts";

/** Made by `bun run build:native`. */
export const LIBRARY_DIR = join(ROOT_DIR, "lib", `${process.platform}-${process.arch}-cpu`);

const DECODE_TIMEOUT_MS = 60_000;

/** Mono 16 kHz samples of a file. */
export function samplesOf(path: string): Promise<Float32Array> {
  return decodeAudio(path, {
    ffmpegPath: join(LIBRARY_DIR, "ffmpeg"),
    timeoutMs: DECODE_TIMEOUT_MS,
    maxAudioSeconds: 3600,
    signal: new AbortController().signal,
  });
}

/** The Silero VAD model is third party and not committed; undefined where it does not lie beside the checkout. */
export function findVadModel(): string | undefined {
  const path = process.env["STT_TEST_VAD_MODEL"] || join(ROOT_DIR, "..", "shared", "models", "ggml-silero-v6.2.0.bin");
  return existsSync(path) ? path : undefined;
}
