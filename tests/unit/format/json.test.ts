import { expect, test } from "bun:test";
import { formatJson } from "../../../src/format/json.ts";

test("json carries the text and the duration rounded up", () => {
  expect(formatJson([{ text: " Hi." }], 8.47)).toEqual({ text: "Hi.", usage: { type: "duration", seconds: 9 } });
  expect(formatJson([], 9)).toEqual({ text: "", usage: { type: "duration", seconds: 9 } });
});
