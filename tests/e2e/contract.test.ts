import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createReadStream } from "node:fs";
import { parse } from "@plussub/srt-vtt-parser";
import OpenAI, { APIError } from "openai";
import * as v from "valibot";
import { audioPath, formatPath, readClip } from "../support/fixtures.ts";
import { jsonSchema, streamEventSchema, verboseSchema } from "../support/openai-schemas.ts";
import { startServer, type Server } from "../support/server.ts";
import { wordErrorRate } from "../support/word-error-rate.ts";

setDefaultTimeout(120_000);

const CLIP = audioPath("en-014.wav");
const SILENCE = audioPath("silence-10s.wav");
const GERMAN = audioPath("de-002.wav");
const LONG = audioPath("long-en-120s-2.flac");

let server: Server;
let client: OpenAI;
let reference = "";

beforeAll(async () => {
  server = await startServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "unused", maxRetries: 0 });
  reference = (await readClip("en-014.wav")).text;
});
afterAll(() => server[Symbol.asyncDispose]());

type Params = Record<string, unknown>;

/** What the official client gives; its types do not know our wider use. */
function create(params: Params = {}): Promise<unknown> {
  const create = client.audio.transcriptions.create.bind(client.audio.transcriptions) as (
    p: unknown,
  ) => Promise<unknown>;
  return create({ file: createReadStream(CLIP), model: "whisper-1", ...params });
}

async function stream(params: Params) {
  return (await create({ model: "gpt-4o-transcribe", stream: true, ...params })) as AsyncIterable<unknown>;
}

const createVerbose = async (granularities?: string[]) =>
  v.parse(verboseSchema, {
    ...((await create({
      response_format: "verbose_json",
      ...(granularities && { timestamp_granularities: granularities }),
    })) as object),
  });

function expectRight(text: string): void {
  expect(wordErrorRate([{ reference, hypothesis: text }])).toBeLessThanOrEqual(0.1);
}

async function fails(params: Params): Promise<unknown> {
  return create(params).catch((error: unknown) => error);
}

describe("formats", () => {
  test("json", async () => {
    const answer = v.parse(jsonSchema, {
      ...((await create({ language: "en", prompt: "Birthday.", temperature: 0 })) as object),
    });
    expectRight(answer.text);
    expect(answer.usage).toEqual({ type: "duration", seconds: 5 });
  });

  test("json of the newest model tells the language", async () => {
    const params = { model: "gpt-transcribe", languages: ["de", "en"], keywords: ["kettle"] };
    const answer = v.parse(jsonSchema, { ...((await create(params)) as object) });
    expectRight(answer.text);
    expect(answer.languages).toEqual([{ code: "en" }]);
  });

  test("json with logprobs, whose tokens are the text", async () => {
    const answer = v.parse(jsonSchema, {
      ...((await create({ model: "gpt-4o-transcribe", include: ["logprobs"] })) as object),
    });
    expect(
      answer.logprobs
        ?.map(({ token }) => token)
        .join("")
        .trim(),
    ).toBe(answer.text);
    expect(
      Buffer.from(answer.logprobs?.flatMap(({ bytes }) => bytes) ?? [])
        .toString()
        .trim(),
    ).toBe(answer.text);
  });

  test("verbose_json with segments, with words, with both", async () => {
    const segments = await createVerbose();
    expect(segments).toMatchObject({ task: "transcribe", language: "english" });
    expect(segments.words).toBeUndefined();
    expect(
      segments.segments
        ?.map(({ text }) => text)
        .join("")
        .trim(),
    ).toBe(segments.text);
    expect(segments.segments?.[0]?.tokens.length).toBeGreaterThan(5);
    expect(segments.duration).toBeCloseTo(4.146, 2);
    expect((await createVerbose(["word"])).segments).toBeUndefined();
    const both = await createVerbose(["word", "segment"]);
    expectRight(both.words?.map(({ word }) => word).join(" ") ?? "");
    expect(both.segments).toHaveLength(1);
  });

  test("text, srt and vtt as plain text", async () => {
    const text = String(await create({ response_format: "text" }));
    expectRight(text);
    expect(text).toMatch(/^\S.*\S\n$/);
    const srt = String(await create({ response_format: "srt" }));
    expect(srt).toMatch(/^1\n00:00:00,\d{3} --> 00:00:0\d,\d{3}\n\S.*\n\n\n$/);
    const vtt = String(await create({ response_format: "vtt" }));
    expect(vtt).toMatch(/^WEBVTT\n\n00:00:00\.\d{3} --> 00:00:0\d\.\d{3}\n\S.*\n\n$/);
    for (const body of [srt, vtt])
      expectRight(
        parse(body)
          .entries.map((entry) => entry.text)
          .join(" "),
      );
  });

  test("subtitles keep the limits they are given", async () => {
    const limits = { max_line_width: 18, max_line_count: 1 };
    const { entries } = parse(String(await create({ response_format: "srt", ...limits })));
    expect(entries.length).toBeGreaterThan(2);
    for (const { text } of entries) expect(text.length).toBeLessThanOrEqual(18);
    expectRight(entries.map((entry) => entry.text).join(" "));
    const words = parse(String(await create({ response_format: "vtt", max_words_per_line: 1 }))).entries;
    expect(words).toHaveLength(reference.split(" ").length);
  });

  test("no speech is an empty text in every format", async () => {
    expect(await create({ file: Bun.file(SILENCE) })).toMatchObject({ text: "" });
    expect(await create({ file: Bun.file(SILENCE), response_format: "text" })).toBe("\n");
    expect(await create({ file: Bun.file(SILENCE), response_format: "srt" })).toBe("\n");
    expect(await create({ file: Bun.file(SILENCE), response_format: "vtt" })).toBe("WEBVTT\n\n");
    expect(await create({ file: Bun.file(SILENCE), response_format: "verbose_json" })).toMatchObject({
      text: "",
      segments: [],
    });
  });
});

describe("languages", () => {
  test("the best of the candidates is chosen, even where another language is likelier", async () => {
    expect(await create({ file: Bun.file(GERMAN), languages: ["fr", "de"] })).toMatchObject({
      languages: [{ code: "de" }],
    });
    expect(await create({ file: Bun.file(GERMAN), languages: ["fr", "es"] })).not.toMatchObject({
      languages: [{ code: "de" }],
    });
  });

  test("a translation is English and says so", async () => {
    const file = Bun.file(audioPath("de-001.wav"));
    const answer = await client.audio.translations.create({
      file,
      model: "whisper-1",
      response_format: "verbose_json",
    });
    expect(v.parse(verboseSchema, { ...answer })).toMatchObject({ task: "translate", language: "english" });
    expect(answer.text).toMatch(/brother/i);
  });
});

describe("a stream", () => {
  test("has deltas that add up to its end, with logprobs and usage", async () => {
    const events: v.InferOutput<typeof streamEventSchema>[] = [];
    const params = { include: ["logprobs"], chunking_strategy: { type: "server_vad", threshold: 0.5 } };
    for await (const event of await stream(params)) events.push(v.parse(streamEventSchema, event));
    const done = events.at(-1);
    if (done?.type !== "transcript.text.done") throw new Error("expected the last event to be the end");
    expect(events.map((event) => ("delta" in event ? event.delta : "")).join("")).toBe(done.text);
    expect(done.usage.output_tokens).toBeGreaterThan(5);
    expectRight(done.text);
  });

  test("of two minutes begins long before its end", async () => {
    const startMs = performance.now();
    let firstMs = 0;
    let text = "";
    let whole = "";
    for await (const event of await stream({ file: createReadStream(LONG) })) {
      const parsed = v.parse(streamEventSchema, event);
      firstMs ||= performance.now() - startMs;
      if (parsed.type === "transcript.text.delta") text += parsed.delta;
      else whole = parsed.text;
    }
    const totalMs = performance.now() - startMs;
    console.log(
      `120 s streamed: first delta after ${Math.round(firstMs)} ms of ${Math.round(totalMs)} ms ` +
        `(${Math.round((firstMs / totalMs) * 100)} %)`,
    );
    expect(text).toBe(whole);
    expect(firstMs).toBeLessThan(totalMs / 2);
  });

  test("that the client leaves gives the worker back and leaves no file", async () => {
    const events = await stream({ file: createReadStream(LONG) });
    for await (const _ of events) break;
    const startMs = performance.now();
    expectRight(((await create()) as { text: string }).text);
    // The whole file takes several times as long.
    expect(performance.now() - startMs).toBeLessThan(10_000);
    expect(await server.tempFiles()).toEqual([]);
  });

  test("of what is not audio is an error with a status", async () => {
    expect(await fails({ stream: true, file: createReadStream(formatPath("text.mp3")) })).toMatchObject({
      status: 400,
      code: "unsupported_format",
    });
  });
});

test("the JSON form gives the same as the multipart form", async () => {
  const data = Buffer.from(await Bun.file(CLIP).bytes()).toString("base64");
  const response = await fetch(`${server.url}/v1/audio/transcriptions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "whisper-1", language: "en", input_audio: { data, format: "wav" } }),
  });
  expect(await response.json()).toEqual({ ...((await create({ language: "en" })) as object) });
});

describe("refused by name", () => {
  const cases: [string, Params, object][] = [
    ["diarized_json", { response_format: "diarized_json" }, { param: "response_format", code: "unsupported_value" }],
    ["known speakers", { known_speaker_names: ["Anna"] }, { param: "known_speaker_names" }],
    ["both language fields", { language: "en", languages: ["en"] }, { param: "languages" }],
    ["a keyword with a tag", { keywords: ["<b>"] }, { param: "keywords" }],
    ["words in json", { timestamp_granularities: ["word"] }, { param: "timestamp_granularities" }],
    ["logprobs in vtt", { include: ["logprobs"], response_format: "vtt" }, { param: "include" }],
    ["a stream of srt", { model: "gpt-4o-transcribe", stream: true, response_format: "srt" }, { param: "stream" }],
    ["another chunking", { chunking_strategy: { type: "client_vad" } }, { param: "chunking_strategy" }],
  ];
  test.each(cases)("%s", async (_what, params, expected) => {
    const error = await fails(params);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ status: 400, type: "invalid_request_error", ...expected });
  });
});
