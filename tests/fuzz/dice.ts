import { createRandom } from "../support/noises.ts";

/** Choices that depend on a seed and nothing else. */
export interface Dice {
  /** A whole number from 0 to `limit - 1`. */
  below(limit: number): number;
  chance(probability: number): boolean;
  /** @throws Error for an empty list */
  pick<T>(values: readonly T[]): T;
  bytes(count: number): Buffer;
}

/** Dice of one case: each case of a run can be thrown again without those before it. */
export function createDice(seed: number, index: number): Dice {
  const random = createRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  const below = (limit: number) => Math.floor(random() * limit);
  return {
    below,
    chance: (probability) => random() < probability,
    pick: (values) => {
      const value = values[below(values.length)];
      if (value === undefined) throw new Error("Expected something to pick from, got an empty list.");
      return value;
    },
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => below(256))),
  };
}
