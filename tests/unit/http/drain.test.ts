import { expect, test } from "bun:test";
import { SttError } from "../../../src/errors.ts";
import { drain } from "../../../src/http/drain.ts";
import { CLIP, createFakeServer, form, RESULT } from "./support.ts";

const MINUTE_MS = 60_000;

/** A listening server whose one job ends when told, or when its client is cut off. */
async function startBusyServer() {
  const started = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const cut = Promise.withResolvers<void>();
  const fake = createFakeServer({
    transcribe: async (_job, { signal }) => {
      started.resolve();
      signal.addEventListener("abort", () => cut.resolve());
      await Promise.race([finish.promise, cut.promise]);
      if (signal.aborted) throw new SttError("client_closed", "gone");
      return RESULT;
    },
  });
  const { server } = fake.app.listen({ port: 0, hostname: "127.0.0.1" });
  if (server === null) throw new Error("not listening");
  const url = `http://127.0.0.1:${server.port}`;
  const answer = fetch(`${url}/v1/audio/transcriptions`, { method: "POST", body: form({ file: CLIP, model: "nano" }) });
  await started.promise;
  return { fake, server, url, answer, finish, cut };
}

test("a request in hand is answered, new connections are refused, idle ones do not hold it up", async () => {
  const { fake, server, url, answer, finish } = await startBusyServer();
  await using _ = fake;
  await fetch(`${url}/health`); // Leaves an idle connection.
  const drained = drain(server, fake.activity, MINUTE_MS);
  finish.resolve();
  expect(await (await answer).json()).toMatchObject({ text: "" });
  await drained;
  await expect(fetch(`${url}/health`, { keepalive: false })).rejects.toThrow();
});

test("a request that takes too long is cut off and its file removed", async () => {
  const { fake, server, answer, cut } = await startBusyServer();
  await using _ = fake;
  const outcome = answer.then(
    () => "answered",
    () => "cut",
  );
  await drain(server, fake.activity, 0);
  expect(await outcome).toBe("cut");
  await cut.promise;
  await fake.activity.stop();
  expect(fake.files()).toEqual([]);
});
