import { describe, expect, test } from "bun:test";
import { createFakeServer } from "../support.ts";

const get = (path: string) => new Request(`http://localhost${path}`);

describe.each(["", "/stt"])("under the base path '%s'", (base) => {
  test.each(["/swagger", "/swagger/", "/docs", "/docs/"])("%s is the page, with its policy", async (path) => {
    await using server = createFakeServer({ config: { basePath: "/stt" } });
    const response = await server.send(get(base + path));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await response.text()).toContain('id="swagger-ui"');
  });

  test.each([
    ["/swagger/json", ".."],
    ["/docs/json", ".."],
    ["/openapi.json", "."],
  ])("%s is the description; it leads to the server's root", async (path, root) => {
    await using server = createFakeServer({ config: { basePath: "/stt" } });
    const document = (await (await server.send(get(base + path))).json()) as {
      openapi: string;
      servers: { url: string }[];
    };
    expect(document).toMatchObject({ openapi: expect.stringMatching(/^3\.0/), servers: [{ url: root }] });
    expect(new URL(root, `http://localhost${base}${path}`).pathname).toBe(`${base}/`);
  });

  test.each([
    ["swagger-ui-bundle.js", "text/javascript", 1_000_000],
    ["swagger-ui.css", "text/css", 100_000],
    ["favicon-32x32.png", "image/png", 500],
    ["start.js", "text/javascript", 500],
  ])("%s is sent whole, and may be cached", async (name, type, minBytes) => {
    await using server = createFakeServer({ config: { basePath: "/stt" } });
    const response = await server.send(get(`${base}/docs/${name}?v=1`));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toStartWith(type);
    expect(response.headers.get("cache-control")).toContain("max-age");
    expect((await response.bytes()).byteLength).toBeGreaterThan(minBytes);
  });
});

test("the page needs no key", async () => {
  await using server = createFakeServer({ config: { apiKeys: ["secret"] } });
  for (const path of ["/swagger", "/docs/", "/swagger/json", "/openapi.json", "/docs/start.js"]) {
    expect((await server.send(get(path))).status).toBe(200);
  }
});

test("there is nothing else below the page", async () => {
  await using server = createFakeServer();
  expect((await server.send(get("/swagger/package.json"))).status).toBe(404);
});
