import { expect, test } from "bun:test";
import { join } from "node:path";
import { LIBRARY_DIR } from "../support/native.ts";

test("the OpenMP runtime keeps phases apart, with any team, also when threads outnumber cores", async () => {
  const child = Bun.spawn([join(LIBRARY_DIR, "test", "omp-test")], { stdout: "pipe", stderr: "inherit" });
  expect(await new Response(child.stdout).text()).toContain(" 0 failed");
  expect(await child.exited).toBe(0);
});
