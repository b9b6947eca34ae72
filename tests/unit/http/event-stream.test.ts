import { describe, expect, test } from "bun:test";
import { SttError } from "../../../src/errors.ts";
import { openEventStream, type EventStreamOptions } from "../../../src/http/event-stream.ts";

const open = (run: EventStreamOptions["run"], changes: Partial<EventStreamOptions> = {}) =>
  openEventStream({ run, onCancel: () => undefined, onError: () => undefined, ...changes });

test("each event is one line of data and an empty line; nothing else is sent", async () => {
  const { response, ended } = await open(async (send) => {
    send({ type: "a", text: "one\ntwo" });
    await Promise.resolve();
    send({ type: "b" });
  });
  expect(await response.text()).toBe('data: {"type":"a","text":"one\\ntwo"}\n\ndata: {"type":"b"}\n\n');
  expect(Object.fromEntries(response.headers)).toEqual({
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    "x-accel-buffering": "no",
  });
  await ended;
});

test("comments are sent while there is nothing to say", async () => {
  const work = Promise.withResolvers<void>();
  const { response } = await open(
    async (send) => {
      await work.promise;
      send({ type: "late" });
    },
    { heartbeatMs: 1 },
  );
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect(await reader?.read()).toMatchObject({ value: ": heartbeat\n\n" });
  work.resolve();
  let last = "";
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) last = part.value;
  expect(last).toEndWith('data: {"type":"late"}\n\n');
});

describe("an error", () => {
  const failure = new SttError("engine_crashed", "It crashed.");

  test("before the first byte is thrown, to have a status of its own", async () => {
    await expect(open(() => Promise.reject(failure))).rejects.toBe(failure);
  });

  test("after it is the last event, in OpenAI's envelope, and the stream ends", async () => {
    const errors: SttError[] = [];
    const run: EventStreamOptions["run"] = async (send) => {
      send({ type: "a" });
      await Promise.resolve();
      throw failure;
    };
    const { response } = await open(run, { onError: (error) => errors.push(error) });
    const events = (await response.text()).split("\n\n");
    expect(events[1]).toBe(
      'data: {"error":{"message":"It crashed.","type":"server_error","param":null,"code":"engine_crashed"}}',
    );
    expect(events.slice(2)).toEqual([""]);
    expect(errors).toEqual([failure]);
  });

  test("that nobody foresaw tells nothing of its cause", async () => {
    const { response } = await open(async (send) => {
      send({ type: "a" });
      await Promise.resolve();
      throw new Error("/home/secret");
    });
    expect(await response.text()).not.toContain("secret");
  });
});

test("a client that closes the stream is told to the work, and what it still sends is dropped", async () => {
  const cancelled = Promise.withResolvers<void>();
  const { response, ended } = await open(
    async (send) => {
      send({ type: "a" });
      await cancelled.promise;
      send({ type: "b" });
    },
    { onCancel: cancelled.resolve },
  );
  await response.body?.cancel();
  await ended;
});
