import { expect, test } from "bun:test";
import { SttError } from "../../../src/errors.ts";
import { MODEL_ALIASES, resolveModelName } from "../../../src/models/aliases.ts";

test("the model's id and all aliases mean the model", () => {
  for (const name of ["base.en", "BASE.EN", ...MODEL_ALIASES])
    expect(resolveModelName(name, "base.en")).toBe("base.en");
});

function errorFor(name: string | undefined): SttError {
  try {
    resolveModelName(name, "base.en");
  } catch (error) {
    if (error instanceof SttError) return error;
  }
  throw new Error("expected an SttError");
}

test("another model is 404, none at all is 400", () => {
  expect(errorFor("large-v3")).toMatchObject({ status: 404, code: "model_not_found", param: "model" });
  expect(errorFor("large-v3").message).toContain("base.en");
  for (const name of [undefined, ""]) expect(errorFor(name)).toMatchObject({ status: 400, param: "model" });
});
