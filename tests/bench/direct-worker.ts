/**
 * A worker thread of the direct side: one state, one piece of audio, nothing but the native call.
 */
import * as v from "valibot";
import { openLibrary } from "../../src/native/library.ts";
import { State } from "../../src/native/state.ts";

declare const self: Worker;

const toWorkerSchema = v.variant("type", [
  v.object({
    type: v.literal("open"),
    libraryDir: v.string(),
    contextPointer: v.number(),
    samples: v.instance(Float32Array),
    threads: v.number(),
  }),
  v.object({ type: v.literal("run") }),
]);
/** Parent -> worker. Each is answered with the transcript, "" after `open`. */
export type ToDirectWorker = v.InferOutput<typeof toWorkerSchema>;

let run = (): string => {
  throw new Error("expected open before run");
};

self.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
  const message = v.parse(toWorkerSchema, data);
  if (message.type === "open") run = openState(message);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is a window's; a worker has none
  self.postMessage(message.type === "run" ? run() : "");
});

/** The options are those of a request with nothing but `language=en`. */
function openState({ libraryDir, contextPointer, samples, threads }: ToDirectWorker & { type: "open" }): () => string {
  const state = State.open(openLibrary(libraryDir), contextPointer);
  const options = { language: "en", translate: false, prompt: "", temperature: 0, threads, tokens: false };
  return () => {
    const { segments } = state.run(samples, options);
    return segments.map(({ text }) => text).join("");
  };
}
