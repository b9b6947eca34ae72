/**
 * One case of a run: a request that depends on the run's seed and the case's number only.
 */
import { CLIP, makeAudio, SHORT_CLIP } from "./audio.ts";
import { createDice, type Dice } from "./dice.ts";
import { encodeForm, fieldPart, filePart, mutateContentType, mutateForm, type Form, type Part } from "./form.ts";
import { mutateBytes } from "./mutate-bytes.ts";

/** What is wrong with the request. */
export type Kind = "form" | "form bytes" | "content type" | "audio" | "json" | "random" | "cut off";

export interface FuzzCase {
  readonly index: number;
  readonly kind: Kind;
  readonly path: string;
  readonly contentType: string;
  readonly body: Buffer;
  /** The client leaves after so many bytes. */
  readonly leavesAfter?: number;
}

/** How often each kind comes. Audio that is still readable costs a transcription, everything else next to nothing. */
const SHARES: readonly (readonly [Kind, number])[] = [
  ["form", 0.37],
  ["form bytes", 0.26],
  ["content type", 0.05],
  ["audio", 0.1],
  ["json", 0.1],
  ["random", 0.07],
  ["cut off", 0.05],
];

const PATHS = ["/v1/audio/transcriptions", "/v1/audio/translations"];
const FORMATS = ["json", "json", "json", "text", "srt", "vtt", "verbose_json"];
/** Of the forms around whole audio. */
const DECODED_SHARE = 0.02;

export function makeCase(seed: number, index: number): FuzzCase {
  const dice = createDice(seed, index);
  const kind = pickKind(dice);
  const boundary = `----fuzz${dice.below(1e9)}`;
  const path = dice.chance(0.85) ? "/v1/audio/transcriptions" : dice.pick(PATHS);
  const contentType = `multipart/form-data; boundary=${boundary}`;
  return { index, kind, path, contentType, ...MAKERS[kind](boundary, dice) };
}

function pickKind(dice: Dice): Kind {
  let left = dice.below(1e6) / 1e6;
  for (const [kind, share] of SHARES) {
    left -= share;
    if (left < 0) return kind;
  }
  return "form";
}

type Maker = (boundary: string, dice: Dice) => { body: Buffer; contentType?: string; leavesAfter?: number };

const MAKERS: Readonly<Record<Kind, Maker>> = {
  form: (boundary, dice) => ({ body: encodeForm(mutateForm(wholeForm(boundary, dice), dice)) }),
  "form bytes": (boundary, dice) => ({ body: mutateBytes(encodeForm(wholeForm(boundary, dice)), dice) }),
  "content type": (boundary, dice) => ({
    body: encodeForm(wholeForm(boundary, dice)),
    contentType: mutateContentType(boundary, dice),
  }),
  audio: (boundary, dice) => {
    const { bytes, extension } = makeAudio(dice);
    return { body: encodeForm({ boundary, parts: formParts(bytes, `clip.${extension}`, dice) }) };
  },
  json: (_boundary, dice) => ({ body: makeJson(dice), contentType: "application/json" }),
  random: (_boundary, dice) => {
    const body = dice.bytes(dice.below(2000));
    return dice.chance(0.3) ? { body, contentType: "application/json" } : { body };
  },
  "cut off": (boundary, dice) => {
    const body = encodeForm(wholeForm(boundary, dice));
    return { body, leavesAfter: dice.below(body.length) };
  },
};

function wholeForm(boundary: string, dice: Dice): Form {
  const bytes = dice.chance(DECODED_SHARE) ? CLIP : SHORT_CLIP;
  return { boundary, parts: formParts(bytes, "clip.wav", dice) };
}

function formParts(bytes: Buffer, fileName: string, dice: Dice): Part[] {
  const file = filePart(bytes, fileName);
  const fields = [
    fieldPart("model", "whisper-1"),
    fieldPart("language", "en"),
    fieldPart("response_format", dice.pick(FORMATS)),
    ...(dice.chance(0.2) ? [fieldPart("stream", "true")] : []),
    ...(dice.chance(0.2) ? [fieldPart("prompt", "A kettle.")] : []),
    ...(dice.chance(0.1) ? [fieldPart("chunking_strategy", "auto")] : []),
  ];
  return dice.chance(0.5) ? [...fields, file] : [file, ...fields];
}

/** The JSON form of a request, changed as text or in its base64. */
function makeJson(dice: Dice): Buffer {
  const audio = dice.chance(DECODED_SHARE) ? CLIP : SHORT_CLIP;
  const data = audio.toString("base64");
  const changed = dice.chance(0.4) ? mutateBytes(Buffer.from(data), dice).toString("latin1") : data;
  const input = dice.pick([{ data: changed, format: "wav" }, { data: changed }, { data: [changed] }, changed, null]);
  const body = {
    model: "whisper-1",
    language: "en",
    [dice.pick(["temperature", "prompt", "__proto__"])]: 0,
    input_audio: input,
  };
  const text = Buffer.from(JSON.stringify(body));
  return dice.chance(0.6) ? mutateBytes(text, dice) : text;
}
