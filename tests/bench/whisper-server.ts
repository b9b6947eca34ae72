/**
 * whisper.cpp's own server: built from the source that we pin, with its default options by the system's compiler, and
 * started with its default options.
 */
import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { buildCacheDir, hashInputs } from "../../lib/build/cache.ts";
import { whisperSourceDir } from "../../lib/build/native.ts";
import { ensurePrograms } from "../../lib/build/system.ts";
import { runLogged } from "../../lib/ffmpeg/run-logged.ts";
import { waitFor } from "../support/wait-for.ts";

const PROGRAMS = { cmake: "cmake", make: "make", cc: "gcc", "c++": "g++" };
const SOURCES = ["CMakeLists.txt", "cmake", "include", "src", "ggml", "examples"];
const KEY_LETTERS = 12;
const SECONDS_BETWEEN_LINES = 10;

export interface WhisperServer {
  /** Of the endpoint that transcribes. */
  readonly url: string;
  /** What it wrote of itself at its last request: threads, instruction sets, build options. */
  systemInfo(): string;
  /** For `await using`: ends the process. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Path of the program. It is built at the first call, for this very CPU (that is upstream's default), and kept. */
export async function ensureWhisperServer(): Promise<string> {
  const source = whisperSourceDir();
  const bench = join(buildCacheDir(), "bench");
  await mkdir(bench, { recursive: true });
  const logPath = join(bench, "whisper-server.log");
  await ensurePrograms(PROGRAMS, logPath);
  const facts = [source, compilerVersion(), cpuFlags()];
  const key = await hashInputs(
    SOURCES.map((path) => join(source, path)),
    facts,
  );
  const folder = join(bench, `whisper-server-${key.slice(0, KEY_LETTERS)}`);
  const program = join(folder, "bin", "whisper-server");
  // Linking is the last step: a build that broke off has no program, and goes on where it was.
  if (existsSync(program)) return program;
  console.error("Building whisper-server, a few minutes");
  const run = { cwd: bench, logPath };
  await runLogged(["cmake", "-S", source, "-B", folder], run);
  const build = ["cmake", "--build", folder, "--target", "whisper-server", "--parallel"];
  await runLogged([...build, String(availableParallelism())], { ...run, onLine: makeProgress() });
  return program;
}

/** First line of what the system's C++ compiler says of itself. */
export function compilerVersion(): string {
  return Bun.spawnSync(["c++", "--version"]).stdout.toString().split("\n")[0] ?? "";
}

function cpuFlags(): string {
  return /^flags\s*:.*$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[0] ?? "";
}

/** A line now and then: `  45% built`. */
function makeProgress(): (line: string) => void {
  let last = 0;
  return (line) => {
    const percent = /^\[\s*(\d+%)\]/.exec(line)?.[1];
    if (percent === undefined || Date.now() - last < SECONDS_BETWEEN_LINES * 1000) return;
    last = Date.now();
    console.error(`  ${percent} built`);
  };
}

/**
 * Starts the program on loopback and waits for its model.
 * @throws Error with what it wrote if it ends
 */
export async function startWhisperServer(program: string, modelPath: string): Promise<WhisperServer> {
  const port = freePort();
  const child = Bun.spawn([program, "--model", modelPath, "--host", "127.0.0.1", "--port", String(port)], {
    cwd: dirname(program),
    stdio: ["ignore", "ignore", "pipe"],
  });
  const output = { text: "" };
  void collect(child.stderr, output);
  const origin = `http://127.0.0.1:${port}`;
  const isUp = async () => {
    if (child.exitCode !== null) throw new Error(`Expected whisper-server to start, it ended with:\n${output.text}`);
    return (await fetch(`${origin}/health`).catch(() => undefined))?.ok;
  };
  await waitFor(isUp, { what: "200 from whisper-server's /health" });
  return {
    url: `${origin}/inference`,
    systemInfo: () => /^system_info: (.*)$/m.exec(output.text)?.[1] ?? "unknown",
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

/** It cannot be told to choose one itself. */
function freePort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  const { port } = listener;
  listener.stop(true);
  return port;
}

async function collect(stream: ReadableStream<Uint8Array>, into: { text: string }): Promise<void> {
  const decoder = new TextDecoder();
  for await (const bytes of stream) into.text += decoder.decode(bytes, { stream: true });
}
