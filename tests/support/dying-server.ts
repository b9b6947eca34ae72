/**
 * A server that is killed in the middle of a transcription, without a chance to tidy up.
 * Arguments: model, audio file, folder for uploads. Prints the engine's process id.
 */
import { EngineSupervisor } from "../../src/engine/supervisor.ts";

const [modelPath = "", path = "", uploadDir = ""] = process.argv.slice(2);
const silent = () => undefined;
const supervisor = new EngineSupervisor({
  settings: {
    modelPath,
    backend: "auto",
    workers: 1,
    threadsPerWorker: 1,
    audioContext: "full",
    decodeTimeoutMs: 60_000,
    maxAudioSeconds: 600,
    cacheDir: uploadDir,
    ffmpegPath: null,
    vadModelPath: null,
    vad: "off",
    uploadDir,
    logLevel: "error",
  },
  logger: { debug: silent, info: silent, warn: silent, error: silent },
  environment: process.env,
});
const job = {
  path,
  task: "transcribe",
  language: "en",
  prompt: "",
  temperature: 0,
  tokens: false,
  vad: null,
  languages: [],
  tokenTimes: false,
} as const;
const onSegment = () => {
  console.log(supervisor.pid);
  process.kill(process.pid, "SIGKILL");
};
await supervisor.transcribe(job, { signal: new AbortController().signal, onSegment });
