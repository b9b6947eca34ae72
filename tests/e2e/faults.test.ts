import { expect, setDefaultTimeout, test } from "bun:test";
import { readdir } from "node:fs/promises";
import * as v from "valibot";
import { audioPath, formatPath, readClip } from "../support/fixtures.ts";
import { children, isAlive, processFacts, type ProcessFacts } from "../support/processes.ts";
import { startServer, type Server } from "../support/server.ts";
import { postTranscription, transcribe } from "../support/transcribe.ts";
import { waitFor } from "../support/wait-for.ts";
import { wordErrorRate } from "../support/word-error-rate.ts";

setDefaultTimeout(180_000);

const LONG = audioPath("long-en-120s-2.flac");
const SHORT = audioPath("en-014.wav");

/** The figure of whisper.cpp for the long files, and one point; see accuracy.test.ts. */
const MAX_LONG_RATE = 0.071;

/** CPU time that an engine spends on a job only if native code is at work on it; one window takes more. */
const AT_WORK_CPU_MS = 60;

/** The machine may be busy with other things: a window's time is measured just before, and may be longer the next time. */
const SPREAD = 3;

async function engineOf(server: Server, otherThan?: number): Promise<ProcessFacts> {
  const wanted = () => {
    const engine = server.engine();
    return engine?.pid === otherThan ? undefined : engine;
  };
  return waitFor(wanted, { what: "an engine process" });
}

async function isReady(server: Server): Promise<boolean> {
  return (await fetch(`${server.url}/ready`)).status === 200;
}

/** Waits until native code has worked on the job that was sent; the engine must have been ready and idle before. */
async function untilAtWork(engine: ProcessFacts): Promise<void> {
  const busy = () => (processFacts(engine.pid)?.cpuMs ?? 0) > engine.cpuMs + AT_WORK_CPU_MS;
  await waitFor(busy, { what: "native work" });
}

test("an engine that is killed in the middle of a file costs time, not the transcript", async () => {
  await using server = await startServer();
  const engine = await engineOf(server);
  const answer = transcribe(server, { path: LONG });
  await untilAtWork(engine);
  process.kill(engine.pid, "SIGKILL");
  const { text } = await answer;
  const clip = await readClip("long-en-120s-2.flac");
  expect(wordErrorRate([{ reference: clip.text, hypothesis: text }])).toBeLessThanOrEqual(MAX_LONG_RATE);
  expect((await engineOf(server)).pid).not.toBe(engine.pid);
  expect(isAlive(server.pid)).toBe(true);
});

test("a file that kills two engines fails for good, and the next request works", async () => {
  await using server = await startServer();
  const first = await engineOf(server);
  const answer = postTranscription(server, { path: LONG });
  await untilAtWork(first);
  process.kill(first.pid, "SIGKILL");
  const second = await engineOf(server, first.pid);
  await waitFor(() => isReady(server), { what: "a second engine" });
  await untilAtWork(processFacts(second.pid) ?? second);
  process.kill(second.pid, "SIGKILL");

  const response = await answer;
  expect(response.status).toBe(500);
  expect(response.headers.get("x-should-retry")).toBe("false");
  const error = v.object({ message: v.string(), type: v.string(), param: v.null(), code: v.string() });
  const body = v.parse(v.strictObject({ error }), await response.json());
  expect(body.error).toMatchObject({ type: "server_error", code: "engine_crashed" });

  const clip = await readClip("en-014.wav");
  const { text } = await transcribe(server, { path: SHORT });
  expect(wordErrorRate([{ reference: clip.text, hypothesis: text }])).toBeLessThanOrEqual(0.1);
  expect(isAlive(server.pid)).toBe(true);
});

test("when the client leaves, the worker is free again within one window's time", async () => {
  await using server = await startServer();
  const engine = await engineOf(server);
  await transcribe(server, { path: SHORT }); // The first one also warms up.
  const shortMs = await timeOf(() => transcribe(server, { path: SHORT }));
  // 120 s are five chunks at most, so a fifth of the whole is no more than one window's time.
  const windowMs = (await timeOf(() => transcribe(server, { path: LONG }))) / 5;

  const leave = new AbortController();
  const before = processFacts(engine.pid) ?? engine;
  const abandoned = postTranscription(server, { path: LONG, signal: leave.signal }).catch(() => undefined);
  await untilAtWork(before);
  leave.abort();
  const freeMs = (await timeOf(() => transcribe(server, { path: SHORT }))) - shortMs;
  await abandoned;
  console.log(`worker free ${freeMs.toFixed(0)} ms after the client left; a window takes ${windowMs.toFixed(0)} ms`);
  expect(freeMs).toBeLessThan(windowMs * SPREAD);
  await waitFor(async () => (await server.tempFiles()).length === 0, { what: "the upload to be removed" });
});

test("when the server is killed, engines, ffmpeg and uploads vanish", async () => {
  await using server = await startServer();
  const form = new FormData();
  form.set("model", "whisper-1");
  form.set("file", await hoursOfMp3(), "long.mp3");
  const answer = fetch(`${server.url}/v1/audio/transcriptions`, { method: "POST", body: form }).catch(() => undefined);
  const ffmpeg = await waitFor(() => children(server.pid).find(({ command }) => command[0]?.includes("ffmpeg")), {
    what: "an ffmpeg process",
  });
  const family = children(server.pid).map(({ pid }) => pid);
  expect(family).toContain(ffmpeg.pid);
  expect(await server.tempFiles()).not.toEqual([]);
  await server.kill();
  await answer;
  await waitFor(() => !family.some(isAlive), { what: "the end of all children" });
  await waitFor(async () => (await readdir(server.tempDir)).length === 0, { what: "an empty temp folder" });
});

test("asked to stop, the server ends with code 0 and leaves nothing", async () => {
  await using server = await startServer();
  await transcribe(server, { path: SHORT });
  const family = children(server.pid).map(({ pid }) => pid);
  expect(await server.stop()).toBe(0);
  expect(family.filter(isAlive)).toEqual([]);
  expect(await readdir(server.tempDir)).toEqual([]);
});

test("a request in hand is answered before the server stops", async () => {
  await using server = await startServer();
  const engine = await engineOf(server);
  const answer = transcribe(server, { path: LONG });
  await untilAtWork(engine);
  const [code, { text }] = await Promise.all([server.stop(), answer]);
  expect(code).toBe(0);
  expect(text).not.toBe("");
});

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Frames of mp3 may be strung together: three hours of sound that ffmpeg needs some seconds for. */
async function hoursOfMp3(): Promise<Blob> {
  const clip = await Bun.file(formatPath("clip.mp3")).bytes();
  return new Blob(Array.from({ length: 1_900 }, () => clip));
}
