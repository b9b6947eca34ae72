import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createReadStream } from "node:fs";
import OpenAI, { APIUserAbortError, BadRequestError, NotFoundError, toFile } from "openai";
import { audioPath, formatPath, readClip } from "../support/fixtures.ts";
import { startServer, type Server } from "../support/server.ts";
import { wordErrorRate } from "../support/word-error-rate.ts";

setDefaultTimeout(60_000);

const CLIP = "en-014.wav";

let server: Server;
let client: OpenAI;
let reference = "";

beforeAll(async () => {
  server = await startServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "unused", maxRetries: 0 });
  reference = (await readClip(CLIP)).text;
});
afterAll(() => server[Symbol.asyncDispose]());

function expectRight(text: string): void {
  expect(wordErrorRate([{ reference, hypothesis: text }])).toBeLessThanOrEqual(0.1);
}

/** The error that a request with these changes ends in. */
function failWith(changes: Record<string, unknown>): Promise<unknown> {
  return client.audio.transcriptions
    .create({ file: Bun.file(audioPath(CLIP)), model: "whisper-1", ...changes })
    .catch((error: unknown) => error);
}

describe("the official client", () => {
  test("gets a transcription of a file that it streams from disk", async () => {
    const file = createReadStream(audioPath(CLIP));
    const answer = await client.audio.transcriptions.create({ file, model: "whisper-1" });
    expectRight(answer.text);
    expect(answer).toHaveProperty("_request_id", expect.stringMatching(/^req_/));
  });

  test("gets plain text when it asks for text", async () => {
    const file = Bun.file(audioPath(CLIP));
    const text = await client.audio.transcriptions.create({ file, model: "whisper-1", response_format: "text" });
    expectRight(text);
    expect(text).not.toStartWith('"');
  });

  test("may send bytes under any name, and every field", async () => {
    const file = await toFile(await Bun.file(formatPath("clip.mp3")).bytes(), "recording.bin");
    const fields = { language: "en", prompt: "", temperature: 0, response_format: "json" } as const;
    const answer = await client.audio.transcriptions.create({ file, model: "gpt-4o-transcribe", ...fields });
    const { text } = await readClip("en-014.wav");
    expect(wordErrorRate([{ reference: text, hypothesis: answer.text }])).toBeLessThanOrEqual(0.1);
  });

  test("lists the model and finds it by its id", async () => {
    const ids = (await client.models.list()).data.map(({ id }) => id);
    expect(ids).not.toEqual([]);
    expect((await client.models.retrieve(ids[0] ?? "")).id).toBe(ids[0] ?? "");
  });
});

describe("an error arrives as the client's own class", () => {
  test("BadRequestError with param and code for a file that is not audio", async () => {
    const error = await failWith({ file: createReadStream(formatPath("text.mp3")) });
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({
      status: 400,
      param: "file",
      code: "unsupported_format",
      type: "invalid_request_error",
    });
    expect(error).toHaveProperty("requestID", expect.stringMatching(/^req_/));
  });

  test("NotFoundError for a model that is not there", async () => {
    const error = await failWith({ model: "gpt-9" });
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ param: "model", code: "model_not_found" });
  });

  test("its own abort is not an error of the server", async () => {
    const leave = new AbortController();
    const file = Bun.file(audioPath("long-en-120s-2.flac"));
    const answer = client.audio.transcriptions.create({ file, model: "whisper-1" }, { signal: leave.signal });
    leave.abort();
    expect(await answer.catch((error: unknown) => error)).toBeInstanceOf(APIUserAbortError);
    expectRight(
      (await client.audio.transcriptions.create({ file: Bun.file(audioPath(CLIP)), model: "whisper-1" })).text,
    );
  });
});
