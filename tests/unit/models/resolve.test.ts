import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { resolveModel } from "../../../src/models/resolve.ts";

let modelsDir: string;
beforeEach(() => {
  modelsDir = mkdtempSync(join(tmpdir(), "stt-models-"));
});
afterEach(() => rmSync(modelsDir, { recursive: true, force: true }));

/** A file in the hub's cache layout: a link in the snapshot to a blob. */
function cacheModel(revision: string, file: string): string {
  const repository = join(modelsDir, "models--ggerganov--whisper.cpp");
  const snapshot = join(repository, "snapshots", revision);
  mkdirSync(snapshot, { recursive: true });
  mkdirSync(join(repository, "blobs"), { recursive: true });
  writeFileSync(join(repository, "blobs", `${revision}-${file}`), "ggml");
  symlinkSync(join("..", "..", "blobs", `${revision}-${file}`), join(snapshot, file));
  return join(snapshot, file);
}

describe("a path", () => {
  test("is used as it is; the id is its name without prefix and extension", () => {
    const path = join(modelsDir, "ggml-my.model-q5_0.bin");
    writeFileSync(path, "ggml");
    utimesSync(path, 1000, 1000);
    const expected = { found: true, id: "my.model-q5_0", path, createdSeconds: 1000 } as const;
    expect(resolveModel({ model: path, modelsDir })).toEqual(expected);
    expect(resolveModel({ model: relative(process.cwd(), path), modelsDir })).toEqual(expected);
  });

  test("that is not there, or is a folder, says so without the folder's name", () => {
    for (const model of [join(modelsDir, "ggml-x.bin"), `${modelsDir}/`]) {
      const resolution = resolveModel({ model, modelsDir });
      expect(resolution).toMatchObject({ found: false, reason: expect.stringContaining("not there") });
    }
    expect(resolveModel({ model: join(modelsDir, "ggml-x.bin"), modelsDir })).not.toMatchObject({
      reason: expect.stringContaining(modelsDir),
    });
  });
});

describe("a catalogue name", () => {
  test("is found in the hub cache", () => {
    const path = cacheModel("abc", "ggml-base.en.bin");
    expect(resolveModel({ model: "Base.en", modelsDir })).toMatchObject({ found: true, id: "base.en", path });
  });

  test("is taken from the revision that main points to when there are several", () => {
    cacheModel("aaa", "ggml-tiny.bin");
    const path = cacheModel("bbb", "ggml-tiny.bin");
    mkdirSync(join(modelsDir, "models--ggerganov--whisper.cpp", "refs"));
    writeFileSync(join(modelsDir, "models--ggerganov--whisper.cpp", "refs", "main"), "bbb\n");
    expect(resolveModel({ model: "tiny", modelsDir })).toMatchObject({ found: true, path });
  });

  test("whose download was never finished is not there", () => {
    const path = cacheModel("aaa", "ggml-tiny.bin");
    rmSync(join(modelsDir, "models--ggerganov--whisper.cpp", "blobs", "aaa-ggml-tiny.bin"));
    expect(path).toBeString();
    expect(resolveModel({ model: "tiny", modelsDir }).found).toBe(false);
  });

  test("that is not there says how to get it", () => {
    expect(resolveModel({ model: "turbo", modelsDir })).toMatchObject({
      found: false,
      id: "large-v3-turbo",
      reason: expect.stringContaining("ggml-large-v3-turbo.bin"),
    });
  });
});

test("what is neither a path nor a name says which names there are", () => {
  expect(resolveModel({ model: "huge", modelsDir })).toMatchObject({
    found: false,
    id: "huge",
    reason: expect.stringContaining("large-v3-turbo"),
  });
});
