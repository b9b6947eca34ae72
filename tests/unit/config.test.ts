import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, readConfig } from "../../src/config.ts";
import { DEFAULT_CORS_ORIGINS } from "../../src/setting-schemas.ts";

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
    basePath: "",
    modelAliases: {},
    unknownModel: "reject",
    apiKeys: [],
    corsOrigins: DEFAULT_CORS_ORIGINS,
    vad: "auto",
    vadModelPath: undefined,
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

describe("STT_BASE_PATH", () => {
  test.each([
    ["/stt", "/stt"],
    ["stt/", "/stt"],
    ["//a//b.c/", "/a/b.c"],
    ["/", ""],
  ])("%s is '%s'", (written, path) => expect(readConfig({}, { STT_BASE_PATH: written }).basePath).toBe(path));

  test.each(["/a/../b", "/:id", "/*", "/a?b", "/a b", "/%61"])("%s is refused", (written) =>
    expect(mistakesOf({ STT_BASE_PATH: written })).toContain("expected a path such as /stt"),
  );
});

describe("STT_MODEL_ALIASES", () => {
  test("are pairs", () => {
    const { modelAliases } = readConfig(
      {},
      { STT_MODEL_ALIASES: " a = b , Org/c=d.en,", STT_UNKNOWN_MODEL: "Default" },
    );
    expect(modelAliases).toEqual({ a: "b", "Org/c": "d.en" });
  });

  test.each(["a", "a=", "=b", "a=b=c", "a=b,c"])("%s is refused", (written) =>
    expect(mistakesOf({ STT_MODEL_ALIASES: written })).toContain("expected name=target"),
  );
});

describe("STT_CORS_ORIGINS", () => {
  test.each<[string, readonly string[]]>([
    ["https://A.test, app://x", ["https://a.test", "app://x"]],
    ["*", ["*"]],
    ["none", []],
    ["default,https://a.test:8443", [...DEFAULT_CORS_ORIGINS, "https://a.test:8443"]],
    ["http://[::1]:*", ["http://[::1]:*"]],
  ])("%s", (written, origins) => expect(readConfig({}, { STT_CORS_ORIGINS: written }).corsOrigins).toEqual(origins));

  test.each(["a.test", "https://a.test/", "https://a.test/x", "https://*.a.test", "https://a.test:x", "null"])(
    "%s is refused",
    (written) => expect(mistakesOf({ STT_CORS_ORIGINS: written })).toContain("STT_CORS_ORIGINS: expected origins"),
  );
});

describe("API keys", () => {
  test("come from both settings together", () => {
    const folder = mkdtempSync(join(tmpdir(), "stt-test-"));
    const file = join(folder, "keys");
    writeFileSync(file, "\uFEFF# of the team\r\none\r\n\n  two#2  # Anna's\n#three\n");
    const { apiKeys } = readConfig({}, { STT_API_KEYS: "a, b,", STT_API_KEYS_FILE: file });
    rmSync(folder, { recursive: true });
    expect(apiKeys).toEqual(["a", "b", "one", "two#2"]);
  });

  test("are never shown, not even wrong ones", () => {
    const text = mistakesOf({ STT_API_KEYS: "good,my secret" });
    expect(text).toContain("STT_API_KEYS: expected keys of visible ASCII characters");
    expect(text).not.toContain("secret");
  });

  test("must be there if there is a setting for them", () => {
    expect(mistakesOf({ STT_API_KEYS: "," })).toContain("STT_API_KEYS: expected at least one key");
    expect(mistakesOf({ STT_API_KEYS_FILE: "/nowhere/keys" })).toContain("(ENOENT)");
    expect(mistakesOf({ STT_API_KEYS_FILE: "/dev/null" })).toContain("STT_API_KEYS_FILE: expected at least one key");
  });
});
