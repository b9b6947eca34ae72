import { describe, expect, test } from "bun:test";
import { groupFields, parseTranscriptionFields, RESPONSE_FORMATS, type FormEntry } from "../../../src/http/fields.ts";
import { SttError } from "../../../src/errors.ts";

describe("grouping", () => {
  test("lists may be written with brackets, with indices, or by repetition", () => {
    const entries: FormEntry[] = [
      ["words[]", "a"],
      ["words[0]", "b"],
      ["words", "c"],
      ["chunking_strategy[type]", "server_vad"],
    ];
    expect([...groupFields(entries)]).toEqual([
      ["words", ["a", "b", "c"]],
      ["chunking_strategy[type]", ["server_vad"]],
    ]);
  });

  test("empty values are unset fields", () => {
    expect(
      groupFields([
        ["language", ""],
        ["prompt", "  "],
      ]).size,
    ).toBe(0);
  });
});

describe("transcription fields", () => {
  test("have defaults", () => {
    expect(parseTranscriptionFields([])).toEqual({ prompt: "", temperature: 0, response_format: "json" });
  });

  test("keep the prompt's own spaces and ignore what is unknown", () => {
    const entries: FormEntry[] = [
      ["prompt", " Kura, "],
      ["vad_filter", "false"],
      ["__proto__", "x"],
      ["constructor", "x"],
    ];
    expect(parseTranscriptionFields(entries)).toEqual({ prompt: " Kura, ", temperature: 0, response_format: "json" });
  });

  test("of a field that comes twice the last one counts", () => {
    const entries: FormEntry[] = [
      ["model", "a"],
      ["model", "b"],
    ];
    expect(parseTranscriptionFields(entries).model).toBe("b");
  });

  test.each([
    ["0", 0],
    ["1", 1],
    [" 0.25 ", 0.25],
    [".5", 0.5],
  ])("temperature %p is %d", (written, value) => {
    expect(parseTranscriptionFields([["temperature", written]]).temperature).toBe(value);
  });

  test.each(["hot", "-0.1", "1.01", "NaN", "Infinity", "0x1", "1e-1", "0,5"])(
    "temperature %p is refused",
    (written) => {
      expect(() => parseTranscriptionFields([["temperature", written]])).toThrow(/'temperature'.*from 0 to 1.*got/);
    },
  );

  test("every response format of the list is accepted, others are named in the error", () => {
    for (const format of RESPONSE_FORMATS) {
      expect(parseTranscriptionFields([["response_format", format]]).response_format).toBe(format);
    }
    expect(() => parseTranscriptionFields([["response_format", "docx"]])).toThrow(SttError);
    expect(() => parseTranscriptionFields([["response_format", "docx"]])).toThrow(/json, text.*'docx'/);
  });
});
