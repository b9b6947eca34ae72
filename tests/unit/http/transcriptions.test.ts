import { describe, expect, test } from "bun:test";
import { SttError } from "../../../src/errors.ts";
import { createFakeServer, CLIP, errorOf, form, RESULT, transcription, TRANSCRIPTIONS } from "./support.ts";

describe("answers", () => {
  test("json has text and the audio's length", async () => {
    await using server = createFakeServer();
    const response = await server.send(transcription());
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("application/json");
    expect(await response.json()).toEqual({ text: "Hello world.", usage: { type: "duration", seconds: 3 } });
  });

  test("text is the bare transcript with one newline", async () => {
    await using server = createFakeServer();
    const response = await server.send(transcription({ response_format: "text" }));
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await response.text()).toBe("Hello world.\n");
  });

  test("no speech is an empty text, not an error", async () => {
    await using server = createFakeServer({ transcribe: () => Promise.resolve(RESULT) });
    expect(await (await server.send(transcription())).json()).toMatchObject({ text: "" });
  });
});

describe("the job", () => {
  test("has the fields of the form, and the defaults for those left out or empty", async () => {
    await using server = createFakeServer();
    const fields = { language: "pt-BR", prompt: "  Tiflis", temperature: "0.5", hotwords: "ignored" };
    await server.send(transcription(fields));
    await server.send(transcription({ language: "", prompt: "", temperature: "", response_format: "" }));
    expect(server.jobs[0]).toMatchObject({ language: "pt", prompt: "  Tiflis", temperature: 0.5, task: "transcribe" });
    expect(server.jobs[1]).toMatchObject({ language: null, prompt: "", temperature: 0, tokens: false });
  });

  test("takes the server's language when the request names none, and detects when it says auto", async () => {
    await using server = createFakeServer({ language: "de" });
    await server.send(transcription());
    await server.send(transcription({ language: "auto" }));
    await server.send(transcription({ language: "English" }));
    expect(server.jobs.map((job) => job.language)).toEqual(["de", null, "en"]);
  });

  test("reads the very bytes that were sent, wherever the fields stand", async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    let received: Uint8Array | undefined;
    await using server = createFakeServer({
      transcribe: async (job) => {
        received = await Bun.file(job.path).bytes();
        return RESULT;
      },
    });
    const body = form({ model: "nano", file: new Blob([bytes]), language: "fr" });
    expect((await server.send(new Request(TRANSCRIPTIONS, { method: "POST", body }))).status).toBe(200);
    expect(received).toEqual(bytes);
    expect(server.jobs[0]?.language).toBe("fr");
    expect(server.files()).toEqual([]);
  });
});

describe("requests that are refused", () => {
  const cases: [string, Record<string, string | Blob>, object][] = [
    ["a temperature that is no number", { temperature: "hot" }, { status: 400, param: "temperature" }],
    ["a temperature above 1", { temperature: "1.5" }, { status: 400, param: "temperature" }],
    ["an unknown language", { language: "klingon" }, { status: 400, param: "language", code: "invalid_value" }],
    [
      "an unknown response format",
      { response_format: "xml" },
      { status: 400, param: "response_format", code: "unsupported_value" },
    ],
    ["an unknown model", { model: "gpt-9" }, { status: 404, param: "model", code: "model_not_found" }],
    ["no model", { model: "" }, { status: 400, param: "model" }],
    ["an empty file", { file: new File([], "empty.mp3") }, { status: 400, param: "file" }],
  ];
  test.each(cases)("%s", async (_name, fields, expected) => {
    await using server = createFakeServer();
    const error = await errorOf(await server.send(transcription(fields)));
    expect(error).toMatchObject({
      type: "invalid_request_error",
      message: expect.stringMatching(/expected|not on this server/i),
    });
    expect(error).toMatchObject(expected);
    expect(server.jobs).toEqual([]);
    expect(server.files()).toEqual([]);
  });

  test("everything, with the way out, while there is no model", async () => {
    await using server = createFakeServer({ status: { state: "failed", message: "Get it there.", restarts: 0 } });
    const response = await server.send(transcription());
    expect(response.headers.get("x-should-retry")).toBe("false");
    expect(await errorOf(response)).toMatchObject({ status: 503, message: "Get it there." });
  });

  test("not while the engine is still starting: it takes the job", async () => {
    await using server = createFakeServer({ status: { state: "starting", restarts: 1 } });
    expect((await server.send(transcription())).status).toBe(200);
  });
});

test("a client that leaves aborts its job, frees its file, and is logged as 499", async () => {
  const started = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<void>();
  await using server = createFakeServer({
    transcribe: async (_job, { signal }) => {
      started.resolve();
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      aborted.resolve();
      throw new SttError("client_closed", "gone");
    },
  });
  server.app.listen({ port: 0, hostname: "127.0.0.1" });
  const client = new AbortController();
  const answer = fetch(`http://127.0.0.1:${server.app.server?.port}/v1/audio/transcriptions`, {
    method: "POST",
    body: form({ file: CLIP, model: "nano" }),
    signal: client.signal,
  });
  await started.promise;
  client.abort();
  await expect(answer).rejects.toThrow();
  await aborted.promise;
  await server.activity.stop();
  expect(server.files()).toEqual([]);
  expect(server.logs()).toMatchObject([{ status: 499, code: "client_closed_request" }]);
});
