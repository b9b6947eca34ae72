/** Our decoder against whisper_full, on the same samples with the same parameters: the text must be the same. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Context } from "../../src/native/context.ts";
import { openLibrary } from "../../src/native/library.ts";
import { State } from "../../src/native/state.ts";
import { NANO_MODEL_PATH, readClips, type Clip } from "../support/fixtures.ts";
import { LIBRARY_DIR, samplesOf } from "../support/native.ts";

const THREADS = 2;

let folder = "";
let clips: readonly Clip[] = [];
const samples = new Map<string, Float32Array>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stt-reference-"));
  clips = await readClips();
  for (const clip of clips) {
    const decoded = await samplesOf(clip.path);
    samples.set(clip.file, decoded);
    await writeFile(rawPath(clip), decoded);
  }
});
afterAll(() => rm(folder, { recursive: true }));

function rawPath(clip: Clip): string {
  return join(folder, `${clip.file}.f32`);
}

/** Language and text that whisper_full gives for each clip. */
async function referenceTexts(cpuVariant: string, language: string): Promise<string[]> {
  const program = join(LIBRARY_DIR, "test", "whisper-reference");
  const backend = join(LIBRARY_DIR, `libggml-cpu-${cpuVariant}.so`);
  const child = Bun.spawn([program, backend, NANO_MODEL_PATH, String(THREADS), "1", language, ...clips.map(rawPath)], {
    stdout: "pipe",
    stderr: "ignore",
  });
  const output = await new Response(child.stdout).text();
  expect(await child.exited).toBe(0);
  return output.trimEnd().split("\n");
}

test.each(["auto", "en"])("the text is whisper.cpp's own, language %s", async (language) => {
  const library = openLibrary(LIBRARY_DIR);
  const context = Context.open(library, NANO_MODEL_PATH);
  const state = State.open(library, context.pointer);
  try {
    const expected = await referenceTexts(library.cpuVariant, language);
    const got = clips.map((clip) => {
      const result = state.run(samples.get(clip.file) ?? new Float32Array(), {
        language: language === "auto" ? null : language,
        translate: false,
        prompt: "",
        temperature: 0,
        retry: false,
        threads: THREADS,
        tokens: false,
      });
      return `${result.language}:${result.segments.map((segment) => segment.text).join("")}`;
    });
    expect(clips.length).toBeGreaterThan(40);
    expect(got).toEqual(expected);
  } finally {
    state.close();
    context.close();
  }
});
