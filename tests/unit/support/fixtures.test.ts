import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { NANO_MODEL_PATH, readClip, readClips } from "../../support/fixtures.ts";

test("every labelled clip is there, and so is the model", async () => {
  const clips = await readClips();
  expect(clips.filter(({ path }) => !existsSync(path))).toEqual([]);
  expect(existsSync(NANO_MODEL_PATH)).toBe(true);
});

test("a clip of each kind is found by its name", async () => {
  expect((await readClip("de-001.wav")).kind).toBe("short");
  expect((await readClip("long-en-120s-2.flac")).kind).toBe("long");
  expect((await readClip("noise-10s.wav")).kind).toBe("speechless");
});

test("a name that the manifest lacks is an error, not silence", async () => {
  await expect(readClip("en-999.wav")).rejects.toThrow("en-999.wav");
});

test("segments lie inside their clip, in order of time", async () => {
  for (const { file, durationSeconds, segments } of await readClips()) {
    const times = segments.flatMap(({ startSeconds, endSeconds }) => [startSeconds, endSeconds]);
    expect({ file, times }).toEqual({ file, times: times.toSorted((a, b) => a - b) });
    expect(times.at(-1) ?? 0).toBeLessThanOrEqual(durationSeconds);
  }
});
