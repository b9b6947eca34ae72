import type { Dice } from "./dice.ts";

/** Not UTF-8: a lone continuation, an overlong slash, half a character, a surrogate, a byte that never occurs. */
export const BROKEN_UTF8: readonly Buffer[] = ["80", "c0af", "e282", "eda080", "ff", "f8888080"].map((hex) =>
  Buffer.from(hex, "hex"),
);

type Mutation = (bytes: Buffer, dice: Dice) => Buffer;

/** Replaces `removed` bytes at a place by others. */
function splice(bytes: Buffer, at: number, removed: number, added: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]);
}

const flipBits: Mutation = (bytes, dice) => {
  const flipped = Buffer.from(bytes);
  for (let left = 1 + dice.below(8); left > 0 && bytes.length > 0; left -= 1) {
    const at = dice.below(bytes.length);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << dice.below(8));
  }
  return flipped;
};

const truncate: Mutation = (bytes, dice) => bytes.subarray(0, dice.below(bytes.length + 1));
const dropFront: Mutation = (bytes, dice) => bytes.subarray(dice.below(Math.min(64, bytes.length) + 1));
const insertRandom: Mutation = (bytes, dice) =>
  splice(bytes, dice.below(bytes.length + 1), 0, dice.bytes(1 + dice.below(64)));
const overwrite: Mutation = (bytes, dice) => {
  const count = 1 + dice.below(32);
  return splice(bytes, dice.below(bytes.length + 1), count, dice.bytes(count));
};
const remove: Mutation = (bytes, dice) =>
  splice(bytes, dice.below(bytes.length + 1), 1 + dice.below(64), Buffer.alloc(0));
const repeat: Mutation = (bytes, dice) => {
  const from = dice.below(bytes.length + 1);
  return splice(bytes, from, 0, bytes.subarray(from, from + 1 + dice.below(256)));
};
const breakUtf8: Mutation = (bytes, dice) => splice(bytes, dice.below(bytes.length + 1), 0, dice.pick(BROKEN_UTF8));
/** Zeros and ones are where lengths and counts go wrong. */
const extremes: Mutation = (bytes, dice) => {
  const count = dice.pick([1, 2, 4, 8]);
  return splice(bytes, dice.below(bytes.length + 1), count, Buffer.alloc(count, dice.pick([0, 0x7f, 0x80, 0xff])));
};

const MUTATIONS: readonly Mutation[] = [
  flipBits,
  truncate,
  dropFront,
  insertRandom,
  overwrite,
  remove,
  repeat,
  breakUtf8,
  extremes,
];

/** One to three changes at random places. */
export function mutateBytes(bytes: Buffer, dice: Dice): Buffer {
  let mutated = bytes;
  for (let left = 1 + dice.below(3); left > 0; left -= 1) mutated = dice.pick(MUTATIONS)(mutated, dice);
  return mutated;
}
