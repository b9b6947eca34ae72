import { describe, expect, test } from "bun:test";
import type { Segment } from "../../../src/engine/messages.ts";
import { SttError } from "../../../src/errors.ts";
import { makeToken } from "../../support/segments.ts";
import { CLIP, createFakeServer, errorOf, form, RESULT, segment, transcription } from "./support.ts";

/** An engine that delivers when the test says so. */
function createSteps() {
  const ready = Promise.withResolvers<(segment: Segment) => void>();
  const end = Promise.withResolvers<typeof RESULT>();
  const left = Promise.withResolvers<void>();
  return {
    deliver: async (part: Segment) => (await ready.promise)(part),
    finish: () => end.resolve(RESULT),
    fail: (error: Error) => end.reject(error),
    left: left.promise,
    transcribe: (_job: unknown, options: { signal: AbortSignal; onSegment: (segment: Segment) => void }) => {
      options.signal.addEventListener("abort", () => {
        left.resolve();
        end.reject(new SttError("client_closed", "gone"));
      });
      ready.resolve(options.onSegment);
      return end.promise;
    },
  };
}

const STREAM = { stream: "true", model: "gpt-4o-transcribe" };

test("deltas arrive while the job runs, and the upload stays until it ends", async () => {
  const steps = createSteps();
  await using server = createFakeServer({ transcribe: steps.transcribe });
  const answer = server.send(transcription(STREAM));
  await steps.deliver(segment(" Hello"));
  const reader = (await answer).body?.pipeThrough(new TextDecoderStream()).getReader();
  expect(await reader?.read()).toMatchObject({ value: 'data: {"type":"transcript.text.delta","delta":"Hello"}\n\n' });
  expect(server.files()).toHaveLength(1);
  await steps.deliver({ ...segment(" world. "), tokenIds: [1, 2, 3] });
  expect(await reader?.read()).toMatchObject({ value: 'data: {"type":"transcript.text.delta","delta":" world."}\n\n' });
  steps.finish();
  expect(await reader?.read()).toMatchObject({
    value:
      'data: {"type":"transcript.text.done","text":"Hello world.","usage":{"type":"tokens","input_tokens":115,' +
      '"input_token_details":{"text_tokens":0,"audio_tokens":115},"output_tokens":3,"total_tokens":118}}\n\n',
  });
  expect(await reader?.read()).toMatchObject({ done: true });
  await server.activity.stop();
  expect(server.files()).toEqual([]);
  expect(server.logs()).toMatchObject([{ status: 200, audioSeconds: RESULT.audioSeconds }]);
});

test("logprobs come with each delta and again at the end", async () => {
  const tokens = [makeToken(" Hi")];
  await using server = createFakeServer({
    transcribe: async (_job, { onSegment }) => {
      onSegment({ ...segment(" Hi"), tokens });
      return RESULT;
    },
  });
  const body = await (await server.send(transcription({ ...STREAM, "include[]": "logprobs" }))).text();
  const logprobs = '"logprobs":[{"token":" Hi","logprob":-0.5,"bytes":[32,72,105]}]';
  expect(body.split(logprobs)).toHaveLength(3);
  expect(server.jobs).toMatchObject([{ tokens: true, tokenTimes: false }]);
});

test("an error in the middle is an event, its status is in the log, and the upload is removed", async () => {
  const steps = createSteps();
  await using server = createFakeServer({ transcribe: steps.transcribe });
  const answer = server.send(transcription(STREAM));
  await steps.deliver(segment(" Hello"));
  const body = (await answer).text();
  steps.fail(new SttError("engine_crashed", "It crashed."));
  expect(await body).toEndWith('"code":"engine_crashed"}}\n\n');
  await server.activity.stop();
  expect(server.files()).toEqual([]);
  expect(server.logs()).toMatchObject([{ status: 500, code: "engine_crashed" }]);
});

test("an error before the first delta has a status of its own", async () => {
  await using server = createFakeServer({
    transcribe: () => Promise.reject(new SttError("unreadable_audio", "Not audio.")),
  });
  expect(await errorOf(await server.send(transcription(STREAM)))).toMatchObject({ status: 400, message: "Not audio." });
  expect(server.files()).toEqual([]);
});

test("a client that leaves ends its job, and its file goes", async () => {
  const steps = createSteps();
  await using server = createFakeServer({ transcribe: steps.transcribe });
  server.app.listen({ port: 0, hostname: "127.0.0.1" });
  const client = new AbortController();
  const url = `http://127.0.0.1:${server.app.server?.port}/v1/audio/transcriptions`;
  const body = form({ ...STREAM, file: CLIP });
  const answer = fetch(url, { method: "POST", body, signal: client.signal });
  await steps.deliver(segment(" Hello"));
  await (await answer).body?.getReader().read();
  client.abort();
  await steps.left;
  await server.activity.stop();
  expect(server.files()).toEqual([]);
  expect(server.logs()).toMatchObject([{ status: 499 }]);
});

describe("formats", () => {
  test("text is streamed too", async () => {
    await using server = createFakeServer();
    const response = await server.send(transcription({ ...STREAM, response_format: "text" }));
    expect(response.headers.get("content-type")).toStartWith("text/event-stream");
  });

  test.each(["srt", "vtt", "verbose_json"])("%s cannot be streamed, which whisper-1 ignores", async (format) => {
    await using server = createFakeServer();
    const fields = { ...STREAM, response_format: format };
    expect(await errorOf(await server.send(transcription(fields)))).toMatchObject({
      status: 400,
      param: "stream",
      code: "unsupported_value",
    });
    const classic = await server.send(transcription({ ...fields, model: "whisper-1" }));
    expect(classic.headers.get("content-type")).not.toContain("event-stream");
    expect(server.files()).toEqual([]);
  });
});
