import { expect, test } from "bun:test";
import { SttError } from "../../../src/errors.ts";
import { packError, unpackError } from "../../../src/engine/wire-error.ts";

test("an SttError survives the way", () => {
  const error = unpackError(packError(new SttError("audio_too_short", "too short", { param: "file" })));
  expect(error).toMatchObject({ kind: "audio_too_short", message: "too short", param: "file", status: 400 });
});

test("the text of an unknown error stays behind", () => {
  const packed = packError(new Error("/secret/path is broken"));
  expect(packed.kind).toBe("internal_error");
  expect(packed.message).not.toContain("secret");
});

test("a kind that is not known becomes internal_error", () => {
  expect(unpackError({ kind: "toString", message: "x", param: null }).kind).toBe("internal_error");
});
