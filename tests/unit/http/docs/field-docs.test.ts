import { describe, expect, test } from "bun:test";
import { describeForm, FIELD_DOCS } from "../../../../src/http/docs/field-docs.ts";
import { FIELDS_OF, RESPONSE_FORMATS } from "../../../../src/http/fields.ts";

const PARSED = new Set([...Object.keys(FIELDS_OF.transcribe), ...Object.keys(FIELDS_OF.translate)]);

test("every field that is read is described, and no other", () => {
  expect(Object.keys(FIELD_DOCS).sort()).toEqual(["file", ...PARSED].sort());
});

describe.each(Object.entries(FIELD_DOCS))("%s", (name, doc) => {
  test("says what it is, what it is when left out, and has an example", () => {
    expect(doc.description.length).toBeGreaterThan(20);
    expect(doc.example).not.toBe("");
    expect("default" in doc.schema || doc.unset !== undefined || name === "file").toBe(true);
  });

  test("is a list where the parser reads a list", () => {
    const shape = (FIELDS_OF.transcribe as Record<string, string>)[name];
    expect(doc.schema["type"] === "array").toBe(shape === "words" || shape === "lines");
  });
});

test("the formats are those that the parser takes", () => {
  expect(FIELD_DOCS["response_format"]?.schema["enum"]).toEqual([...RESPONSE_FORMATS]);
});

test("lists have brackets in the form, and every field tells its example", () => {
  const form = describeForm(["file", "languages"]) as Record<string, { description: string }>;
  expect(Object.keys(form)).toEqual(["file", "languages[]"]);
  expect(form["languages[]"]?.description).toContain("Example: `en`");
});

test("a field that nobody described is a mistake", () => {
  expect(() => describeForm(["nope"])).toThrow("nope");
});
