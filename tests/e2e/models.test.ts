/** Names of models, and the addresses the API is found at, on the executable. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { statSync } from "node:fs";
import OpenAI, { BadRequestError, NotFoundError } from "openai";
import { audioPath, NANO_MODEL_PATH } from "../support/fixtures.ts";
import { startServer, type Server } from "../support/server.ts";

setDefaultTimeout(60_000);

const CLIP = "en-014.wav";
const NAMES = ["whisper-1", "whisper", "gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-transcribe"];

let server: Server;
beforeAll(async () => {
  const env = { STT_BASE_PATH: "/stt", STT_MODEL_ALIASES: "Systran/faster-whisper-small=whisper-1" };
  server = await startServer({ env });
});
afterAll(() => server?.[Symbol.asyncDispose]());

const clientAt = (path: string) => new OpenAI({ baseURL: server.url + path, apiKey: "unused", maxRetries: 0 });
const transcribe = (path: string, model: string) =>
  clientAt(path).audio.transcriptions.create({ file: Bun.file(audioPath(CLIP)), model });

test("the list has the model with its file's time, and every alias", async () => {
  const { data } = await clientAt("/v1").models.list();
  const created = Math.floor(statSync(NANO_MODEL_PATH).mtimeMs / 1000);
  expect(data[0]).toMatchObject({ object: "model", created, owned_by: "tiflis-stt", shutdown_date: null });
  expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining([...NAMES, "Systran/faster-whisper-small"]));
});

describe.each(["/v1", "", "/stt/v1", "/stt", "/v1/"])("a base URL that ends in '%s'", (path) => {
  test("transcribes, lists, and finds a name with a slash", async () => {
    expect((await transcribe(path, "Systran/faster-whisper-small")).text).not.toBe("");
    expect((await clientAt(path).models.list()).data.length).toBeGreaterThan(5);
    const id = "Systran/faster-whisper-small";
    expect((await clientAt(path).models.retrieve(id)).id).toBe(id);
    expect((await fetch(`${server.url}${path.replace(/\/$/, "")}/models/${id}/`)).status).toBe(200);
  });
});

test("a model that is not here is NotFoundError, one that would tell speakers apart BadRequestError", async () => {
  expect(await transcribe("/v1", "gpt-9").catch((error: unknown) => error)).toBeInstanceOf(NotFoundError);
  const error = await transcribe("/v1", "gpt-4o-transcribe-diarize").catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(BadRequestError);
  expect(error).toMatchObject({ param: "model", code: "unsupported_value" });
});

test("with STT_UNKNOWN_MODEL=default any name transcribes", async () => {
  await using lenient = await startServer({ env: { STT_UNKNOWN_MODEL: "default" } });
  const client = new OpenAI({ baseURL: `${lenient.url}/v1`, apiKey: "unused", maxRetries: 0 });
  const answer = await client.audio.transcriptions.create({ file: Bun.file(audioPath(CLIP)), model: "distil-large" });
  expect(answer.text).not.toBe("");
});
