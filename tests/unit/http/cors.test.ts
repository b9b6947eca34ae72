import { describe, expect, test } from "bun:test";
import { createCors } from "../../../src/http/cors.ts";
import { DEFAULT_CORS_ORIGINS } from "../../../src/setting-schemas.ts";
import { createFakeServer, segment, transcription } from "./support.ts";

const URL = "http://localhost/v1/audio/transcriptions";
const OBSIDIAN = "app://obsidian.md";

function ask(origin: string, origins: readonly string[] = DEFAULT_CORS_ORIGINS): Record<string, string> {
  return createCors(origins)(new Request(URL, { method: "POST", headers: { origin } }));
}

const allowed = (origin: string, origins?: readonly string[]) => ask(origin, origins)["access-control-allow-origin"];

describe("unless told otherwise", () => {
  test.each([
    OBSIDIAN,
    "capacitor://localhost",
    "ionic://localhost",
    "https://localhost",
    "http://localhost",
    "http://localhost:5173",
    "http://127.0.0.1:8100",
  ])("%s may call", (origin) => expect(allowed(origin)).toBe(origin));

  test.each([
    "https://example.com",
    "http://localhost.example.com",
    "http://localhost:80.example.com",
    "http://localhost:",
    "http://xlocalhost",
    "https://localhost:8443",
    "app://obsidian.md:1",
    "http://obsidian.md",
    "obsidian.md",
    "null",
    "*",
    "",
  ])("%p may not", (origin) => expect(allowed(origin)).toBeUndefined());
});

test("a list takes the place of the defaults", () => {
  expect(allowed("https://a.test", ["https://a.test"])).toBe("https://a.test");
  expect(allowed("https://A.test", ["https://a.test"])).toBe("https://A.test");
  expect(allowed("https://a.test:444", ["https://a.test"])).toBeUndefined();
  expect(allowed(OBSIDIAN, ["https://a.test"])).toBeUndefined();
});

test("* is everybody, and then caches need not tell origins apart", () => {
  expect(ask("https://any.test", ["*"])).toEqual({
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "x-request-id, retry-after, x-should-retry",
  });
});

test("credentials of the browser are never allowed", () => {
  expect(Object.keys(ask(OBSIDIAN))).not.toContain("access-control-allow-credentials");
});

function preflight(headers: Record<string, string>, path = "/v1/audio/transcriptions"): Request {
  return new Request(`http://localhost${path}`, {
    method: "OPTIONS",
    headers: { origin: OBSIDIAN, "access-control-request-method": "POST", ...headers },
  });
}

const config = { corsOrigins: DEFAULT_CORS_ORIGINS, apiKeys: ["secret"] };

describe("a pre-flight", () => {
  test("allows what clients send, as they asked for it, without a key", async () => {
    await using server = createFakeServer({ config });
    const asked =
      "Authorization, content-type, api-key, X-API-Key, x-stainless-os, openai-organization, cookie, x-evil";
    const response = await server.send(preflight({ "access-control-request-headers": asked }));
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toEqual({
      vary: "Origin",
      "x-request-id": expect.stringMatching(/^req_/),
      "access-control-allow-origin": OBSIDIAN,
      "access-control-expose-headers": "x-request-id, retry-after, x-should-retry",
      "access-control-allow-methods": "GET, HEAD, POST",
      "access-control-allow-headers":
        "authorization, content-type, api-key, x-api-key, x-stainless-os, openai-organization",
      "access-control-max-age": "7200",
    });
  });

  test("is answered for a path that is not there, so that the page can read the 404 that follows", async () => {
    await using server = createFakeServer({ config });
    expect((await server.send(preflight({}, "/nope"))).status).toBe(204);
  });

  test("from elsewhere allows nothing", async () => {
    await using server = createFakeServer({ config });
    const response = await server.send(preflight({ origin: "https://example.com" }));
    expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("is logged and counted like any request", async () => {
    await using server = createFakeServer({ config });
    await server.send(preflight({}));
    await server.activity.stop();
    expect(server.logs()).toMatchObject([{ method: "OPTIONS", status: 204 }]);
  });
});

test("OPTIONS that is no pre-flight names the methods", async () => {
  await using server = createFakeServer({ config });
  const response = await server.send(new Request(URL, { method: "OPTIONS" }));
  expect(response.headers.get("allow")).toBe("POST");
});

describe("a page may read", () => {
  const headers = { origin: OBSIDIAN };

  test("the answer", async () => {
    await using server = createFakeServer({ config: { corsOrigins: DEFAULT_CORS_ORIGINS } });
    const request = transcription();
    request.headers.set("origin", OBSIDIAN);
    const response = await server.send(request);
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBe(OBSIDIAN);
  });

  test("a stream", async () => {
    await using server = createFakeServer({
      config: { corsOrigins: DEFAULT_CORS_ORIGINS },
      transcribe: (_job, { onSegment }) => {
        onSegment(segment(" Hello"));
        return Promise.resolve({
          language: "en",
          audioSeconds: 1,
          timing: { queueMs: 0, decodeMs: 0, vadMs: 0, computeMs: 0 },
        });
      },
    });
    const request = transcription({ stream: "true" });
    request.headers.set("origin", OBSIDIAN);
    const response = await server.send(request);
    expect(response.headers.get("content-type")).toStartWith("text/event-stream");
    expect(response.headers.get("access-control-allow-origin")).toBe(OBSIDIAN);
    expect(response.headers.get("vary")).toBe("Origin");
    await response.text();
  });

  test.each([
    ["/v1/models", 401, config],
    ["/nope", 404, { corsOrigins: DEFAULT_CORS_ORIGINS }],
    ["/v1/audio/transcriptions", 405, { corsOrigins: DEFAULT_CORS_ORIGINS }],
  ])("the error of %s", async (path, status, settings) => {
    await using server = createFakeServer({ config: settings });
    const response = await server.send(new Request(`http://localhost${path}`, { headers }));
    expect(response.status).toBe(status);
    expect(response.headers.get("access-control-allow-origin")).toBe(OBSIDIAN);
    expect(response.headers.get("access-control-expose-headers")).toContain("x-request-id");
  });
});
