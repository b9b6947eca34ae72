import { expect, test } from "bun:test";
import { Readable } from "node:stream";
import { receiveUpload } from "../../../src/http/upload.ts";
import { receiveJson } from "../../../src/http/json-body.ts";
import { untilStalled } from "../../../src/http/stalled.ts";
import { createFakeServer, TRANSCRIPTIONS } from "./support.ts";

const STALL_MS = 20;
const HEADER = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\n\r\nRIFF';

/** A body that begins and then never goes on. */
function stalledRequest(contentType: string, beginning: string): Request {
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(beginning)),
  });
  return new Request(TRANSCRIPTIONS, { method: "POST", body, headers: { "content-type": contentType } });
}

test("pieces that come in time are all passed on", async () => {
  const pieces = Readable.from([1, 2, 3]);
  expect(await Array.fromAsync(untilStalled(pieces, STALL_MS))).toEqual([1, 2, 3]);
});

test.each([
  ["form", "multipart/form-data; boundary=b", HEADER, receiveUpload],
  ["JSON", "application/json", '{"input_audio":{"data":"UklG', receiveJson],
])("a %s that stops halfway is answered with 408, and its file is removed", async (_name, type, beginning, receive) => {
  await using server = createFakeServer();
  const options = { directory: server.uploadDir, maxFileBytes: 1000, stallMs: STALL_MS };
  const error = await receive(stalledRequest(type, beginning), options).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ kind: "request_timeout", status: 408 });
  expect(server.files()).toEqual([]);
});
