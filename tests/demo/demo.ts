/**
 * `bun run demo`: starts the executable with the bundled nano model, sends it three clips over HTTP, and says what came
 * back and how fast.
 */
import { basename, join } from "node:path";
import { ROOT_DIR } from "../support/fixtures.ts";
import { startServer } from "../support/server.ts";
import { transcribe } from "../support/transcribe.ts";

const CLIPS = ["english.wav", "german.mp3", "english.webm"];

await using server = await startServer();
console.log(`tiflis-stt is up at ${server.url}\n`);
for (const name of CLIPS) {
  const path = join(ROOT_DIR, "tests", "fixtures", "demo", name);
  const start = performance.now();
  const { text, requestId } = await transcribe(server, { path });
  const seconds = (performance.now() - start) / 1000;
  const log = await server.requestLog(requestId);
  const audioSeconds = Number(log["audioSeconds"]);
  console.log(basename(path));
  console.log(`  transcript  ${text}`);
  console.log(`  language    ${String(log["language"])}`);
  console.log(`  time        ${seconds.toFixed(2)} s for ${audioSeconds.toFixed(1)} s of audio`);
  console.log(`  speed       ${(audioSeconds / seconds).toFixed(1)} times real time\n`);
}
console.log("The server is stopped. To run it yourself:\n");
console.log("  STT_MODEL=tests/fixtures/models/ggml-nano-q8_0.bin dist/tiflis-stt serve");
await server.stop();
