import { expect, test } from "bun:test";
import { createFakeServer } from "./support.ts";

const HEALTH = "http://localhost/health";

test("health says what runs", async () => {
  await using server = createFakeServer();
  const response = await server.send(new Request(HEALTH));
  expect(await response.json()).toEqual({
    status: "ok",
    version: "9.9.9",
    engine: "ready",
    restarts: 0,
    model: "nano",
    backend: "cpu",
    cpu_variant: "haswell",
    workers: 2,
    threads_per_worker: 1,
  });
});

test("health is 200 while the engine loads, and when it has failed", async () => {
  for (const status of [
    { state: "starting", restarts: 3 },
    { state: "failed", message: "no such file", restarts: 0 },
  ] as const) {
    await using server = createFakeServer({ status });
    const response = await server.send(new Request(HEALTH));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ engine: status.state, restarts: status.restarts, backend: null });
  }
});
