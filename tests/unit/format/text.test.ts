import { expect, test } from "bun:test";
import { formatText } from "../../../src/format/text.ts";

test("text is the bare transcript and one newline", () => {
  expect(formatText([{ text: ' Say "hi".' }, { text: " Bye.\n" }])).toBe('Say "hi". Bye.\n');
  expect(formatText([])).toBe("\n");
});
