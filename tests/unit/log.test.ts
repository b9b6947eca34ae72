import { expect, test } from "bun:test";
import { createLogger } from "../../src/log.ts";

test("a line is one JSON object with level, time, message and fields", () => {
  const lines: string[] = [];
  createLogger({ logLevel: "info", logFormat: "json" }, { write: (line) => lines.push(line) }).info({ a: 1 }, "hello");
  expect(JSON.parse(lines.join(""))).toEqual({ level: "info", time: expect.any(String), a: 1, msg: "hello" });
  expect(lines.join("")).toEndWith("}\n");
});

test("lines below the level are not written", () => {
  const lines: string[] = [];
  const logger = createLogger({ logLevel: "warn", logFormat: "json" }, { write: (line) => lines.push(line) });
  logger.debug({}, "no");
  logger.info({}, "no");
  logger.warn({}, "yes");
  expect(lines).toHaveLength(1);
});

test("tokens and keys that get into the fields by mistake are not written", () => {
  const lines: string[] = [];
  const logger = createLogger({ logLevel: "info", logFormat: "json" }, { write: (line) => lines.push(line) });
  logger.info({ huggingFaceToken: "hf_1", headers: { authorization: "Bearer hf_2" }, config: { apiKey: "hf_3" } }, "x");
  expect(lines.join("")).not.toContain("hf_");
});
