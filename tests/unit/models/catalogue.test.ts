import { expect, test } from "bun:test";
import { findModelName, MODEL_NAMES, modelFileName } from "../../../src/models/catalogue.ts";

test("sizes, English-only and quantised forms are in the catalogue", () => {
  for (const name of ["tiny", "base.en", "small-q5_1", "medium.en-q8_0", "large-v3", "large-v3-turbo-q5_0"]) {
    expect(MODEL_NAMES).toContain(name);
  }
  expect(new Set(MODEL_NAMES).size).toBe(MODEL_NAMES.length);
});

test("names are found whatever their case, and by OpenAI's short names", () => {
  expect(findModelName(" Large-V3 ")).toBe("large-v3");
  expect(findModelName("turbo")).toBe("large-v3-turbo");
  expect(findModelName("large")).toBe("large-v3");
  expect(findModelName("huge")).toBeUndefined();
});

test("a name tells the file", () => {
  expect(modelFileName("small.en-q5_1")).toBe("ggml-small.en-q5_1.bin");
});
