import { expect, test } from "bun:test";
import { readFields, type FormEntry } from "../../../src/http/form-fields.ts";

const SHAPES = { model: "text", languages: "words", keywords: "lines", chunking_strategy: "object" } as const;
const read = (...entries: FormEntry[]) => readFields(entries, SHAPES);

test.each<[string, FormEntry[]]>([
  [
    "name[]",
    [
      ["languages[]", "de"],
      ["languages[]", "fr"],
    ],
  ],
  [
    "name",
    [
      ["languages", "de"],
      ["languages", "fr"],
    ],
  ],
  [
    "name[0]",
    [
      ["languages[0]", "de"],
      ["languages[1]", "fr"],
    ],
  ],
  ["a list with commas", [["languages", "de, fr"]]],
  ["JSON", [["languages", '["de","fr"]']]],
])("a list may be written as %s", (_spelling, entries) => {
  expect(read(...entries)).toEqual({ languages: ["de", "fr"] });
});

test("commas part words, not lines", () => {
  expect(read(["keywords[]", "Tbilisi, Georgia"], ["keywords[]", "Kura"])).toEqual({
    keywords: ["Tbilisi, Georgia", "Kura"],
  });
});

test.each<[string, FormEntry[]]>([
  [
    "name[member]",
    [
      ["chunking_strategy[type]", "server_vad"],
      ["chunking_strategy[threshold]", "0.4"],
    ],
  ],
  ["JSON", [["chunking_strategy", '{"type":"server_vad","threshold":"0.4"}']]],
])("an object may be written as %s", (_spelling, entries) => {
  expect(read(...entries)).toEqual({ chunking_strategy: { type: "server_vad", threshold: "0.4" } });
});

test("an object's place may hold a plain word, and JSON that is none stays text", () => {
  expect(read(["chunking_strategy", "auto"])).toEqual({ chunking_strategy: "auto" });
  expect(read(["chunking_strategy", "{type"])).toEqual({ chunking_strategy: "{type" });
});

test("empty values are unset fields, of several texts the last counts, and unknown names are ignored", () => {
  expect(
    read(["languages[]", ""], ["keywords", "  "], ["model", "a"], ["model", "b"], ["vad_filter", "false"]),
  ).toEqual({
    model: "b",
  });
});

test("names of JavaScript's own are names like any other", () => {
  expect(read(["__proto__", "x"], ["constructor", "x"], ["chunking_strategy[__proto__]", "x"])).toEqual({
    chunking_strategy: Object.defineProperty({}, "__proto__", { value: "x", enumerable: true }) as object,
  });
});
