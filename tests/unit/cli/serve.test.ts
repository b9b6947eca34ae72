/** The command as a process of its own, without a model: what it says, and what it leaves behind. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MAIN = join(import.meta.dir, "..", "..", "..", "src", "main.ts");

let tempDir: string;
beforeEach(() => {
  tempDir = mkdtempSync(join(tmpdir(), "stt-serve-test-"));
});
afterEach(() => rmSync(tempDir, { recursive: true, force: true }));

function start(...args: string[]) {
  return Bun.spawn([process.execPath, MAIN, "serve", ...args], {
    env: { PATH: process.env["PATH"], STT_TEMP_DIR: tempDir, MODELS_DIR: tempDir, HOME: process.env["HOME"] },
    stdout: "pipe",
    stderr: "pipe",
  });
}

type Line = Record<string, unknown>;

/** Log lines as they come. */
async function* readLog(stdout: ReadableStream<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of stdout) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line) as Line;
  }
}

async function untilListening(log: AsyncGenerator<Line>): Promise<{ url: string; before: Line[] }> {
  const before: Line[] = [];
  for (let next = await log.next(); !next.done; next = await log.next()) {
    if (next.value["msg"] === "listening") return { url: String(next.value["url"]), before };
    before.push(next.value);
  }
  throw new Error(`The server ended before it listened: ${JSON.stringify(before)}`);
}

describe("without a model", () => {
  test.each(["SIGTERM", "SIGINT"] as const)(
    "it serves, says how to get one, and ends cleanly on %s",
    async (signal) => {
      await using server = start("--port", "0", "--host", "127.0.0.1");
      const { url, before } = await untilListening(readLog(server.stdout));
      expect(before).toMatchObject([
        { level: "warn", model: "large-v3", msg: expect.stringContaining("ggml-large-v3.bin") },
      ]);
      expect(await (await fetch(`${url}/health`)).json()).toMatchObject({
        status: "ok",
        engine: "failed",
        model: "large-v3",
      });
      expect((await fetch(`${url}/ready`)).status).toBe(503);
      expect(readdirSync(tempDir).map((name) => name.replace(/-\w+$/, ""))).toEqual([`tiflis-stt-${server.pid}`]);
      expect(statSync(join(tempDir, readdirSync(tempDir)[0] ?? "")).mode & 0o777).toBe(0o700);
      server.kill(signal);
      expect(await server.exited).toBe(0);
      expect(readdirSync(tempDir)).toEqual([]);
    },
  );

  test("it removes what a killed server left, and nothing else", async () => {
    await using killed = start("--port", "0", "--host", "127.0.0.1");
    await untilListening(readLog(killed.stdout));
    killed.kill("SIGKILL");
    await killed.exited;
    mkdirSync(join(tempDir, `tiflis-stt-${process.pid}-alive1`));
    mkdirSync(join(tempDir, "something-else"));
    await using next = start("--port", "0", "--host", "127.0.0.1");
    await untilListening(readLog(next.stdout));
    const names = readdirSync(tempDir).map((name) => name.replace(/-\w{6}$/, ""));
    expect(names.sort()).toEqual(["something-else", `tiflis-stt-${process.pid}`, `tiflis-stt-${next.pid}`].sort());
    next.kill();
    await next.exited;
  });
});

describe("settings", () => {
  test("mistakes are told together, with exit code 2", async () => {
    await using server = start("--port", "many", "--log-level", "loud");
    const text = await new Response(server.stderr).text();
    expect(await server.exited).toBe(2);
    expect(text).toContain("STT_PORT");
    expect(text).toContain("STT_LOG_LEVEL");
  });

  test("a language Whisper does not know is one of them", async () => {
    await using server = start("--language", "tlh");
    expect(await new Response(server.stderr).text()).toContain("STT_LANGUAGE");
    expect(await server.exited).toBe(2);
  });
});

describe("keys", () => {
  test("a file of keys that is not there is told, with exit code 2", async () => {
    await using server = start("--api-keys-file", join(tempDir, "nowhere"));
    expect(await new Response(server.stderr).text()).toContain("STT_API_KEYS_FILE");
    expect(await server.exited).toBe(2);
  });

  test.each([
    ["0.0.0.0", true],
    ["localhost", false],
  ])("a server on %s without keys is warned of: %p", async (host, warned) => {
    await using server = start("--host", host, "--port", "0");
    const { before } = await untilListening(readLog(server.stdout));
    expect(before.some((line) => String(line["msg"]).includes("STT_API_KEYS"))).toBe(warned);
    server.kill();
    await server.exited;
  });

  test("with keys it is not, and they are not in the log", async () => {
    const file = join(tempDir, "keys");
    await Bun.write(file, "very-secret\n");
    await using server = start("--host", "0.0.0.0", "--port", "0", "--api-keys-file", file, "--log-level", "debug");
    const { before, url } = await untilListening(readLog(server.stdout));
    expect(JSON.stringify(before)).not.toMatch(/STT_API_KEYS|very-secret/);
    expect((await fetch(`${url}/v1/models`)).status).toBe(401);
    expect((await fetch(`${url}/v1/models`, { headers: { "x-api-key": "very-secret" } })).status).toBe(200);
    server.kill();
    await server.exited;
  });
});

test("a port that is taken ends it with a text that names the port, and leaves nothing", async () => {
  using taken = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  await using server = start("--host", "127.0.0.1", "--port", String(taken.port));
  const text = await new Response(server.stderr).text();
  expect(await server.exited).toBe(1);
  expect(text).toContain(String(taken.port));
  expect(readdirSync(tempDir)).toEqual([]);
});

test("a temp folder that cannot be written to ends it with a text that names the folder", async () => {
  const file = join(tempDir, "file");
  await Bun.write(file, "");
  chmodSync(file, 0o600);
  await using server = start("--temp-dir", join(file, "below"));
  expect(await new Response(server.stderr).text()).toContain(file);
  expect(await server.exited).toBe(1);
});
