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

/** What clients see, byte for byte: status, body, and the headers that clients act on. */
const GOLDEN: [SttErrorKind, string | null, number, string, Record<string, string>][] = [
  ["invalid_value", "file", 400, '"type":"invalid_request_error","param":"file","code":"invalid_value"', {}],
  ["unsupported_value", "model", 400, '"type":"invalid_request_error","param":"model","code":"unsupported_value"', {}],
  [
    "missing_field",
    "file",
    400,
    '"type":"invalid_request_error","param":"file","code":"missing_required_parameter"',
    {},
  ],
  ["malformed_body", null, 400, '"type":"invalid_request_error","param":null,"code":"malformed_body"', {}],
  ["unreadable_audio", "file", 400, '"type":"invalid_request_error","param":"file","code":"unsupported_format"', {}],
  ["audio_too_short", "file", 400, '"type":"invalid_request_error","param":"file","code":"audio_too_short"', {}],
  [
    "invalid_api_key",
    null,
    401,
    '"type":"invalid_request_error","param":null,"code":"invalid_api_key"',
    { "www-authenticate": 'Bearer realm="tiflis-stt"' },
  ],
  ["unknown_route", null, 404, '"type":"invalid_request_error","param":null,"code":"unknown_url"', {}],
  ["unknown_model", "model", 404, '"type":"invalid_request_error","param":"model","code":"model_not_found"', {}],
  ["wrong_method", null, 405, '"type":"invalid_request_error","param":null,"code":"method_not_allowed"', {}],
  ["request_timeout", null, 408, '"type":"invalid_request_error","param":null,"code":"request_timeout"', {}],
  ["too_large", "file", 413, '"type":"invalid_request_error","param":"file","code":"content_too_large"', {}],
  [
    "wrong_content_type",
    null,
    415,
    '"type":"invalid_request_error","param":null,"code":"unsupported_content_type"',
    {},
  ],
  [
    "overloaded",
    null,
    429,
    '"type":"rate_limit_error","param":null,"code":"rate_limit_exceeded"',
    { "retry-after": "1", "x-should-retry": "true" },
  ],
  ["client_closed", null, 499, '"type":"invalid_request_error","param":null,"code":"client_closed_request"', {}],
  ["internal_error", null, 500, '"type":"server_error","param":null,"code":null', {}],
  [
    "engine_crashed",
    null,
    500,
    '"type":"server_error","param":null,"code":"engine_crashed"',
    { "x-should-retry": "false" },
  ],
  [
    "not_ready",
    null,
    503,
    '"type":"server_error","param":null,"code":"model_not_ready"',
    { "retry-after": "1", "x-should-retry": "true" },
  ],
  [
    "model_unavailable",
    null,
    503,
    '"type":"server_error","param":null,"code":"model_unavailable"',
    { "x-should-retry": "false" },
  ],
  [
    "shutting_down",
    null,
    503,
    '"type":"server_error","param":null,"code":"shutting_down"',
    { "retry-after": "1", "x-should-retry": "true" },
  ],
];

describe("the bytes", () => {
  test.each(GOLDEN)("of %s about %p are those of %d", async (kind, param, status, rest, headers) => {
    const response = errorResponse(new SttError(kind, 'Say "why".', param === null ? {} : { param }));
    expect(response.status).toBe(status);
    expect(await response.text()).toBe(`{"error":{"message":"Say \\"why\\".",${rest}}}`);
    expect(Object.fromEntries(response.headers)).toEqual({
      "content-type": "application/json;charset=utf-8",
      ...headers,
    });
  });

  test("of every status there is, and never 422", () => {
    const statuses = new Set<number>(Object.values(ERROR_KINDS).map(({ status }) => status));
    expect([...statuses].filter((status) => !GOLDEN.some((row) => row[2] === status))).toEqual([]);
    expect(statuses.has(422)).toBe(false);
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
