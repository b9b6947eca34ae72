import { expect, test } from "bun:test";
import { createFakeServer, errorOf } from "./support.ts";

const READY_URL = "http://localhost/ready";

test("ready is 200 once the model answers", async () => {
  await using server = createFakeServer();
  const response = await server.send(new Request(READY_URL));
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: "ready" });
});

test("ready is 503 while the model loads", async () => {
  await using server = createFakeServer({ status: { state: "starting", restarts: 0 } });
  const response = await server.send(new Request(READY_URL));
  expect(response.headers.get("retry-after")).toBe("1");
  expect(await errorOf(response)).toMatchObject({ status: 503, code: "model_not_ready" });
});

test("ready is 503 and says why when the model cannot be had", async () => {
  await using server = createFakeServer({ status: { state: "failed", message: "Get it there.", restarts: 0 } });
  const response = await server.send(new Request(READY_URL));
  expect(await errorOf(response)).toMatchObject({ status: 503, code: "model_unavailable", message: "Get it there." });
});

test("ready is 503 during a shutdown", async () => {
  await using server = createFakeServer();
  void server.activity.stop();
  expect(await errorOf(await server.send(new Request(READY_URL)))).toMatchObject({
    status: 503,
    code: "shutting_down",
  });
});
