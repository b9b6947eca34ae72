import { expect, test } from "bun:test";
import { ERROR_KINDS, SttError, toSttError } from "../../src/errors.ts";

test("an error has its kind's status and code, its field and its cause", () => {
  const cause = new Error("below");
  const error = new SttError("too_large", "Too large.", { param: "file", cause });
  expect(error).toMatchObject({ status: 413, code: "content_too_large", param: "file", cause, message: "Too large." });
  expect(new SttError("not_ready", "Wait.", { retryAfterSeconds: 2 })).toMatchObject({
    param: null,
    retryAfterSeconds: 2,
  });
});

test("a client's fault is never a 5xx: the official clients would send it again", () => {
  for (const kind of Object.values(ERROR_KINDS)) {
    expect(kind.status >= 500).toBe(kind.type === "server_error");
  }
});

test("an unknown error becomes one whose text says nothing of it", () => {
  const unknown = new TypeError("secret");
  const error = toSttError(unknown);
  expect(error).toMatchObject({ status: 500, cause: unknown });
  expect(error.message).not.toContain("secret");
  expect(toSttError(error)).toBe(error);
});
