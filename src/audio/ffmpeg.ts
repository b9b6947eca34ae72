/**
 * Any other format: a child process `ffmpeg` decodes to samples on its standard output. What comes in is hostile, so it
 * reads one local file, in a known container, for a limited time, into a limited buffer.
 */
import { SttError } from "../errors.ts";
import { audioTooLong, SampleBuffer, sampleLimit, SAMPLE_RATE_HZ } from "./samples.ts";

export interface FfmpegOptions {
  readonly ffmpegPath: string;
  readonly timeoutMs: number;
  readonly maxAudioSeconds: number;
  readonly signal: AbortSignal;
}

type Decoder = Bun.Subprocess<"ignore", "pipe", "pipe">;

/**
 * Containers that may be opened. Absent on purpose: formats that name other files to read (hls, concat, dash, image2).
 * Names are ffmpeg's demuxers; those a build lacks do no harm.
 */
const CONTAINERS =
  "aac,ac3,aiff,amr,ape,asf,au,avi,caf,eac3,flac,flv,matroska,mov,mp3,mpeg,mpegts,mp4,ogg,oma,rm,tta,w64,wav,webm,wv";

/** Enough of ffmpeg's complaints to tell what was wrong. */
const MAX_STDERR_CHARACTERS = 8_192;

const NO_AUDIO_TRACK = /matches no streams|does not contain any stream/i;

/** ffmpeg's exit code after a signal that it handled, such as a SIGTERM to all processes of a service: its output ends early. */
const EXIT_INTERRUPTED = 255;

const running = new Set<Decoder>();

/** Kills every ffmpeg of this process. For its end. */
export function killDecoders(): void {
  for (const decoder of running) decoder.kill("SIGKILL");
}

/**
 * Decodes the first audio track of a file, as much of it as is readable.
 * @throws SttError unreadable_audio, audio_too_long; the signal's reason
 */
export async function decodeWithFfmpeg(path: string, options: FfmpegOptions): Promise<Float32Array> {
  options.signal.throwIfAborted();
  const decoder = startFfmpeg(path, options);
  const kill = () => decoder.kill("SIGKILL");
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, options.timeoutMs);
  options.signal.addEventListener("abort", kill);
  try {
    const [samples, complaints] = await Promise.all([collectSamples(decoder, options), readTail(decoder.stderr)]);
    await decoder.exited;
    options.signal.throwIfAborted();
    if (timedOut) throw tooSlow(options.timeoutMs);
    if (decoder.exitCode === EXIT_INTERRUPTED) throw interrupted();
    if (samples.length === 0 || decoder.signalCode !== null) throw unreadable(complaints, decoder.exitCode);
    return samples;
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener("abort", kill);
    kill();
    running.delete(decoder);
  }
}

function startFfmpeg(path: string, options: FfmpegOptions): Decoder {
  const input = ["-protocol_whitelist", "file,pipe", "-format_whitelist", CONTAINERS, "-i", `file:${path}`];
  const output = [
    "-map",
    "0:a:0",
    "-vn",
    "-sn",
    "-dn",
    "-ac",
    "1",
    "-ar",
    `${SAMPLE_RATE_HZ}`,
    "-f",
    "f32le",
    "pipe:1",
  ];
  // ffmpeg's own limit of CPU time holds even when nobody is left to kill it.
  const limits = ["-timelimit", `${Math.ceil(options.timeoutMs / 1000)}`];
  const command = [
    options.ffmpegPath,
    "-nostdin",
    "-hide_banner",
    "-loglevel",
    "error",
    ...limits,
    ...input,
    ...output,
  ];
  // Its own process group: Ctrl-C in a terminal must not cut a file short while the server drains.
  const decoder = Bun.spawn(command, { stdin: "ignore", stdout: "pipe", stderr: "pipe", env: {}, detached: true });
  running.add(decoder);
  return decoder;
}

async function collectSamples(decoder: Decoder, options: FfmpegOptions): Promise<Float32Array> {
  const buffer = new SampleBuffer(sampleLimit(options.maxAudioSeconds));
  for await (const bytes of decoder.stdout) {
    if (!buffer.append(bytes)) throw audioTooLong(options.maxAudioSeconds);
  }
  return buffer.samples();
}

/** The last characters of a stream, which is read to its end whatever its length. */
async function readTail(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of stream)
    text = (text + decoder.decode(bytes, { stream: true })).slice(-MAX_STDERR_CHARACTERS);
  return text;
}

function tooSlow(timeoutMs: number): SttError {
  return new SttError(
    "unreadable_audio",
    `The audio could not be decoded within ${timeoutMs / 1000} seconds. Send a shorter or a simpler file.`,
    { param: "file" },
  );
}

function interrupted(): SttError {
  return new SttError(
    "shutting_down",
    "Decoding was interrupted because the server is being stopped. Send the file again.",
  );
}

/** ffmpeg's own text names paths and versions, so it is kept as the cause and clients get ours. */
function unreadable(complaints: string, exitCode: number | null): SttError {
  const cause = new Error(`ffmpeg ended with ${exitCode ?? "a signal"}: ${complaints.trim() || "no message"}`);
  const message = NO_AUDIO_TRACK.test(complaints)
    ? "Expected a file with an audio track, got one without. Check that sound was recorded."
    : "Expected an audio file (flac, m4a, mp3, mp4, mpeg, mpga, oga, ogg, opus, wav or webm), got something that cannot be " +
      "decoded. It may be damaged, incomplete, or not audio.";
  return new SttError("unreadable_audio", message, { param: "file", cause });
}
