import { describe, expect, test } from "bun:test";
import { createFakeServer, errorOf, transcription } from "./support.ts";

/** The job that a request becomes. */
async function jobOf(fields: Record<string, string>, options: Parameters<typeof createFakeServer>[0] = {}) {
  await using server = createFakeServer(options);
  const response = await server.send(transcription(fields));
  if (response.status !== 200) throw new Error(await response.text());
  return server.jobs[0];
}

describe("languages", () => {
  test.each([
    ["one is that language", "German", { language: "de", languages: [] }],
    ["several are candidates, each once", "de,pt-BR,pt,en", { language: null, languages: ["de", "pt", "en"] }],
    ["auto among them leaves all open", "de,auto", { language: null, languages: [] }],
  ])("%s", async (_what, languages, expected) => {
    expect(await jobOf({ languages }, { language: "fr" })).toMatchObject(expected);
  });

  test("one that is none is refused by its own name", async () => {
    await using server = createFakeServer();
    expect(await errorOf(await server.send(transcription({ languages: "de,klingon" })))).toMatchObject({
      status: 400,
      param: "languages",
      message: expect.stringContaining("'klingon'"),
    });
  });
});

test("keywords stand before the prompt, whose end counts most", async () => {
  expect(
    await jobOf({ "keywords[0]": "Kura", "keywords[1]": "Tbilisi, Georgia", prompt: "At the river" }),
  ).toMatchObject({
    prompt: "Kura, Tbilisi, Georgia. At the river",
  });
  expect(await jobOf({ keywords: "Kura" })).toMatchObject({ prompt: "Kura" });
});

test("tokens and their times are asked for only where the answer has them", async () => {
  const cases: [Record<string, string>, object][] = [
    [{}, { tokens: false, tokenTimes: false }],
    [{ "include[]": "logprobs" }, { tokens: true, tokenTimes: false }],
    [{ response_format: "verbose_json" }, { tokens: false, tokenTimes: false }],
    [
      { response_format: "verbose_json", "timestamp_granularities[]": "word" },
      { tokens: true, tokenTimes: true },
    ],
    [{ response_format: "srt" }, { tokens: false, tokenTimes: false }],
    [
      { response_format: "vtt", max_line_width: "32" },
      { tokens: true, tokenTimes: true },
    ],
    [{ max_line_width: "32" }, { tokens: false, tokenTimes: false }],
  ];
  for (const [fields, expected] of cases) expect(await jobOf(fields)).toMatchObject(expected);
});

test("chunking rules reach the engine", async () => {
  const rules = { "chunking_strategy[type]": "server_vad", "chunking_strategy[silence_duration_ms]": "400" };
  expect(await jobOf(rules)).toMatchObject({
    vad: { threshold: 0.5, prefixPaddingMs: 300, silenceDurationMs: 400 },
  });
  expect(await jobOf({ chunking_strategy: "auto" })).toMatchObject({ vad: null });
});

test("languages are told to those who asked with the newer fields", async () => {
  await using server = createFakeServer();
  const languagesOf = async (fields: Record<string, string>) =>
    ((await (await server.send(transcription(fields))).json()) as { languages?: unknown }).languages;
  expect(await languagesOf({ model: "gpt-transcribe" })).toEqual([{ code: "en" }]);
  expect(await languagesOf({ keywords: "Kura" })).toEqual([{ code: "en" }]);
  expect(await languagesOf({ language: "en" })).toBeUndefined();
});
