/**
 * Worker edge: one chunk in, native call, result out. Nothing imports it.
 */
import * as v from "valibot";
import { packError } from "./engine/wire-error.ts";
import { toWorkerSchema, type FromWorker, type ToWorker } from "./engine/worker-messages.ts";
import { openLibrary } from "./native/library.ts";
import { State } from "./native/state.ts";

declare const self: Worker;

/** With and without token times; the first is opened when it is first needed. */
const states: { plain?: State; timed?: State } = {};

self.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is a window's; a worker has none
  self.postMessage(tryAnswer(data));
});

function tryAnswer(data: unknown): FromWorker {
  try {
    return answer(v.parse(toWorkerSchema, data));
  } catch (error) {
    const packed = packError(error);
    // What the client is not told is told to the log, which gets the engine's standard error.
    if (packed.kind !== "client_closed") console.error(error);
    return { type: "failed", error: packed };
  }
}

function answer(message: ToWorker): FromWorker {
  if (message.type === "open") {
    const opened = State.open(openLibrary(message.libraryDir), message.contextPointer);
    states[message.tokenTimes ? "timed" : "plain"] = opened;
    return { type: "opened", statePointer: opened.pointer };
  }
  const state = message.options.tokenTimes ? states.timed : states.plain;
  if (state === undefined) throw new Error("expected open before run");
  const startMs = performance.now();
  const result = state.run(message.samples, message.options);
  return { type: "result", result, computeMs: performance.now() - startMs };
}
