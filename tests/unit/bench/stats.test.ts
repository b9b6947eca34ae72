import { describe, expect, test } from "bun:test";
import { differences, mean, median, quantile, runInterleaved, summarize } from "../../bench/stats.ts";

describe("median", () => {
  test("is the middle value, whatever the order", () => expect(median([9, 1, 5])).toBe(5));
  test("of an even count lies between the two in the middle", () => expect(median([4, 1, 3, 2])).toBe(2.5));
  test("of one value is that value", () => expect(median([7])).toBe(7));
  test("sorts numbers, not their digits", () => expect(median([100, 20, 3])).toBe(20));
  test("leaves the values as they were", () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
  test("of nothing is an error, not a number", () => expect(() => median([])).toThrow("at least one"));
});

describe("quantile", () => {
  test("of 0 and 1 are the least and the greatest", () => {
    expect([quantile([2, 9, 4], 0), quantile([2, 9, 4], 1)]).toEqual([2, 9]);
  });
  test("between two values is interpolated", () => expect(quantile([0, 10], 0.25)).toBe(2.5));
});

test("a summary is not moved by one value that is far off", () => {
  expect(summarize([10, 11, 12, 13, 1000])).toEqual({ median: 12, lowerQuartile: 11, upperQuartile: 13 });
});

test("the mean weighs all values alike", () => expect(mean([1, 2, 6])).toBe(3));

describe("differences", () => {
  test("are taken pair by pair", () => expect(differences([1, 10, 100], [2, 12, 103])).toEqual([1, 2, 3]));
  test("need pairs", () => expect(() => differences([1], [1, 2])).toThrow("got 1 and 2"));
});

describe("interleaving", () => {
  test("takes the sides in turn, in the same order every round", async () => {
    const seen: string[] = [];
    const side = (name: string) => async () => seen.push(name);
    const results = await runInterleaved({ ours: side("A"), theirs: side("B") }, { rounds: 3 });
    expect(seen.join(" ")).toBe("A B A B A B");
    expect(results).toEqual({ ours: [1, 3, 5], theirs: [2, 4, 6] });
  });

  test("never runs two sides at once, and settles before each", async () => {
    let running = 0;
    let settled = 0;
    const side = async () => {
      running += 1;
      const together = running;
      await Promise.resolve();
      running -= 1;
      return [together, settled];
    };
    const settle = async () => void (settled += 1);
    const { a, b } = await runInterleaved({ a: side, b: side }, { rounds: 2, settle });
    expect(a).toEqual([
      [1, 1],
      [1, 3],
    ]);
    expect(b).toEqual([
      [1, 2],
      [1, 4],
    ]);
  });

  test("passes on what a side throws", async () => {
    const gone = new Error("the other side is gone");
    await expect(runInterleaved({ broken: () => Promise.reject(gone) }, { rounds: 1 })).rejects.toThrow(gone);
  });
});
