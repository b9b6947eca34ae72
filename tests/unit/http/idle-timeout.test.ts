import { expect, test } from "bun:test";
import { IDLE_TIMEOUT_SECONDS, withoutIdleTimeout } from "../../../src/http/idle-timeout.ts";

const REQUEST = new Request("http://localhost/");

test("the idle timeout is off during the work and back after it, also after a failure", async () => {
  const seconds: number[] = [];
  const server = { timeout: (_request: Request, value: number) => seconds.push(value) };
  expect(await withoutIdleTimeout(server, REQUEST, () => Promise.resolve(seconds.join()))).toBe("0");
  await expect(withoutIdleTimeout(server, REQUEST, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(seconds).toEqual([0, IDLE_TIMEOUT_SECONDS, 0, IDLE_TIMEOUT_SECONDS]);
});

test("without a socket there is nothing to switch", async () => {
  expect(await withoutIdleTimeout(null, REQUEST, () => Promise.resolve(1))).toBe(1);
});
