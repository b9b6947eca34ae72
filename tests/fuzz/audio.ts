/**
 * Audio files that are almost right. Most changes hit the head, where formats keep their lengths, counts and rates.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Dice } from "./dice.ts";
import { mutateBytes } from "./mutate-bytes.ts";

const read = (name: string) => readFileSync(join(import.meta.dir, "seeds", name));

const CONTAINERS = ["wav", "mp3", "webm", "mp4", "ogg", "flac"] as const;
const CLIPS = CONTAINERS.map((extension) => ({ extension, bytes: read(`clip.${extension}`) }));

/** 0.3 s, in WAV. */
export const CLIP: Buffer = read("clip.wav");
/** Refused as too short, after the whole request was read. */
export const SHORT_CLIP: Buffer = read("short.wav");

const HEAD_BYTES = 128;
/** Width in bytes of the fields of a canonical WAV header -> where they lie. */
const WAV_FIELDS: readonly (readonly [offset: number, bytes: 2 | 4])[] = [
  [4, 4],
  [16, 4],
  [20, 2],
  [22, 2],
  [24, 4],
  [28, 4],
  [32, 2],
  [34, 2],
  [40, 4],
];

export interface MutatedAudio {
  readonly extension: (typeof CONTAINERS)[number];
  readonly bytes: Buffer;
}

export function makeAudio(dice: Dice): MutatedAudio {
  const { extension, bytes } = dice.pick(CLIPS);
  return { extension, bytes: dice.pick([mutateBytes, mutateHead, mutateHead, changeFields, mixFormats])(bytes, dice) };
}

function mutateHead(bytes: Buffer, dice: Dice): Buffer {
  return Buffer.concat([mutateBytes(bytes.subarray(0, HEAD_BYTES), dice), bytes.subarray(HEAD_BYTES)]);
}

/** Odd but aligned values in a WAV header; elsewhere whole numbers at any place of the head. */
function changeFields(bytes: Buffer, dice: Dice): Buffer {
  const changed = Buffer.from(bytes);
  const isWav = bytes.toString("latin1", 0, 4) === "RIFF";
  for (let left = 1 + dice.below(3); left > 0; left -= 1) {
    const [offset, width] = isWav ? dice.pick(WAV_FIELDS) : ([dice.below(HEAD_BYTES), dice.pick([2, 4])] as const);
    const limit = 2 ** (8 * width);
    const value = dice.pick([0, 1, 2, 3, 8, 0x10, limit / 2 - 1, limit / 2, limit - 2, limit - 1, dice.below(limit)]);
    if (isWav) changed.writeUIntLE(value, offset, width);
    else changed.writeUIntBE(value, offset, width);
  }
  return changed;
}

/** The head of one format before the body of another. */
function mixFormats(bytes: Buffer, dice: Dice): Buffer {
  const head = dice.pick(CLIPS).bytes;
  const at = dice.below(HEAD_BYTES);
  return Buffer.concat([head.subarray(0, at), bytes.subarray(at)]);
}
