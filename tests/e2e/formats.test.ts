import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { formatPath, readClip } from "../support/fixtures.ts";
import { startServer, type Server } from "../support/server.ts";
import { transcribe, type TranscribeRequest } from "../support/transcribe.ts";
import { wordErrorRate } from "../support/word-error-rate.ts";

setDefaultTimeout(60_000);

/** Every container of the contract, and WAV in its kinds. */
const CONTRACT = [
  "clip.mp3",
  "clip.mp4",
  "clip.mpeg",
  "plain-mp3.mpeg",
  "clip.mpga",
  "clip.m4a",
  "clip.webm",
  "browser.webm",
  "clip.flac",
  "clip.ogg",
  "clip.oga",
  "clip.opus",
  "16k-mono.wav",
  "44k-stereo.wav",
  "48k-24bit.wav",
  "16k-float.wav",
  "streamed.wav",
];

/** What phones and recorders send besides. */
const MORE = [
  "alac.m4a",
  "film.mp4",
  "clip.3gp",
  "clip.aac",
  "clip.wma",
  "clip.aiff",
  "clip.caf",
  "clip.au",
  "clip.avi",
  "16k-adpcm.wav",
];

/** The model was not made for a telephone's 4 kHz: these must be decoded whole, and give some text. */
const TELEPHONE = ["8k-u8.wav", "clip.amr"];

/** Encoders add padding of up to a frame or two at either end. */
const MAX_PADDING_SECONDS = 0.1;

let server: Server;
let reference = { text: "", durationSeconds: 0, wavRate: 0 };

beforeAll(async () => {
  server = await startServer();
  const { path, text, durationSeconds } = await readClip("en-014.wav");
  reference = { text, durationSeconds, wavRate: 0 };
  reference.wavRate = (await hear({ path })).rate;
});
afterAll(() => server[Symbol.asyncDispose]());

async function hear(request: TranscribeRequest) {
  const { text, requestId } = await transcribe(server, request);
  const audioSeconds = Number((await server.requestLog(requestId))["audioSeconds"]);
  return { text, audioSeconds, rate: wordErrorRate([{ reference: reference.text, hypothesis: text }]) };
}

function expectWhole(audioSeconds: number): void {
  expect(Math.abs(audioSeconds - reference.durationSeconds)).toBeLessThan(MAX_PADDING_SECONDS);
}

describe("the words are those of the wav file", () => {
  for (const name of [...CONTRACT, ...MORE]) {
    test(name, async () => {
      const { rate, audioSeconds } = await hear({ path: formatPath(name) });
      expectWhole(audioSeconds);
      expect(rate).toBeLessThanOrEqual(reference.wavRate + 0.01);
    });
  }
});

describe("telephone quality is decoded whole", () => {
  for (const name of TELEPHONE) {
    test(name, async () => {
      const { text, audioSeconds } = await hear({ path: formatPath(name) });
      expectWhole(audioSeconds);
      expect(text).not.toBe("");
    });
  }
});

describe("content decides, whatever the upload claims to be", () => {
  const claims = [
    { file: "clip.flac", name: "file.mp3", type: "audio/mpeg" },
    { file: "browser.webm", name: "audio.wav", type: "audio/wav" },
    { file: "16k-mono.wav", name: "a.m4a", type: "audio/mp4" },
    { file: "clip.mp3", name: "unknown_file", type: "application/octet-stream" },
    { file: "clip.m4a", name: "Aufnahme 1 – über.txt", type: "text/plain" },
  ];
  for (const { file, name, type } of claims) {
    test(`${file} as ${name}, ${type}`, async () => {
      const { rate } = await hear({ path: formatPath(file), claim: { name, type } });
      expect(rate).toBeLessThanOrEqual(reference.wavRate + 0.01);
    });
  }
});
