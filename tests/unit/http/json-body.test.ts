import { describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { receiveJson } from "../../../src/http/json-body.ts";

const AUDIO = crypto.getRandomValues(new Uint8Array(10_001));
const BASE64 = Buffer.from(AUDIO).toString("base64");

/** Sends the text in pieces of some size and tells what arrived. */
async function receive(text: string, { pieceBytes = 1 << 20, maxFileBytes = 20_000 } = {}) {
  const directory = mkdtempSync(join(tmpdir(), "stt-test-"));
  const bytes = Buffer.from(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, i) =>
    Uint8Array.from(bytes.subarray(i * pieceBytes, (i + 1) * pieceBytes)),
  );
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  const request = new Request("http://localhost/", { method: "POST", body });
  try {
    await using upload = await receiveJson(request, { directory, maxFileBytes });
    return { fields: upload.fields, audio: await Bun.file(upload.path).bytes() };
  } finally {
    expect(readdirSync(directory)).toEqual([]);
    rmSync(directory, { recursive: true });
  }
}

const refuse = (text: string, options?: Parameters<typeof receive>[1]) =>
  receive(text, options).catch((error) => error);

test("audio goes to a file, members become fields", async () => {
  const body = {
    model: "whisper-1",
    temperature: 0.5,
    language: null,
    stream: true,
    languages: ["de", "fr"],
    chunking_strategy: { type: "server_vad" },
    input_audio: { data: BASE64, format: "mp3" },
    prompt: 'a "quoted" \\ word',
  };
  const { fields, audio } = await receive(JSON.stringify(body));
  expect(audio).toEqual(AUDIO);
  expect(fields).toEqual([
    ["model", "whisper-1"],
    ["temperature", "0.5"],
    ["stream", "true"],
    ["languages[]", "de"],
    ["languages[]", "fr"],
    ["chunking_strategy", '{"type":"server_vad"}'],
    ["prompt", 'a "quoted" \\ word'],
  ]);
});

test.each([1, 2, 3, 7, 1000])("pieces of %d bytes make no difference", async (pieceBytes) => {
  const text = `{ "x": {"data": "no"}, "input_audio" : {"format":"wav", "data" :\n"${BASE64}"} , "model":"m"}`;
  const { fields, audio } = await receive(text, { pieceBytes });
  expect(audio).toEqual(AUDIO);
  expect(fields).toEqual([
    ["x", '{"data":"no"}'],
    ["model", "m"],
  ]);
});

test.each([
  ["escaped slashes, as PHP writes them", BASE64.replaceAll("/", "\\/")],
  ["escaped plus signs, as .NET writes them", BASE64.replaceAll("+", "\\u002B")],
  ["line breaks", BASE64.replaceAll(/.{76}/g, "$&\\r\\n")],
  ["a data URL", `data:audio/wav;base64,${BASE64}`],
  ["no padding", BASE64.replace(/=+$/, "")],
  ["the alphabet of URLs", BASE64.replaceAll("+", "-").replaceAll("/", "_")],
])("base64 may have %s", async (_what, data) => {
  for (const pieceBytes of [5, 4096]) {
    expect((await receive(`{"input_audio":{"data":"${data}"}}`, { pieceBytes })).audio).toEqual(AUDIO);
  }
});

describe("is refused:", () => {
  test.each([
    ["no audio", '{"model":"m"}', { kind: "missing_field", param: "input_audio" }],
    ["audio that is no object", '{"input_audio":"AAAA"}', { kind: "missing_field", param: "input_audio" }],
    ["empty audio", '{"input_audio":{"data":""}}', { kind: "invalid_value", param: "input_audio" }],
    ["audio that is no base64", '{"input_audio":{"data":"?!*("}}', { kind: "invalid_value", param: "input_audio" }],
    ["padding in the middle", '{"input_audio":{"data":"AA==AAAAAAAAAAAA"}}', { kind: "invalid_value" }],
    ["a body cut short", `{"input_audio":{"data":"${BASE64.slice(0, 400)}`, { kind: "malformed_body" }],
    ["a body that is no JSON", "model=whisper-1", { kind: "malformed_body" }],
    ["a list", "[1,2]", { kind: "malformed_body" }],
    ["nothing", "", { kind: "malformed_body" }],
  ])("%s", async (_what, text, expected) => {
    expect(await refuse(text)).toMatchObject(expected);
  });

  test("audio above the limit, without reading on", async () => {
    const error = await refuse(`{"input_audio":{"data":"${BASE64}"}}`, { maxFileBytes: 10_000, pieceBytes: 1000 });
    expect(error).toMatchObject({ kind: "too_large", status: 413 });
  });

  test("more than a mebibyte of other members", async () => {
    const text = JSON.stringify({ prompt: "x".repeat(1_100_000), input_audio: { data: "AAAA" } });
    expect(await refuse(text)).toMatchObject({ kind: "malformed_body" });
  });
});
