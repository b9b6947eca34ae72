/**
 * Takes the audio out of a JSON body while it arrives: `input_audio.data` is hundreds of megabytes at worst, and all the rest
 * is a few fields.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Keys longer than this are none of those looked for. */
const MAX_KEY_BYTES = 32;

/** What JSON's escapes stand for, as far as base64 may hold them; a line break is of no meaning there. */
const ESCAPES: Readonly<Record<string, string>> = { "/": "/", n: "", r: "", t: "" };

/** Stands for an escape that cannot be part of base64; the decoder refuses it. */
const NO_BASE64 = "\\";

export interface JsonSplitter {
  /** Takes the next bytes of the body. */
  push(bytes: Buffer): void;
  /** Length of what is no audio so far. */
  readonly restBytes: number;
  /** The body without its audio: the string is still there, but empty. */
  rest(): Buffer;
}

/** @param onAudio takes the text of `input_audio.data`, piece by piece */
export function createJsonSplitter(onAudio: (text: string) => void): JsonSplitter {
  const kept: Buffer[] = [];
  let keptBytes = 0;
  const keep = (bytes: Buffer) => {
    kept.push(Buffer.from(bytes));
    keptBytes += bytes.length;
  };
  const place = createPlace();
  let audio: AudioString | undefined;
  return {
    push(bytes) {
      for (let left = bytes; left.length > 0;) {
        const taken = audio === undefined ? skipToAudio(left, place) : audio.take(left);
        if (audio === undefined) keep(left.subarray(0, taken));
        else if (audio.ended) keep(left.subarray(taken - 1, taken));
        if (audio === undefined) audio = place.inAudio() ? createAudioString(onAudio) : undefined;
        else if (audio.ended) audio = place.leaveAudio();
        left = left.subarray(taken);
      }
    },
    get restBytes() {
      return keptBytes;
    },
    rest: () => Buffer.concat(kept),
  };
}

/** @returns how many bytes come before the audio, its opening quote included */
function skipToAudio(bytes: Buffer, place: Place): number {
  for (let i = 0; i < bytes.length; i += 1) {
    place.step(bytes[i] ?? 0);
    if (place.inAudio()) return i + 1;
  }
  return bytes.length;
}

interface AudioString {
  /** @returns how many of the bytes belong to the string; the last one is its closing quote if it has ended */
  take(bytes: Buffer): number;
  readonly ended: boolean;
}

function createAudioString(onAudio: (text: string) => void): AudioString {
  /** What came of an escape; undefined outside of one. */
  let escape: string | undefined;
  let ended = false;
  return {
    take(bytes) {
      if (escape !== undefined) {
        escape += String.fromCharCode(bytes[0] ?? 0);
        const text = readEscape(escape);
        if (text !== undefined) onAudio(text);
        if (text !== undefined) escape = undefined;
        return 1;
      }
      const stop = findStop(bytes);
      if (stop > 0) onAudio(bytes.toString("latin1", 0, stop));
      if (stop === bytes.length) return stop;
      if (bytes[stop] === BACKSLASH) escape = "";
      else ended = true;
      return stop + 1;
    },
    get ended() {
      return ended;
    },
  };
}

/** What stands after a backslash -> its meaning; undefined while it is incomplete. */
function readEscape(escape: string): string | undefined {
  if (!escape.startsWith("u")) return ESCAPES[escape] ?? NO_BASE64;
  if (escape.length < 5) return undefined;
  const code = Number.parseInt(escape.slice(1), 16);
  return code > 0 ? String.fromCharCode(code) : NO_BASE64;
}

function findStop(bytes: Buffer): number {
  const quote = bytes.indexOf(QUOTE);
  const end = quote < 0 ? bytes.length : quote;
  const backslash = bytes.subarray(0, end).indexOf(BACKSLASH);
  return backslash < 0 ? end : backslash;
}

/** Where in the document a byte stands. */
interface Place {
  step(byte: number): void;
  /** Whether the last byte opened the audio's string. */
  inAudio(): boolean;
  leaveAudio(): undefined;
}

function createPlace(): Place {
  const parents: string[] = [];
  let key = "";
  /** The string that is being read; undefined outside of one. */
  let text: string | undefined;
  let afterColon = false;
  let escaped = false;

  const inString = (byte: number, so: string) => {
    const ends = !escaped && byte === QUOTE;
    escaped = !escaped && byte === BACKSLASH;
    if (ends && !afterColon) key = so;
    if (ends) text = undefined;
    else if (so.length < MAX_KEY_BYTES) text = so + String.fromCharCode(byte);
  };
  const outside = (char: string) => {
    if (char === '"') text = "";
    if (char === "{" || char === "[") parents.push(afterColon ? key : "");
    if (char === "}" || char === "]") parents.pop();
    if (char === ":") afterColon = true;
    else if (/[{}[\],]/.test(char)) afterColon = false;
  };
  return {
    step: (byte) => (text === undefined ? outside(String.fromCharCode(byte)) : inString(byte, text)),
    inAudio: () => text === "" && afterColon && key === "data" && parents.length === 2 && parents[1] === "input_audio",
    leaveAudio() {
      text = undefined;
    },
  };
}
