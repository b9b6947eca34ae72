import { expect, test } from "bun:test";
import { formatReportJson, formatSummary, formatTable } from "../../bench/table.ts";

test("columns are as wide as their widest cell, numbers to the right", () => {
  const rows = [
    ["model", "ms"],
    ["tiny", "1000"],
  ];
  expect(formatTable(rows)).toBe("  model     ms\n  tiny    1000");
});

test("a summary shows the median first, then how far the middle half lies apart", () => {
  expect(formatSummary({ median: 12.34, lowerQuartile: 11, upperQuartile: 13.06 })).toBe("12.3 [11.0-13.1]");
});

test("JSON keeps text and whole numbers as they are and cuts digits off others", () => {
  expect(JSON.parse(formatReportJson({ text: "1.23456", count: 7, ms: [1.23456] }))).toEqual({
    text: "1.23456",
    count: 7,
    ms: [1.235],
  });
});
