import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as v from "valibot";
import { formatPath } from "../support/fixtures.ts";
import { startServer, type Server } from "../support/server.ts";

setDefaultTimeout(60_000);

const envelopeSchema = v.strictObject({
  error: v.strictObject({
    message: v.pipe(v.string(), v.minLength(20)),
    type: v.literal("invalid_request_error"),
    param: v.nullable(v.string()),
    code: v.nullable(v.string()),
  }),
});

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

type Fields = Readonly<Record<string, string | Blob>>;

function goodForm(changes: Fields = {}): FormData {
  const form = new FormData();
  const fields: Fields = { model: "whisper-1", file: Bun.file(formatPath("16k-mono.wav")), ...changes };
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}

function post(body: FormData | string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}/v1/audio/transcriptions`, { method: "POST", body, headers });
}

/** Checks that the answer is OpenAI's envelope with an id, and gives its inside. */
async function readError(response: Response) {
  expect(response.headers.get("content-type")).toContain("application/json");
  expect(response.headers.get("x-request-id")).toMatch(/^req_/);
  return v.parse(envelopeSchema, await response.json()).error;
}

interface Case {
  readonly name: string;
  readonly send: () => Promise<Response>;
  readonly status?: number;
  readonly param: string | null;
  /** What the message must say. */
  readonly says: RegExp;
}

function withFile(name: string): () => Promise<Response> {
  return () => post(goodForm({ file: Bun.file(formatPath(name)) }));
}

function manyFields(): FormData {
  const form = goodForm();
  for (let index = 0; index < 500; index += 1) form.append(`field${index}`, "value");
  return form;
}

function twoFiles(): FormData {
  const form = goodForm();
  form.append("file", Bun.file(formatPath("clip.mp3")));
  return form;
}

function withoutField(name: string): FormData {
  const form = goodForm();
  form.delete(name);
  return form;
}

function brokenMultipart(): Promise<Response> {
  const body = '--frontier\r\ncontent-disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n--front';
  return post(body, { "content-type": "multipart/form-data; boundary=frontier" });
}

const CASES: readonly Case[] = [
  { name: "no file", send: () => post(withoutField("file")), param: "file", says: /file/ },
  { name: "no model", send: () => post(withoutField("model")), param: "model", says: /model/ },
  { name: "an empty file", send: withFile("empty.wav"), param: "file", says: /empty/ },
  { name: "a text file named .mp3", send: withFile("text.mp3"), param: "file", says: /not audio/ },
  { name: "a truncated mp4", send: withFile("truncated.mp4"), param: "file", says: /damaged|incomplete/ },
  { name: "a film without sound", send: withFile("no-audio.mp4"), param: "file", says: /audio track/ },
  { name: "a clip of 50 ms", send: withFile("short-50ms.wav"), param: "file", says: /second|ms/ },
  { name: "500 fields", send: () => post(manyFields()), param: null, says: /fields/ },
  {
    name: "a field of 10 MB",
    send: () => post(goodForm({ prompt: "a".repeat(10_000_000) })),
    param: "prompt",
    says: /KiB/,
  },
  { name: "two files", send: () => post(twoFiles()), param: "file", says: /one file/ },
  {
    name: "no boundary",
    send: () => post("--x\r\n\r\n--x--", { "content-type": "multipart/form-data" }),
    param: null,
    says: /boundary/,
  },
  { name: "a body that is cut short", send: brokenMultipart, param: null, says: /multipart/ },
  {
    name: "XML instead of a form",
    send: () => post("<a/>", { "content-type": "application/xml" }),
    status: 415,
    param: null,
    says: /multipart\/form-data/,
  },
  {
    name: "JSON without audio",
    send: () => post('{"model":"whisper-1"}', { "content-type": "application/json" }),
    param: "input_audio",
    says: /input_audio\.data/,
  },
  {
    name: "an unknown model",
    send: () => post(goodForm({ model: "gpt-9" })),
    status: 404,
    param: "model",
    says: /gpt-9/,
  },
  {
    name: "an unknown response_format",
    send: () => post(goodForm({ response_format: "yaml" })),
    param: "response_format",
    says: /json.*yaml/s,
  },
  {
    name: "temperature hot",
    send: () => post(goodForm({ temperature: "hot" })),
    param: "temperature",
    says: /0 to 1.*hot/s,
  },
  { name: "temperature 2", send: () => post(goodForm({ temperature: "2" })), param: "temperature", says: /0 to 1/ },
  { name: "language klingon", send: () => post(goodForm({ language: "klingon" })), param: "language", says: /klingon/ },
  {
    name: "an unknown route",
    send: () => fetch(`${server.url}/v1/nothing`),
    status: 404,
    param: null,
    says: /nothing/,
  },
  {
    name: "a wrong method",
    send: () => fetch(`${server.url}/v1/audio/transcriptions`),
    status: 405,
    param: null,
    says: /POST.*GET/,
  },
  {
    name: "a model that is not there",
    send: () => fetch(`${server.url}/v1/models/gpt-9`),
    status: 404,
    param: "model",
    says: /gpt-9/,
  },
];

describe("a client's mistake is answered with its reason", () => {
  for (const { name, send, status = 400, param, says } of CASES) {
    test(name, async () => {
      const response = await send();
      const error = await readError(response);
      expect({ status: response.status, param: error.param }).toEqual({ status, param });
      expect(error.message).toMatch(says);
    });
  }
});

test("after all of them nothing is left and the next request works", async () => {
  const response = await post(goodForm());
  expect(response.status).toBe(200);
  expect(await server.tempFiles()).toEqual([]);
  expect(server.logs.filter(({ level }) => level === "error")).toEqual([]);
});
