/**
 * A process that speaks the engine's side of the channel without any native code. What it does with a job is said by the
 * job's prompt, how it starts by the model path; `uploadDir` is where it remembers that it already died.
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineSettings, FromEngine, Job, Segment, ToEngine } from "../../src/engine/messages.ts";

let settings: EngineSettings | undefined;

process.on("message", (message: ToEngine) => {
  if (message.type === "start") start(message.settings);
  else if (message.type === "job") run(message.id, message.job);
  else if (message.type === "cancel") writeFileSync(join(settings?.uploadDir ?? "", "cancelled"), "");
  else if (message.type === "stop" && settings?.modelPath !== "stubborn") process.exit(0);
});
process.on("disconnect", () => process.exit(0));

function start(received: EngineSettings): void {
  settings = received;
  if (settings.modelPath === "dies") process.exit(7);
  if (settings.modelPath === "dies once" && isFirstTime()) process.exit(7);
  if (settings.modelPath === "missing" && isFirstTime()) {
    return send({ type: "startFailed", error: { kind: "model_unavailable", message: "no such model", param: null } });
  }
  const model = { type: "nano", multilingual: true, melBins: 80, precision: "f16" };
  const facts = { backend: "cpu", cpuVariant: "fake", workers: 1, threadsPerWorker: 1, whisperVersion: "0", model };
  send({ type: "log", level: "info", message: "hello from the engine" });
  send({ type: "ready", facts });
}

function run(id: number, job: Job): void {
  if (job.prompt === "garbage") return void process.send?.({ type: "nonsense" });
  if (job.prompt === "refuse") {
    return send({ type: "failed", id, error: { kind: "unreadable_audio", message: "not audio", param: "file" } });
  }
  send({ type: "segment", id, segment: makeSegment("one") });
  if (job.prompt === "hang") return;
  send({ type: "segment", id, segment: makeSegment("two") });
  if (job.prompt === "crash" || (job.prompt === "crash once" && isFirstTime())) process.kill(process.pid, "SIGKILL");
  send({ type: "segment", id, segment: makeSegment("three") });
  const timing = { queueMs: 0, decodeMs: 0, vadMs: 0, computeMs: 0 };
  send({ type: "done", id, result: { language: "en", audioSeconds: 1, timing } });
}

function isFirstTime(): boolean {
  const mark = join(settings?.uploadDir ?? "", "died");
  if (existsSync(mark)) return false;
  writeFileSync(mark, "");
  return true;
}

function makeSegment(text: string): Segment {
  const numbers = { seekFrames: 0, temperature: 0, averageLogprob: 0, noSpeechProbability: 0 };
  return { text, startSeconds: 0, endSeconds: 1, tokenIds: [], tokens: [], ...numbers };
}

function send(message: FromEngine): void {
  process.send?.(message);
}
