import { expect, test } from "bun:test";
import { createCapacity } from "../../../src/http/capacity.ts";
import { createFakeServer, RESULT, transcription } from "./support.ts";

test("a place is free again when it is left, and leaving twice frees one", () => {
  const capacity = createCapacity(1);
  const place = capacity.enter();
  expect(() => capacity.enter()).toThrow("limit of 1");
  place[Symbol.dispose]();
  place[Symbol.dispose]();
  capacity.enter();
  expect(() => capacity.enter()).toThrow("limit of 1");
});

test("requests beyond the limit get 429 and a time to wait, the others their text", async () => {
  const gate = Promise.withResolvers<typeof RESULT>();
  const entered = Promise.withResolvers<void>();
  const transcribe = () => {
    entered.resolve();
    return gate.promise;
  };
  await using server = createFakeServer({ maxRequests: 1, transcribe });
  const first = server.send(transcription());
  await entered.promise;
  const refused = await server.send(transcription());
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("5");
  expect(refused.headers.get("x-should-retry")).toBe("true");
  gate.resolve(RESULT);
  expect((await first).status).toBe(200);
  expect((await server.send(transcription())).status).toBe(200);
});

test("a failed request leaves its place", async () => {
  await using server = createFakeServer({ maxRequests: 1 });
  for (const model of ["unknown", "unknown", "whisper-1"]) {
    expect((await server.send(transcription({ model }))).status).toBe(model === "unknown" ? 404 : 200);
  }
});

test("a stream holds its place until it ends", async () => {
  const gate = Promise.withResolvers<typeof RESULT>();
  await using server = createFakeServer({ maxRequests: 1, transcribe: () => gate.promise });
  const pending = server.send(transcription({ stream: "true" }));
  const refused = await server.send(transcription());
  expect(refused.status).toBe(429);
  gate.resolve(RESULT);
  await (await pending).text();
  expect((await server.send(transcription())).status).toBe(200);
});
