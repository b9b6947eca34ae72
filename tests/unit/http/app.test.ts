import { describe, expect, test } from "bun:test";
import { SttError } from "../../../src/errors.ts";
import { createFakeServer, errorOf, transcription } from "./support.ts";

/** An engine's `transcribe` that fails. */
function failWith(reason: Error) {
  return () => Promise.reject(reason);
}

const REQUEST_ID = /^req_[0-9a-f]{32}$/;

describe("every response", () => {
  const cases: [string, string, number][] = [
    ["GET", "/health", 200],
    ["HEAD", "/health", 200],
    ["HEAD", "/ready", 200],
    ["GET", "/health/", 200],
    ["OPTIONS", "/v1/models", 204],
    ["GET", "/nope", 404],
    ["HEAD", "/nope", 404],
    ["OPTIONS", "/nope", 404],
    ["DELETE", "/health", 405],
    ["GET", "/v1/audio/transcriptions", 405],
    ["POST", "/v1/audio/transcriptions", 415],
  ];
  test.each(cases)("%s %s answers %d with x-request-id, also over a socket", async (method, path, status) => {
    await using server = createFakeServer();
    const direct = await server.send(new Request(`http://localhost${path}`, { method }));
    server.app.listen({ port: 0, hostname: "127.0.0.1" });
    const overSocket = await fetch(`http://127.0.0.1:${server.app.server?.port}${path}`, { method });
    for (const response of [direct, overSocket]) {
      expect(response.status).toBe(status);
      expect(response.headers.get("x-request-id")).toMatch(REQUEST_ID);
    }
    expect(direct.headers.get("x-request-id")).not.toBe(overSocket.headers.get("x-request-id"));
  });
});

describe("errors", () => {
  test("an unknown route answers 404 in the OpenAI shape", async () => {
    await using server = createFakeServer();
    const response = await server.send(new Request("http://localhost/v1/nope"));
    expect(response.headers.get("content-type")).toContain("application/json");
    expect(await errorOf(response)).toEqual({
      status: 404,
      message: expect.stringContaining("/v1/nope"),
      type: "invalid_request_error",
      param: null,
      code: "unknown_url",
    });
  });

  test("a wrong method answers 405 and names the right ones", async () => {
    await using server = createFakeServer();
    const response = await server.send(new Request("http://localhost/v1/models/a/b", { method: "PUT" }));
    expect(response.headers.get("allow")).toBe("GET, HEAD");
    expect(await errorOf(response)).toMatchObject({ status: 405, code: "method_not_allowed" });
  });

  test("the text of an unknown error stays in the log", async () => {
    await using server = createFakeServer({ transcribe: failWith(new Error("secret detail")) });
    const response = await server.send(transcription());
    expect(response.status).toBe(500);
    const body = await response.text();
    expect(body).not.toContain("secret");
    expect(JSON.parse(body)).toMatchObject({ error: { type: "server_error", param: null, code: null } });
    await server.activity.stop();
    expect(JSON.stringify(server.logs())).toContain("secret detail");
  });

  test("an error may forbid or delay another try", async () => {
    await using first = createFakeServer({ transcribe: failWith(new SttError("engine_crashed", "twice")) });
    expect((await first.send(transcription())).headers.get("x-should-retry")).toBe("false");
    const busy = new SttError("overloaded", "busy", { retryAfterSeconds: 1.2 });
    await using second = createFakeServer({ transcribe: failWith(busy) });
    const response = await second.send(transcription());
    expect(response.headers.get("x-should-retry")).toBe("true");
    expect(response.headers.get("retry-after")).toBe("2");
  });
});

describe("the request log", () => {
  test("has one line a request with its facts and no transcript", async () => {
    await using server = createFakeServer();
    const response = await server.send(transcription());
    await server.send(new Request("http://localhost/nope?api_key=abc"));
    await server.activity.stop();
    expect(server.logs()).toHaveLength(2);
    expect(server.logs()[0]).toMatchObject({
      level: "info",
      requestId: response.headers.get("x-request-id"),
      route: "/v1/audio/transcriptions",
      status: 200,
      audioSeconds: 2.3,
      queueMs: 1,
      decodeMs: 9,
      computeMs: 120,
    });
    expect(server.logs()[1]).toMatchObject({ route: "unknown", status: 404, code: "unknown_url" });
    expect(JSON.stringify(server.logs())).not.toMatch(/Hello|abc/);
  });
});

describe("shutting down", () => {
  test("refuses new transcriptions and waits for the one in hand", async () => {
    const finish = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    await using server = createFakeServer({
      transcribe: async () => {
        started.resolve();
        await finish.promise;
        return { language: "en", audioSeconds: 1, timing: { queueMs: 0, decodeMs: 0, vadMs: 0, computeMs: 0 } };
      },
    });
    const running = server.send(transcription());
    await started.promise;
    let idle = false;
    const stopped = server.activity.stop().then(() => (idle = true));
    expect(await errorOf(await server.send(transcription()))).toMatchObject({ status: 503, code: "shutting_down" });
    expect(idle).toBe(false);
    finish.resolve();
    expect((await running).status).toBe(200);
    await stopped;
  });
});
