import { describe, expect, test } from "bun:test";
import { otherPaths, ownPath } from "../../../src/http/paths.ts";
import { createFakeServer, CLIP, errorOf, form } from "./support.ts";

describe("the own path", () => {
  test.each([
    ["/v1/models", "", "/v1/models"],
    ["/v1/models/", "", "/v1/models"],
    ["/stt/v1/models/", "/stt", "/v1/models"],
    ["/sttv1/models", "/stt", "/sttv1/models"],
    ["/a/b/health", "/a/b", "/health"],
    ["/stt", "/stt", "/"],
    ["/stt/", "/stt", "/"],
    ["/", "/stt", "/"],
  ])("of %s under '%s' is %s", (path, basePath, own) => expect(ownPath(path, basePath)).toBe(own));
});

describe("other paths", () => {
  test.each([
    ["/v1/models", "", ["/models"]],
    ["/v1/models/*", "/stt", ["/models/*", "/stt/v1/models/*", "/stt/models/*"]],
    ["/health", "", []],
    ["/health", "/stt", ["/stt/health"]],
    ["/v10/x", "", []],
  ])("of %s under '%s'", (path, basePath, others) => expect(otherPaths(path, basePath)).toEqual(others));
});

describe.each(["", "/v1", "/stt/v1", "/stt"])("with the base URL %s", (prefix) => {
  const config = { basePath: "/stt" };
  const url = (path: string) => `http://localhost${prefix}${path}`;

  test.each(["/audio/transcriptions", "/audio/transcriptions/"])("POST %s transcribes", async (path) => {
    await using server = createFakeServer({ config });
    const body = form({ file: CLIP, model: "whisper-1" });
    const response = await server.send(new Request(url(path), { method: "POST", body }));
    expect(await response.json()).toMatchObject({ text: "Hello world." });
  });

  test.each(["/models", "/models/"])("GET %s lists models", async (path) => {
    await using server = createFakeServer({ config });
    expect(await (await server.send(new Request(url(path)))).json()).toMatchObject({ object: "list" });
  });

  test.each(["/models/whisper-1", "/models/whisper-1/"])("GET %s finds one", async (path) => {
    await using server = createFakeServer({ config });
    expect(await (await server.send(new Request(url(path)))).json()).toMatchObject({ id: "whisper-1" });
  });

  test("a wrong method answers 405 and names the right one", async () => {
    await using server = createFakeServer({ config });
    const response = await server.send(new Request(url("/audio/transcriptions/")));
    expect(response.headers.get("allow")).toBe("POST");
    expect(await errorOf(response)).toMatchObject({ status: 405, code: "method_not_allowed" });
  });

  test("an unknown path answers 404", async () => {
    await using server = createFakeServer({ config });
    expect(await errorOf(await server.send(new Request(url("/audio/nope"))))).toMatchObject({ status: 404 });
  });
});

test("without a base path there is nothing below one", async () => {
  await using server = createFakeServer();
  expect((await server.send(new Request("http://localhost/stt/v1/models"))).status).toBe(404);
});
