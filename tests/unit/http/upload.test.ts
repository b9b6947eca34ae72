import { describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { createFakeServer, CLIP, errorOf, form, RESULT, transcription, TRANSCRIPTIONS } from "./support.ts";

const MIB = 1024 * 1024;
const BOUNDARY = "xyzzy";

/** A request with a body written by hand; `body` may be a stream, which is sent in chunks and without a length. */
function multipart(body: string | ReadableStream, contentType = `multipart/form-data; boundary=${BOUNDARY}`): Request {
  return new Request(TRANSCRIPTIONS, { method: "POST", body, headers: { "content-type": contentType } });
}

function part(headers: string, content: string): string {
  return `--${BOUNDARY}\r\nContent-Disposition: form-data; ${headers}\r\n\r\n${content}\r\n`;
}

const END = `--${BOUNDARY}--\r\n`;
const MODEL = part('name="model"', "whisper-1");

describe("accepted", () => {
  const cases: [string, string][] = [
    ["the file first and the fields after it", part('name="file"; filename="a.wav"', "RIFF") + MODEL + END],
    ["a file part without a file name", part('name="file"', "RIFF") + MODEL + END],
    ["an epilogue after the end", part('name="file"; filename=""', "RIFF") + MODEL + END + "more"],
    ["another file part beside the file", part('name="x"; filename="x"', "1") + part('name="file"', "2") + MODEL + END],
    ["unquoted names", part("name=file; filename=a.wav", "RIFF") + MODEL + END],
  ];
  test.each(cases)("%s", async (_name, body) => {
    await using server = createFakeServer();
    expect((await server.send(multipart(body))).status).toBe(200);
    expect(server.files()).toEqual([]);
  });

  test("a body sent in pieces without a length, over a socket", async () => {
    const text = part('name="file"; filename="a.wav"', "R".repeat(5000)) + MODEL + END;
    let size = 0;
    await using server = createFakeServer({
      transcribe: (job) => {
        size = Bun.file(job.path).size;
        return Promise.resolve(RESULT);
      },
    });
    server.app.listen({ port: 0, hostname: "127.0.0.1" });
    const pieces = text.match(/[^]{1,7}/g) ?? [];
    const body = new ReadableStream({
      pull(controller) {
        const piece = pieces.shift();
        if (piece === undefined) controller.close();
        else controller.enqueue(new TextEncoder().encode(piece));
      },
    });
    const request = multipart(body);
    const url = `http://127.0.0.1:${server.app.server?.port}/v1/audio/transcriptions`;
    const response = await fetch(url, { method: "POST", headers: request.headers, body: request.body });
    expect(response.status).toBe(200);
    expect(size).toBe(5000);
  });

  test("a file of exactly the limit", async () => {
    await using server = createFakeServer({ maxUploadBytes: MIB });
    expect((await server.send(transcription({ file: new Blob([new Uint8Array(MIB)]) }))).status).toBe(200);
  });
});

describe("refused", () => {
  const cases: [string, Request, object][] = [
    ["no file", multipart(MODEL + END), { status: 400, param: "file", code: "missing_required_parameter" }],
    [
      "a file of another name",
      multipart(part('name="audio"; filename="a"', "x") + MODEL + END),
      { status: 400, param: "file" },
    ],
    [
      "two files",
      multipart(part('name="file"; filename="a"', "x") + part('name="file"; filename="b"', "x") + MODEL + END),
      { status: 400, param: "file" },
    ],
    [
      "500 fields",
      multipart(MODEL + part('name="x"', "1").repeat(500) + part('name="file"; filename="a"', "x") + END),
      { status: 400, code: "malformed_body" },
    ],
    [
      "a field of 10 MB",
      multipart(part('name="file"; filename="a"', "x") + part('name="prompt"', "p".repeat(10_000_000)) + MODEL + END),
      { status: 400, param: "prompt" },
    ],
    ["no boundary", multipart("x", "multipart/form-data"), { status: 400, code: "malformed_body" }],
    [
      "another boundary than announced",
      multipart(MODEL.replaceAll(BOUNDARY, "other")),
      { status: 400, code: "malformed_body" },
    ],
    ["a body cut short in the file", multipart(MODEL + part('name="file"; filename="a"', "x")), { status: 400 }],
    ["a body cut short in a field", multipart(MODEL.slice(0, -8)), { status: 400, code: "malformed_body" }],
    ["an empty body", multipart(""), { status: 400, code: "malformed_body" }],
    ["a form that ends before it begins", multipart(END + MODEL + END), { status: 400, param: "file" }],
    ["a body that is XML", multipart("<a/>", "application/xml"), { status: 415, code: "unsupported_content_type" }],
    ["url-encoded fields", multipart("model=x", "application/x-www-form-urlencoded"), { status: 415 }],
    ["no body at all", new Request(TRANSCRIPTIONS, { method: "POST" }), { status: 415 }],
  ];
  test.each(cases)("%s", async (_name, request, expected) => {
    await using server = createFakeServer();
    const error = await errorOf(await server.send(request));
    expect(error).toMatchObject(expected);
    expect(error.type).toBe("invalid_request_error");
    expect(server.jobs).toEqual([]);
    expect(server.files()).toEqual([]);
  });

  test("a file over the limit, as 413 with the limit in the text", async () => {
    await using server = createFakeServer({ maxUploadBytes: MIB });
    const error = await errorOf(await server.send(transcription({ file: new Blob([new Uint8Array(MIB + 1)]) })));
    expect(error).toMatchObject({ status: 413, param: "file", message: expect.stringContaining("1 MiB") });
    expect(server.files()).toEqual([]);
  });

  test("an endless preamble", async () => {
    await using server = createFakeServer({ maxUploadBytes: MIB });
    const piece = new Uint8Array(MIB).fill(97);
    const body = new ReadableStream({ pull: (controller) => controller.enqueue(piece) });
    expect(await errorOf(await server.send(multipart(body)))).toMatchObject({ status: 413 });
  });

  test("an upload folder that cannot be written to, as our own fault and without its path", async () => {
    await using server = createFakeServer();
    await Bun.$`rmdir ${server.uploadDir}`;
    const error = await errorOf(await server.send(transcription()));
    expect(error).toMatchObject({ status: 500, type: "server_error" });
    expect(error.message).not.toContain(server.uploadDir);
  });
});

describe("over a socket", () => {
  test("a client gets its 413 however much it still wants to send, and the next request works", async () => {
    await using server = createFakeServer({ maxUploadBytes: MIB });
    server.app.listen({ port: 0, hostname: "127.0.0.1" });
    const url = `http://127.0.0.1:${server.app.server?.port}/v1/audio/transcriptions`;
    for (const size of [3 * MIB, 60 * MIB]) {
      const body = form({ file: new Blob([new Uint8Array(size)]), model: "nano" });
      const response = await fetch(url, { method: "POST", body });
      expect(await errorOf(response)).toMatchObject({ status: 413, code: "content_too_large" });
    }
    expect((await fetch(url, { method: "POST", body: form({ file: CLIP, model: "nano" }) })).status).toBe(200);
    expect(server.files()).toEqual([]);
  });

  test("a client that leaves during its upload leaves no file behind", async () => {
    await using server = createFakeServer();
    server.app.listen({ port: 0, hostname: "127.0.0.1" });
    const socket = connect(server.app.server?.port ?? 0, "127.0.0.1");
    const head = `POST /v1/audio/transcriptions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000000\r\n`;
    socket.write(`${head}Content-Type: multipart/form-data; boundary=${BOUNDARY}\r\n\r\n`);
    socket.write(part('name="file"; filename="a.wav"', "R".repeat(500_000)));
    while (server.files().length === 0) await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
    await server.activity.stop();
    expect(server.files()).toEqual([]);
    expect(server.logs()).toMatchObject([{ status: 499 }]);
  });
});
