/**
 * The direct side of the HTTP bench: a process that runs a clip through src/native, without server, engine or scheduler.
 * It has as many states, each on a worker thread, as the server has workers. Started by direct.ts, with its settings as
 * JSON in the first argument; told the size of each burst by a message, answers with a `DirectReply`.
 */
import * as v from "valibot";
import { Context } from "../../src/native/context.ts";
import { openLibrary } from "../../src/native/library.ts";
import { samplesOf } from "../support/native.ts";
import { directSettingsSchema, type DirectReply, type DirectSettings } from "./direct-messages.ts";
import type { ToDirectWorker } from "./direct-worker.ts";

type Run = () => Promise<string>;

const settings = v.parse(v.pipe(v.string(), v.parseJson(), directSettingsSchema), process.argv[2]);
const library = openLibrary(settings.libraryDir);
const context = Context.open(library, settings.modelPath);
const samples = new Float32Array(await samplesOf(settings.clipPath));
const workers = await Promise.all(Array.from({ length: settings.workers }, () => openWorker(settings)));

process.on("disconnect", () => process.exit(0));
process.on("message", (size: unknown) => {
  void runBurst(v.parse(v.number(), size)).then((reply) => process.send?.(reply));
});
process.send?.({ cpuVariant: library.cpuVariant, whisperVersion: library.whisperVersion });

async function openWorker({ libraryDir, threads }: DirectSettings): Promise<Run> {
  const worker = new Worker(new URL("./direct-worker.ts", import.meta.url).href);
  let pending = Promise.withResolvers<string>();
  worker.addEventListener("message", ({ data }: MessageEvent<unknown>) => pending.resolve(v.parse(v.string(), data)));
  worker.addEventListener("error", ({ message }) => pending.reject(new Error(message)));
  const ask = (message: ToDirectWorker) => {
    pending = Promise.withResolvers();
    worker.postMessage(message, []);
    return pending.promise;
  };
  await ask({ type: "open", libraryDir, contextPointer: context.pointer, samples, threads });
  return () => ask({ type: "run" });
}

/** Every worker takes the next job as soon as it is free. */
async function runBurst(size: number): Promise<DirectReply> {
  const latenciesMs: number[] = [];
  const start = performance.now();
  let left = size;
  let text = "";
  const work = async (run: Run) => {
    while (left > 0) {
      left -= 1;
      text = await run();
      latenciesMs.push(performance.now() - start);
    }
  };
  await Promise.all(workers.map(work));
  return { latenciesMs, text };
}
