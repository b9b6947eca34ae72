import { describe, expect, test } from "bun:test";
import { availableParallelism } from "node:os";
import { ConfigError, readConfig } from "../../src/config.ts";

test("nothing set gives the defaults, frozen", () => {
  const config = readConfig({}, {});
  expect(config).toMatchObject({
    host: "0.0.0.0",
    port: 8100,
    model: "large-v3",
    backend: "auto",
    language: undefined,
    logLevel: "info",
    maxUploadBytes: 500 * 1024 * 1024,
    huggingFaceToken: undefined,
  });
  expect(config.modelsDir).toEndWith("/.cache/huggingface/hub");
  expect(config.workers * config.threadsPerWorker).toBeLessThanOrEqual(availableParallelism());
  expect(Object.isFrozen(config)).toBe(true);
});

test("flags win over the environment, and empty values count as unset", () => {
  const config = readConfig({ STT_PORT: "0" }, { STT_PORT: "9000", STT_HOST: "", STT_LANGUAGE: " " });
  expect(config).toMatchObject({ port: 0, host: "0.0.0.0", language: undefined });
});

describe("levels and names may be written in any case", () => {
  test.each([
    ["INFO", "info"],
    ["Warning", "warn"],
    ["debug", "debug"],
  ] as const)("%s", (written, level) => {
    expect(readConfig({}, { STT_LOG_LEVEL: written }).logLevel).toBe(level);
  });
});

function mistakesOf(environment: Record<string, string>): string {
  try {
    readConfig({}, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
  }
  throw new Error("expected a ConfigError");
}

test("all mistakes are told at once, each with what was expected and what came", () => {
  const text = mistakesOf({ STT_PORT: "70000", STT_BACKEND: "tpu", STT_LANGUAGE: "?", STT_WORKERS: "1.5" });
  expect(text).toContain('STT_PORT: expected at most 65535, got "70000"');
  expect(text).toContain('STT_BACKEND: expected one of auto, cpu, cuda, metal, vulkan, got "tpu"');
  expect(text).toContain("STT_LANGUAGE");
  expect(text).toContain("STT_WORKERS");
  expect(text.split("\n")).toHaveLength(5);
});

test("more threads than the machine could run are refused", () => {
  expect(mistakesOf({ STT_WORKERS: "64", STT_THREADS: "256" })).toContain("STT_WORKERS x STT_THREADS");
});
