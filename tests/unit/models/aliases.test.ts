import { describe, expect, test } from "bun:test";
import { SttError } from "../../../src/errors.ts";
import {
  findDeadAliases,
  listModelNames,
  MODEL_ALIASES,
  resolveModelName,
  type ModelNaming,
} from "../../../src/models/aliases.ts";

test("the model's id and all aliases mean the model", () => {
  for (const name of ["base.en", "BASE.EN", ...MODEL_ALIASES])
    expect(resolveModelName(name, "base.en")).toBe("base.en");
});

function errorFor(name: string | undefined, naming?: ModelNaming): SttError {
  try {
    resolveModelName(name, "base.en", naming);
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

describe("names of STT_MODEL_ALIASES", () => {
  const naming = {
    modelAliases: {
      "Org/Small": "whisper-1",
      mine: "BASE.EN",
      "gpt-4o-transcribe-diarize": "base.en",
      dead: "large-v3",
    },
  };

  test("mean the model if what they stand for does", () => {
    for (const name of ["org/small", "mine", "gpt-4o-transcribe-diarize"]) {
      expect(resolveModelName(name, "base.en", naming)).toBe("base.en");
    }
    expect(errorFor("dead", naming).status).toBe(404);
    expect(errorFor("mine").status).toBe(404);
  });

  test("are listed after the model and the built-in names, dead ones left out", () => {
    const own = ["Org/Small", "mine", "gpt-4o-transcribe-diarize"];
    expect(listModelNames("base.en", naming)).toEqual(["base.en", ...MODEL_ALIASES, ...own]);
    expect(findDeadAliases("base.en", naming)).toEqual(["dead=large-v3"]);
  });
});

test("no name is listed twice", () => {
  expect(listModelNames("Whisper-1").filter((name) => /whisper-1/i.test(name))).toEqual(["whisper-1"]);
});

describe("where unknown models are the default one", () => {
  const naming = { unknownModel: "default" } as const;

  test("any name will do, or none", () => {
    for (const name of ["large-v3", "", undefined]) expect(resolveModelName(name, "base.en", naming)).toBe("base.en");
  });

  test("one that promises speakers still will not", () => {
    expect(errorFor("gpt-4o-transcribe-diarize", naming)).toMatchObject({ status: 400, code: "unsupported_value" });
  });
});

test("a name that promises speakers is refused as such", () => {
  const error = errorFor("gpt-4o-transcribe-diarize");
  expect(error).toMatchObject({ status: 400, code: "unsupported_value", param: "model" });
  expect(error.message).toContain("speakers");
});
