import { describe, expect, test } from "bun:test";
import { ERROR_KINDS, SttError, type SttErrorKind } from "../../../src/errors.ts";
import { allowedMethods, errorResponse } from "../../../src/http/error-response.ts";

describe("the envelope", () => {
  test.each(Object.keys(ERROR_KINDS) as SttErrorKind[])("of %s has exactly the four keys", async (kind) => {
    const response = errorResponse(new SttError(kind, "What happened.", { param: "file" }));
    const { status, type, code } = ERROR_KINDS[kind];
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: { message: "What happened.", type, param: "file", code } });
  });

  test("leaves retrying to the client unless there is something to say", () => {
    const { headers } = errorResponse(new SttError("invalid_value", "No."));
    expect(headers.has("x-should-retry")).toBe(false);
    expect(headers.has("retry-after")).toBe(false);
  });
});

describe("allowed methods", () => {
  const routes = [
    { method: "GET", path: "/v1/models" },
    { method: "GET", path: "/v1/models/*" },
    { method: "DELETE", path: "/v1/models/:id" },
    { method: "POST", path: "/v1/audio/transcriptions" },
  ];
  test.each([
    ["/v1/models", ["GET", "HEAD"]],
    ["/v1/models/", ["GET", "HEAD"]],
    ["/v1/models/a", ["DELETE", "GET", "HEAD"]],
    ["/v1/models/a/b", ["GET", "HEAD"]],
    ["/v1/audio/transcriptions", ["POST"]],
    ["/v1xmodels", []],
    ["/", []],
  ])("of %s", (path, methods) => expect(allowedMethods(routes, path)).toEqual(methods));
});
