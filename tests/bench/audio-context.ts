/**
 * What STT_AUDIO_CONTEXT=fit changes: words and time of the labelled clips with the encoder's whole window and with only
 * what a clip fills, interleaved clip by clip. `bun tests/bench/audio-context.ts [model]`
 */
import { fitAudioContext } from "../../src/engine/audio-context.ts";
import { Context } from "../../src/native/context.ts";
import { openLibrary } from "../../src/native/library.ts";
import { State } from "../../src/native/state.ts";
import { NANO_MODEL_PATH, readClips } from "../support/fixtures.ts";
import { LIBRARY_DIR, samplesOf } from "../support/native.ts";
import { wordErrorRate } from "../support/word-error-rate.ts";

const THREADS = 2;
const OPTIONS = { language: null, translate: false, prompt: "", temperature: 0, threads: THREADS, tokens: false };

const library = openLibrary(LIBRARY_DIR);
const context = Context.open(library, process.argv[2] ?? NANO_MODEL_PATH);
const state = State.open(library, context.pointer);
const clips = (await readClips()).filter((clip) => clip.kind === "short");
const modes = ["full", "fit"].map((name) => ({ name, ms: 0, texts: new Array<string>() }));
for (const clip of clips) {
  const samples = await samplesOf(clip.path);
  for (const mode of modes) {
    const startMs = performance.now();
    const fit = mode.name === "fit" ? { audioContext: fitAudioContext(samples.length) } : {};
    const { segments } = state.run(samples, { ...OPTIONS, ...fit });
    mode.ms += performance.now() - startMs;
    mode.texts.push(segments.map((segment) => segment.text).join(""));
  }
}
state.close();
context.close();

console.log(`${clips.length} clips, ${THREADS} threads, CPU variant ${library.cpuVariant}`);
for (const { name, ms, texts } of modes) {
  const pairs = clips.map((clip, i) => ({ reference: clip.text, hypothesis: texts[i] ?? "" }));
  const rate = (wordErrorRate(pairs) * 100).toFixed(1);
  console.log(`  ${name}: ${(ms / clips.length).toFixed(0)} ms a clip, word error rate ${rate} %`);
}
