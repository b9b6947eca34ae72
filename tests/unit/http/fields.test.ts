import { describe, expect, test } from "bun:test";
import { SttError } from "../../../src/errors.ts";
import { FIELDS_OF, parseFields, RESPONSE_FORMATS } from "../../../src/http/fields.ts";
import type { FormEntry } from "../../../src/http/form-fields.ts";

const parse = (...entries: FormEntry[]) => parseFields(entries, "transcribe");
const refusal = (...entries: FormEntry[]) => {
  try {
    parse(...entries);
  } catch (error) {
    if (error instanceof SttError) return error;
  }
  throw new Error("expected an SttError");
};

const DEFAULTS = {
  prompt: "",
  temperature: 0,
  response_format: "json",
  languages: [],
  keywords: [],
  include: [],
  timestamp_granularities: [],
  stream: false,
  chunking_strategy: null,
  known_speaker_names: [],
  known_speaker_references: [],
};

test("all fields have defaults, and what is unknown is ignored", () => {
  expect(parse()).toEqual(DEFAULTS as never);
  expect(parse(["vad_filter", "false"], ["__proto__", "x"], ["constructor", "x"])).toEqual(DEFAULTS as never);
});

test("a prompt keeps its own spaces", () => {
  expect(parse(["prompt", " Kura, "]).prompt).toBe(" Kura, ");
});

test.each([
  ["0", 0],
  ["1", 1],
  [" 0.25 ", 0.25],
  [".5", 0.5],
])("temperature %p is %d", (written, value) => {
  expect(parse(["temperature", written]).temperature).toBe(value);
});

test.each(["hot", "-0.1", "1.01", "NaN", "Infinity", "0x1", "1e-1", "0,5"])("temperature %p is refused", (written) => {
  expect(refusal(["temperature", written])).toMatchObject({
    param: "temperature",
    message: expect.stringMatching(/from 0 to 1.*got/),
  });
});

test.each([
  ["true", true],
  ["True", true],
  ["1", true],
  ["false", false],
  ["False", false],
  ["0", false],
  ["null", false],
])("stream=%s is %p", (written, value) => {
  expect(parse(["stream", written]).stream).toBe(value);
});

test("every response format of the list is accepted, others are named in the error", () => {
  for (const format of RESPONSE_FORMATS) {
    expect(parse(["response_format", format]).response_format).toBe(format);
  }
  expect(refusal(["response_format", "docx"])).toMatchObject({
    code: "unsupported_value",
    message: expect.stringMatching(/json, text.*'docx'/),
  });
});

describe("chunking_strategy", () => {
  test("auto leaves all to the server", () => {
    expect(parse(["chunking_strategy", "auto"]).chunking_strategy).toBeNull();
  });

  test.each<[string, FormEntry[]]>([
    [
      "members",
      [
        ["chunking_strategy[type]", "server_vad"],
        ["chunking_strategy[threshold]", "0.7"],
      ],
    ],
    ["JSON", [["chunking_strategy", '{"type":"server_vad","threshold":0.7}']]],
  ])("server_vad as %s has OpenAI's defaults", (_spelling, entries) => {
    expect(parse(...entries).chunking_strategy).toEqual({
      threshold: 0.7,
      prefixPaddingMs: 300,
      silenceDurationMs: 200,
    });
  });

  test.each([
    "sometimes",
    "{",
    "[]",
    '{"type":"client_vad"}',
    '{"type":"server_vad","threshold":2}',
    '{"type":"server_vad","prefix_padding_ms":1.5}',
    '{"type":"server_vad","silence_duration_ms":-1}',
  ])("%s is refused", (written) => {
    expect(refusal(["chunking_strategy", written])).toMatchObject({ status: 400, param: "chunking_strategy" });
  });
});

describe("what is refused with a reason", () => {
  const cases: [string, FormEntry[], object][] = [
    [
      "both forms of language",
      [
        ["language", "de"],
        ["languages[]", "de"],
      ],
      { param: "languages" },
    ],
    [
      "a keyword with a tag",
      [
        ["keywords[]", "fine"],
        ["keywords[]", "a<b"],
      ],
      { param: "keywords" },
    ],
    ["a keyword of two lines", [["keywords[]", "a\nb"]], { param: "keywords" }],
    ["a keyword that is a number in JSON", [["keywords", "[1]"]], { param: "keywords" }],
    ["words without verbose_json", [["timestamp_granularities[]", "word"]], { param: "timestamp_granularities" }],
    [
      "an unknown granularity",
      [
        ["response_format", "verbose_json"],
        ["timestamp_granularities[]", "phoneme"],
      ],
      { param: "timestamp_granularities", code: "unsupported_value" },
    ],
    [
      "logprobs with srt",
      [
        ["include[]", "logprobs"],
        ["response_format", "srt"],
      ],
      { param: "include" },
    ],
    ["another include", [["include[]", "usage"]], { param: "include", code: "unsupported_value" }],
    ["a stream of maybe", [["stream", "maybe"]], { param: "stream" }],
    ["diarized_json", [["response_format", "diarized_json"]], { param: "response_format", code: "unsupported_value" }],
    ["known speakers", [["known_speaker_names[]", "Anna"]], { param: "known_speaker_names" }],
    ["voice samples", [["known_speaker_references[]", "data:,"]], { param: "known_speaker_references" }],
    ["lines without a width", [["max_line_count", "2"]], { param: "max_line_count" }],
    ["a width of none", [["max_line_width", "0"]], { param: "max_line_width" }],
    ["too many keywords", Array.from({ length: 201 }, (): FormEntry => ["keywords[]", "x"]), { param: "keywords" }],
  ];
  test.each(cases)("%s", (_what, entries, expected) => {
    expect(refusal(...entries)).toMatchObject({ status: 400, ...expected });
  });
});

test("translations know only their own fields", () => {
  expect(Object.keys(FIELDS_OF.translate)).toEqual([
    "model",
    "prompt",
    "response_format",
    "temperature",
    "max_line_width",
    "max_line_count",
    "max_words_per_line",
  ]);
  const entries: FormEntry[] = [
    ["language", "de"],
    ["stream", "maybe"],
    ["timestamp_granularities[]", "word"],
    ["prompt", "In English"],
  ];
  expect(parseFields(entries, "translate")).toEqual({ ...DEFAULTS, prompt: "In English" } as never);
});
