/**
 * The compiled executable as a server on a free port, with a temp folder of its own.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { NANO_MODEL_PATH, ROOT_DIR } from "./fixtures.ts";
import { children, isAlive, type ProcessFacts } from "./processes.ts";
import { waitFor } from "./wait-for.ts";

/** What is under test. `STT_TEST_EXECUTABLE` names another one. */
export const EXECUTABLE_PATH = process.env["STT_TEST_EXECUTABLE"] || join(ROOT_DIR, "dist", "tiflis-stt");

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 60_000;

const logLineSchema = v.looseObject({ level: v.string(), msg: v.string() });
/** One line of the server's log; what else it holds depends on the message. */
export type LogLine = v.InferOutput<typeof logLineSchema>;

export interface ServerOptions {
  /** Settings over the defaults of tests: nano model, one worker, log as JSON, folders of its own. */
  readonly env?: Readonly<Record<string, string>>;
  readonly executable?: string;
}

export interface Server {
  /** Without a slash at its end. */
  readonly url: string;
  readonly pid: number;
  /** Parent of the upload folder, empty before the start and after the end. */
  readonly tempDir: string;
  /** Log lines so far. */
  readonly logs: readonly LogLine[];
  /** Everything that was written to standard output and standard error so far. */
  output(): string;
  /** The engine process that is up now. */
  engine(): ProcessFacts | undefined;
  /** The log line that a request left, by its `x-request-id`. */
  requestLog(id: string | null): Promise<LogLine>;
  /** Paths of all files below `tempDir`. */
  tempFiles(): Promise<string[]>;
  /** Sends SIGTERM and waits for the end. The answer is the exit code. */
  stop(): Promise<number>;
  /** Sends SIGKILL and waits for the end. */
  kill(): Promise<void>;
  /** For `await using`: kills what is left and removes its folders. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a server and waits until its model answers.
 * @throws Error with the server's output if it ends or is not ready in time
 */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const executable = options.executable ?? EXECUTABLE_PATH;
  if (!existsSync(executable)) throw new Error(`Expected the executable ${executable}, found none. Run: bun run build`);
  const folder = await createFolder();
  const child = Bun.spawn([executable, "serve", "--port", "0", "--host", "127.0.0.1"], {
    env: { ...testEnvironment(folder), ...options.env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const collected = collectOutput([child.stdout, child.stderr]);
  try {
    return await waitUntilReady(child, folder, collected);
  } catch (error) {
    child.kill("SIGKILL");
    await child.exited;
    await rm(folder.root, { recursive: true, force: true });
    throw new Error(`Expected a server that gets ready, it wrote:\n${collected.text}`, { cause: error });
  }
}

interface Folder {
  readonly root: string;
  /** Apart from the temp folder, because Bun keeps a cache there when the server runs from source. */
  readonly home: string;
  readonly temp: string;
}

async function createFolder(): Promise<Folder> {
  const root = await mkdtemp(join(tmpdir(), "stt-test-"));
  const folder = { root, home: join(root, "home"), temp: join(root, "temp") };
  await Promise.all([mkdir(folder.home), mkdir(folder.temp)]);
  return folder;
}

/** Nothing of the developer's own settings leaks in. The cache is shared, so that native files are extracted once. */
function testEnvironment({ home, temp }: Folder): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    STT_MODEL: NANO_MODEL_PATH,
    STT_WORKERS: "1",
    STT_LOG_FORMAT: "json",
    STT_TEMP_DIR: temp,
    STT_CACHE_DIR: join(ROOT_DIR, ".cache", "e2e"),
  };
}

interface Collected {
  text: string;
  readonly logs: LogLine[];
}

/** Reads to the end, so that a full pipe never blocks the server. */
function collectOutput(streams: readonly ReadableStream<Uint8Array>[]): Collected {
  const collected: Collected = { text: "", logs: [] };
  for (const stream of streams) void collectLines(stream, collected);
  return collected;
}

async function collectLines(stream: ReadableStream<Uint8Array>, collected: Collected): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const text = decoder.decode(bytes, { stream: true });
    collected.text += text;
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), logLineSchema), line);
      if (parsed.success) collected.logs.push(parsed.output);
    }
  }
}

async function waitUntilReady(child: Bun.Subprocess, folder: Folder, collected: Collected): Promise<Server> {
  const assertRunning = () => {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error("The server ended.");
  };
  const wait = { timeoutMs: START_TIMEOUT_MS };
  const url = await waitFor(
    () => {
      assertRunning();
      return collected.logs.map((line) => line["url"]).find((value) => typeof value === "string");
    },
    { ...wait, what: "a log line with a url" },
  );
  const server = createHandle(child, url.replace(/\/$/, ""), { folder, collected });
  await waitFor(
    async () => {
      assertRunning();
      return (await fetch(`${server.url}/ready`)).status === 200;
    },
    { ...wait, what: "200 from /ready" },
  );
  return server;
}

function createHandle(child: Bun.Subprocess, url: string, own: { folder: Folder; collected: Collected }): Server {
  const { folder, collected } = own;
  const kill = async () => {
    child.kill("SIGKILL");
    await child.exited;
  };
  return {
    url,
    pid: child.pid,
    tempDir: folder.temp,
    logs: collected.logs,
    output: () => collected.text,
    engine: () => children(child.pid).find(({ pid, command }) => command.includes("engine") && isAlive(pid)),
    requestLog: (id) =>
      waitFor(() => collected.logs.find((line) => id !== null && line["requestId"] === id), {
        what: `a log line of request ${id}`,
      }),
    tempFiles: async () => {
      const entries = await readdir(folder.temp, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
    },
    stop: async () => {
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
      const code = await child.exited;
      clearTimeout(late);
      return code;
    },
    kill,
    [Symbol.asyncDispose]: async () => {
      await kill();
      await rm(folder.root, { recursive: true, force: true });
    },
  };
}
