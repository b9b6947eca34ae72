import { beforeAll, describe, expect, test } from "bun:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import * as v from "valibot";
import { createDocument } from "../../../../src/http/docs/document.ts";
import { ANSWERS } from "../../../../src/http/docs/schemas.ts";
import { createFakeServer } from "../support.ts";

type Json = Record<string, unknown>;

let document: Json;
beforeAll(async () => {
  document = await createDocument("9.9.9");
});

function pathsOf(description: Json): string[] {
  return Object.entries(description["paths"] as Record<string, Json>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

test("an independent validator takes it for OpenAPI 3.0", async () => {
  const result = await new Validator().validate(structuredClone(document));
  expect(result.errors ?? []).toEqual([]);
  expect(result.valid).toBe(true);
  expect(document["openapi"]).toStartWith("3.0.");
});

test("every reference leads somewhere", () => {
  const text = JSON.stringify(document);
  const schemas = Object.keys((document["components"] as { schemas: Json }).schemas);
  const named = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1] ?? "");
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !schemas.includes(name))).toEqual([]);
  expect(text.match(/"\$ref"/g)).toHaveLength(named.length);
});

test("it has every route of the API, and no other", async () => {
  await using server = createFakeServer();
  const own = server.app.routes
    .filter(({ path }) => path.startsWith("/v1/") || path === "/health" || path === "/ready")
    .map(({ method, path }) => `${method} ${path.replace("*", "{model}")}`);
  expect(pathsOf(document).sort()).toEqual([...new Set(own)].sort());
});

test("every operation has a summary, a description, and says when it needs no key", () => {
  for (const [path, methods] of Object.entries(document["paths"] as Record<string, Record<string, Json>>)) {
    for (const operation of Object.values(methods)) {
      expect(operation).toMatchObject({ summary: expect.any(String), description: expect.any(String) });
      expect(operation["security"]).toEqual(path.startsWith("/v1/") ? undefined : []);
    }
  }
});

describe("examples of answers", () => {
  test.each(Object.entries(ANSWERS))("%s follows its schema", (_name, { schema, example }) => {
    expect(v.is(schema, example)).toBe(true);
  });
});

test("the server answers as the description says", async () => {
  await using server = createFakeServer();
  const answers = [
    ["/health", ANSWERS.Health.schema],
    ["/ready", ANSWERS.Ready.schema],
    ["/v1/models", ANSWERS.ModelList.schema],
    ["/v1/models/whisper-1", ANSWERS.Model.schema],
    ["/v1/nope", ANSWERS.Error.schema],
  ] as const;
  for (const [path, schema] of answers) {
    const body = await (await server.send(new Request(`http://localhost${path}`))).json();
    expect(Object.keys(body as object).sort()).toEqual(Object.keys(schema.entries).sort());
    expect(v.is(schema, body)).toBe(true);
  }
});
