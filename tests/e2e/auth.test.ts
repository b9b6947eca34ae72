/** API keys on the executable, with the official client and without. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI, { AuthenticationError } from "openai";
import { audioPath } from "../support/fixtures.ts";
import { startServer, type Server } from "../support/server.ts";

setDefaultTimeout(60_000);

const CLIP = "en-014.wav";
const KEYS = ["key-of-the-environment", "key-of-the-file"];

let folder: string;
let server: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stt-keys-"));
  const file = join(folder, "keys.txt");
  await writeFile(file, `# keys of the team\n${KEYS[1]}\n`);
  server = await startServer({ env: { STT_API_KEYS: KEYS[0] ?? "", STT_API_KEYS_FILE: file, STT_LOG_LEVEL: "debug" } });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const transcribeWith = (apiKey: string) =>
  new OpenAI({ baseURL: `${server.url}/v1`, apiKey, maxRetries: 0 }).audio.transcriptions.create({
    file: Bun.file(audioPath(CLIP)),
    model: "whisper-1",
  });

test.each(KEYS)("the official client transcribes with %s", async (key) => {
  expect((await transcribeWith(key)).text).not.toBe("");
});

test("with another key it gets its AuthenticationError", async () => {
  const error = await transcribeWith("sk-wrong").catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AuthenticationError);
  expect(error).toMatchObject({ status: 401, code: "invalid_api_key", type: "invalid_request_error", param: null });
});

test("a client that sends 100 MB without a key still reads its 401, and the next request works", async () => {
  const form = new FormData();
  form.append("file", new Blob([new Uint8Array(100 * 1024 * 1024)]), "big.wav");
  const response = await fetch(`${server.url}/v1/audio/transcriptions`, { method: "POST", body: form });
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ error: { code: "invalid_api_key" } });
  expect(await server.tempFiles()).toEqual([]);
  expect((await transcribeWith(KEYS[0] ?? "")).text).not.toBe("");
});

test("a pre-flight passes without a key, the request after it does not", async () => {
  const url = `${server.url}/v1/audio/transcriptions`;
  const headers = {
    origin: "app://obsidian.md",
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type",
  };
  const preflight = await fetch(url, { method: "OPTIONS", headers });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-headers")).toBe("authorization, content-type");
  const refused = await fetch(url, { method: "POST", headers: { origin: headers.origin } });
  expect(refused.status).toBe(401);
  expect(refused.headers.get("access-control-allow-origin")).toBe(headers.origin);
});

describe("without a key", () => {
  test.each(["/health", "/ready", "/swagger", "/docs/", "/openapi.json"])("%s answers", async (path) => {
    expect((await fetch(server.url + path)).status).toBe(200);
  });
});

test("keys are nowhere in the log, nor in the engine's environment", async () => {
  const pid = server.engine()?.pid;
  expect(pid).toBeNumber();
  const environment = await Bun.file(`/proc/${pid}/environ`).text();
  expect(environment).toContain("PATH=");
  for (const text of [server.output(), environment]) expect(text).not.toMatch(/key-of-the|sk-wrong/);
});

test("where there are no keys, an empty Bearer passes", async () => {
  await using open = await startServer();
  const headers = { authorization: "Bearer " };
  expect((await fetch(`${open.url}/v1/models`, { headers })).status).toBe(200);
});
