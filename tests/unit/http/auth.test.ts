import { describe, expect, test } from "bun:test";
import { createFakeServer, errorOf, transcription } from "./support.ts";

const KEYS = ["first-key", "second:key"];
const MODELS = "http://localhost/v1/models";

function withKeys() {
  return createFakeServer({ config: { apiKeys: KEYS, basePath: "/stt" } });
}

async function statusWith(headers: Record<string, string>, url = MODELS): Promise<number> {
  await using server = withKeys();
  return (await server.send(new Request(url, { headers }))).status;
}

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

describe("a key is accepted", () => {
  test.each<[string, Record<string, string>]>([
    ["as Bearer", { authorization: "Bearer first-key" }],
    ["as bearer in lower case", { authorization: "bearer first-key" }],
    ["in api-key", { "api-key": "second:key" }],
    ["in X-API-Key", { "X-API-Key": "first-key" }],
    ["as the password of Basic", { authorization: basic("anybody:second:key") }],
    ["as the password of Basic without a user", { authorization: basic(":first-key") }],
    ["beside a wrong one in another header", { authorization: "Bearer proxy-token", "x-api-key": "first-key" }],
  ])("%s", async (_how, headers) => expect(await statusWith(headers)).toBe(200));
});

describe("refused with 401 is", () => {
  test.each<[string, Record<string, string>]>([
    ["a request without a key", {}],
    ["an empty Bearer", { authorization: "Bearer " }],
    ["a key of nobody", { authorization: "Bearer third-key" }],
    ["the beginning of a key", { authorization: "Bearer first-ke" }],
    ["a key and more", { authorization: "Bearer first-key2" }],
    ["both keys at once", { authorization: "Bearer first-key,second:key" }],
    ["a key in another case", { authorization: "Bearer FIRST-KEY" }],
    ["a key without its scheme", { authorization: "first-key" }],
    ["a key as the user of Basic", { authorization: basic("first-key:") }],
    ["what is not base64", { authorization: "Basic first-key" }],
  ])("%s", async (_what, headers) => expect(await statusWith(headers)).toBe(401));
});

test("the answer to a wrong key has OpenAI's shape, a challenge, and nothing of the key", async () => {
  await using server = withKeys();
  const response = await server.send(new Request(MODELS, { headers: { authorization: "Bearer sk-mine" } }));
  expect(response.headers.get("www-authenticate")).toBe('Bearer realm="tiflis-stt"');
  expect(response.headers.get("x-request-id")).toStartWith("req_");
  const error = await errorOf(response);
  expect(error).toMatchObject({ status: 401, type: "invalid_request_error", param: null, code: "invalid_api_key" });
  expect(error.message).not.toContain("sk-mine");
  await server.activity.stop();
  expect(server.logs()).toMatchObject([{ status: 401, code: "invalid_api_key" }]);
  expect(JSON.stringify(server.logs())).not.toMatch(/sk-mine|first-key/);
});

describe("without a key", () => {
  test.each(["/health", "/ready", "/health/", "/swagger", "/docs/", "/swagger/json", "/openapi.json", "/stt/health"])(
    "%s answers",
    async (path) => expect(await statusWith({}, `http://localhost${path}`)).toBe(200),
  );

  test.each([
    "/v1/models",
    "/models",
    "/stt/v1/models",
    "/stt/models/",
    "/nope",
    "/",
    "/healthy",
    "/swagger/../v1/models",
    "//health/../v1/models",
    "/v1/models/swagger",
    "/stt/stt/health",
  ])("%s does not", async (path) => expect(await statusWith({}, `http://localhost${path}`)).toBe(401));

  test("a pre-flight is answered: browsers send no key with it", async () => {
    await using server = withKeys();
    expect((await server.send(new Request(MODELS, { method: "OPTIONS" }))).status).toBe(204);
  });

  test("an upload is refused before a byte of it is stored", async () => {
    await using server = withKeys();
    expect((await server.send(transcription())).status).toBe(401);
    expect(server.jobs).toEqual([]);
    expect(server.files()).toEqual([]);
  });
});

describe("where the server has no keys", () => {
  test.each<[Record<string, string>]>([[{}], [{ authorization: "Bearer " }], [{ authorization: "Bearer anything" }]])(
    "%j passes",
    async (headers) => {
      await using server = createFakeServer();
      expect((await server.send(new Request(MODELS, { headers }))).status).toBe(200);
    },
  );
});
