/** Answers of the executable against OpenAI's own response schemas. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as v from "valibot";
import { audioPath, formatPath } from "../support/fixtures.ts";
import {
  errorSchema,
  eventSchema,
  jsonSchema,
  modelListSchema,
  modelSchema,
  verboseJsonSchema,
} from "../support/openai-response-schemas.ts";
import { startServer, type Server } from "../support/server.ts";

setDefaultTimeout(60_000);

const SPEECH = audioPath("en-014.wav");
const SILENCE = audioPath("silence-10s.wav");
const KEY = "key-of-the-schema-test";

let server: Server;
let keyed: Server;
beforeAll(async () => {
  server = await startServer();
  keyed = await startServer({ env: { STT_API_KEYS: KEY } });
});
afterAll(() => Promise.all([server, keyed].map((one) => one?.[Symbol.asyncDispose]())));

type Fields = readonly (readonly [name: string, value: string])[];

function post(task: "transcriptions" | "translations", path: string, fields: Fields = []): Promise<Response> {
  const form = new FormData();
  form.append("model", "whisper-1");
  for (const [name, value] of fields) form.append(name, value);
  form.append("file", Bun.file(path));
  return fetch(`${server.url}/v1/audio/${task}`, { method: "POST", body: form });
}

/** The body, if the answer is a 200 and fits the schema. */
async function read<T extends v.GenericSchema>(schema: T, answer: Promise<Response>): Promise<v.InferOutput<T>> {
  const response = await answer;
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toStartWith("application/json");
  return v.parse(schema, await response.json());
}

const VERBOSE = ["response_format", "verbose_json"] as const;
const WORDS = ["timestamp_granularities[]", "word"] as const;
const SEGMENTS = ["timestamp_granularities[]", "segment"] as const;

describe("CreateTranscriptionResponseJson", () => {
  test("of speech", async () => {
    expect((await read(jsonSchema, post("transcriptions", SPEECH))).text).not.toBe("");
  });

  test("of silence", async () => {
    expect((await read(jsonSchema, post("transcriptions", SILENCE))).text).toBe("");
  });

  test("with logprobs, which spell the text and whose bytes are those of their tokens", async () => {
    const { text, logprobs = [] } = await read(jsonSchema, post("transcriptions", SPEECH, [["include[]", "logprobs"]]));
    expect(
      logprobs
        .map(({ token }) => token)
        .join("")
        .trim(),
    ).toBe(text);
    for (const { token, bytes } of logprobs) expect(Buffer.from(bytes).toString()).toBe(token);
  });

  test("with the languages that were heard", async () => {
    const fields = [["languages[]", "en"]] as const;
    expect((await read(jsonSchema, post("transcriptions", SPEECH, fields))).languages).toEqual([{ code: "en" }]);
  });

  test("of a translation", async () => {
    expect((await read(jsonSchema, post("translations", audioPath("de-001.wav")))).text).not.toBe("");
  });
});

describe("CreateTranscriptionResponseVerboseJson", () => {
  const cases = [
    { name: "segments unless told", fields: [VERBOSE], keys: { segments: true, words: false } },
    { name: "segments", fields: [VERBOSE, SEGMENTS], keys: { segments: true, words: false } },
    { name: "words", fields: [VERBOSE, WORDS], keys: { segments: false, words: true } },
    { name: "both", fields: [VERBOSE, WORDS, SEGMENTS], keys: { segments: true, words: true } },
  ];
  test.each(cases)("with $name", async ({ fields, keys }) => {
    const answer = await read(verboseJsonSchema, post("transcriptions", SPEECH, fields));
    expect({ segments: answer.segments !== undefined, words: answer.words !== undefined }).toEqual(keys);
    expect(answer).toMatchObject({ task: "transcribe", language: "english" });
    for (const { start, end } of [...(answer.segments ?? []), ...(answer.words ?? [])]) {
      expect(start).toBeLessThanOrEqual(end);
      expect(end).toBeLessThanOrEqual(answer.duration);
    }
    for (const [index, segment] of (answer.segments ?? []).entries()) {
      expect(segment.id).toBe(index);
      expect(segment.text).toStartWith(" ");
      expect(segment.tokens).not.toEqual([]);
    }
  });

  test("of silence", async () => {
    const answer = await read(verboseJsonSchema, post("transcriptions", SILENCE, [VERBOSE, WORDS, SEGMENTS]));
    expect(answer).toMatchObject({ text: "", segments: [], words: [], duration: 10 });
  });

  test("of a translation, which is English", async () => {
    const answer = await read(verboseJsonSchema, post("translations", audioPath("de-001.wav"), [VERBOSE]));
    expect(answer).toMatchObject({ task: "translate", language: "english" });
    expect(answer.segments).not.toEqual([]);
  });
});

async function readEvents(fields: Fields) {
  const response = await post("transcriptions", SPEECH, [["stream", "true"], ...fields]);
  expect(response.headers.get("content-type")).toStartWith("text/event-stream");
  const blocks = (await response.text()).split("\n\n").filter((block) => block !== "" && !block.startsWith(":"));
  return blocks.map((block) => v.parse(eventSchema, JSON.parse(block.replace(/^data: /, ""))));
}

describe("events of a stream", () => {
  test.each([
    { name: "bare", fields: [] },
    { name: "with logprobs", fields: [["include[]", "logprobs"]] as const },
    { name: "with languages", fields: [["languages[]", "en"]] as const },
  ])("are deltas and one done: $name", async ({ fields }) => {
    const events = await readEvents(fields);
    const done = events.pop();
    if (done?.type !== "transcript.text.done") throw new Error("Expected the stream to end with transcript.text.done.");
    expect(events.map((event) => (event.type === "transcript.text.delta" ? event.delta : "?")).join("")).toBe(
      done.text,
    );
    expect(done.text).not.toBe("");
  });
});

describe("Model", () => {
  test("as a list, and each alone", async () => {
    const { data } = await read(modelListSchema, fetch(`${server.url}/v1/models`));
    for (const model of data) {
      expect(await read(modelSchema, fetch(`${server.url}/v1/models/${model.id}`))).toEqual(model);
    }
  });
});

describe("ErrorResponse", () => {
  const authorized = { authorization: `Bearer ${KEY}` };
  const cases: readonly (readonly [status: number, what: string, send: () => Promise<Response>])[] = [
    [400, "a bad field", () => post("transcriptions", SPEECH, [["temperature", "hot"]])],
    [400, "no audio", () => post("transcriptions", formatPath("text.mp3"))],
    [400, "audio that is too short", () => post("transcriptions", formatPath("short-50ms.wav"))],
    [401, "a wrong key", () => fetch(`${keyed.url}/v1/models`, { headers: { "api-key": "sk-wrong" } })],
    [404, "an unknown model", () => fetch(`${server.url}/v1/models/gpt-9`)],
    [404, "an unknown path", () => fetch(`${keyed.url}/v1/nothing`, { headers: authorized })],
    [405, "a wrong method", () => fetch(`${server.url}/v1/audio/transcriptions`)],
    [415, "a wrong content type", () => fetch(`${server.url}/v1/audio/transcriptions`, { method: "POST", body: "x" })],
  ];
  test.each(cases)("%i for %s", async (status, _what, send) => {
    const response = await send();
    expect(response.status).toBe(status);
    expect(response.headers.get("x-request-id")).toStartWith("req_");
    v.parse(errorSchema, await response.json());
  });
});
