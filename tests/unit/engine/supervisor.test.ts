import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineSettings, Job } from "../../../src/engine/messages.ts";
import { EngineSupervisor } from "../../../src/engine/supervisor.ts";

const FAKE_ENGINE = join(import.meta.dir, "..", "..", "support", "fake-engine.ts");
const NEVER = new AbortController().signal;

let folder = "";
let supervisor: EngineSupervisor;
let log: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stt-supervisor-"));
  log = [];
});
afterEach(async () => {
  await supervisor.stop(0);
  await rm(folder, { recursive: true });
});

const write = (_fields: object, message: string) => void log.push(message);

/** A supervisor of fake engines that start as `modelPath` says. */
function supervise(modelPath = "good", backoffMs?: number[], program = process.execPath): EngineSupervisor {
  const settings: EngineSettings = {
    modelPath,
    backend: "cpu",
    workers: 1,
    threadsPerWorker: 1,
    audioContext: "full",
    decodeTimeoutMs: 1000,
    maxAudioSeconds: 10,
    cacheDir: folder,
    ffmpegPath: null,
    vadModelPath: null,
    vad: "off",
    uploadDir: folder,
    logLevel: "debug",
  };
  supervisor = new EngineSupervisor({
    settings,
    logger: { debug: write, info: write, warn: write, error: write },
    environment: process.env,
    command: [program, FAKE_ENGINE],
    ...(backoffMs && { backoffMs }),
  });
  return supervisor;
}

function makeJob(prompt: string): Job {
  return {
    path: "/nowhere",
    task: "transcribe",
    language: null,
    prompt,
    temperature: 0,
    tokens: false,
    vad: null,
    languages: [],
    tokenTimes: false,
  };
}

async function transcribe(prompt: string): Promise<string[]> {
  const texts: string[] = [];
  await supervisor.transcribe(makeJob(prompt), { signal: NEVER, onSegment: ({ text }) => texts.push(text) });
  return texts;
}

function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("a job that comes while the engine starts waits for it", async () => {
  supervise().start();
  expect(supervisor.status.state).toBe("starting");
  expect(await transcribe("fine")).toEqual(["one", "two", "three"]);
  expect(supervisor.status).toMatchObject({ state: "ready", restarts: 0, facts: { cpuVariant: "fake" } });
});

test("the engine's log lines reach the server's log", async () => {
  supervise().start();
  await transcribe("fine");
  expect(log).toEqual(["hello from the engine", "engine ready"]);
});

test("an error of the engine keeps its kind and parameter, and the engine goes on", async () => {
  supervise().start();
  expect(transcribe("refuse")).rejects.toMatchObject({ kind: "unreadable_audio", param: "file", message: "not audio" });
  expect(await transcribe("fine")).toHaveLength(3);
  expect(supervisor.status.restarts).toBe(0);
});

test("a job whose engine dies is tried again, and no segment comes twice", async () => {
  supervise().start();
  expect(await transcribe("crash once")).toEqual(["one", "two", "three"]);
  expect(supervisor.status.restarts).toBe(1);
});

test("all jobs of a dead engine are tried again", async () => {
  supervise().start();
  const hanging = new AbortController();
  const begun = Promise.withResolvers<void>();
  const other = supervisor.transcribe(makeJob("hang"), { signal: hanging.signal, onSegment: () => begun.resolve() });
  await begun.promise;
  expect(await transcribe("crash once")).toHaveLength(3);
  hanging.abort();
  expect(other).rejects.toMatchObject({ kind: "client_closed" });
});

test("a job that kills two engines fails for good, and the next one works", async () => {
  supervise("good", [0, 0]).start();
  expect(transcribe("crash")).rejects.toMatchObject({ kind: "engine_crashed", status: 500 });
  await transcribe("crash").catch(() => undefined);
  expect(await transcribe("fine")).toHaveLength(3);
});

test("an engine that sends nonsense is ended like a dead one", async () => {
  supervise("good", [0, 0]).start();
  expect(await transcribe("garbage").catch((error) => error)).toMatchObject({ kind: "engine_crashed" });
  expect(log).toContain("engine sent a message of another shape");
});

test("an aborted job rejects at once and the engine is told", async () => {
  supervise().start();
  const controller = new AbortController();
  const running = supervisor.transcribe(makeJob("hang"), {
    signal: controller.signal,
    onSegment: () => controller.abort(),
  });
  expect(await running.catch((error) => error)).toMatchObject({ kind: "client_closed" });
  // Messages keep their order: when the next job is done, the cancel has arrived.
  await transcribe("fine");
  expect(existsSync(join(folder, "cancelled"))).toBe(true);
});

test("a job can be aborted while it waits for the engine", async () => {
  supervise().start();
  const controller = new AbortController();
  const waiting = supervisor.transcribe(makeJob("fine"), { signal: controller.signal, onSegment: () => undefined });
  controller.abort();
  expect(await waiting.catch((error) => error)).toMatchObject({ kind: "client_closed" });
});

test("an engine that dies while it starts is started again", async () => {
  supervise("dies once", [0]).start();
  expect(await transcribe("fine")).toHaveLength(3);
  expect(supervisor.status.restarts).toBe(1);
});

test("an engine that always dies while it starts is given up, with the reason", async () => {
  supervise("dies", [0, 0]).start();
  expect(await transcribe("fine").catch((error) => error)).toMatchObject({ kind: "model_unavailable" });
  expect(supervisor.status).toMatchObject({ state: "failed", restarts: 2 });
  expect(supervisor.status).toMatchObject({ message: expect.stringContaining("exit code 7") });
});

test("an engine that says why it cannot start is not started in vain; the next job tries again", async () => {
  supervise("missing").start();
  const error: unknown = await transcribe("fine").catch((error) => error);
  expect(error).toMatchObject({ kind: "model_unavailable", message: "no such model" });
  expect(supervisor.status).toMatchObject({ state: "failed", message: "no such model" });
  expect(await transcribe("fine")).toHaveLength(3);
  expect(supervisor.status.state).toBe("ready");
});

test("a program that is not there fails the job, not the server", async () => {
  supervise("good", [], join(folder, "no-such-program")).start();
  expect(await transcribe("fine").catch((error) => error)).toMatchObject({ kind: "model_unavailable" });
  expect(supervisor.status.state).toBe("failed");
});

const throwConfused = () => {
  throw new Error("client is confused");
};

test("a segment handler that throws fails its own job only", async () => {
  supervise().start();
  const failing = supervisor.transcribe(makeJob("fine"), { signal: NEVER, onSegment: throwConfused });
  expect(await failing.catch((error) => error)).toMatchObject({ message: "client is confused" });
  expect(await transcribe("fine")).toHaveLength(3);
});

test.each(["good", "stubborn"])("stop leaves no process of a %s engine, and rejects what runs", async (modelPath) => {
  supervise(modelPath).start();
  const begun = Promise.withResolvers<void>();
  const running = supervisor.transcribe(makeJob("hang"), { signal: NEVER, onSegment: () => begun.resolve() });
  await begun.promise;
  const { pid } = supervisor;
  expect(isAlive(pid)).toBe(true);
  await Promise.all([supervisor.stop(50), expect(running).rejects.toMatchObject({ kind: "shutting_down" })]);
  expect(isAlive(pid)).toBe(false);
  expect(supervisor.status.state).toBe("stopped");
  expect(transcribe("fine")).rejects.toMatchObject({ kind: "shutting_down" });
});

test("stop while the engine starts leaves no process", async () => {
  supervise().start();
  const waiting = transcribe("fine");
  await Promise.all([supervisor.stop(1000), expect(waiting).rejects.toMatchObject({ kind: "shutting_down" })]);
  expect(isAlive(supervisor.pid)).toBe(false);
});
