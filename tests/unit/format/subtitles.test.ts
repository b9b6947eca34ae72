import { describe, expect, test } from "bun:test";
import { parse } from "@plussub/srt-vtt-parser";
import * as fc from "fast-check";
import { makeCues } from "../../../src/format/cues.ts";
import { formatSrt, formatVtt } from "../../../src/format/subtitles.ts";
import { joinTranscript } from "../../../src/format/transcript.ts";
import { makeSegment, segmentLists } from "../../support/segments.ts";

const CUES = [
  { startSeconds: 0, endSeconds: 3, text: "Open the file main and go to line ten." },
  { startSeconds: 3, endSeconds: 3723.5, text: "Then delete the two lines below it." },
];

describe("bytes", () => {
  test("srt numbers its cues, has hours and a comma, and one more newline at the end", () => {
    expect(formatSrt(CUES)).toBe(
      "1\n00:00:00,000 --> 00:00:03,000\nOpen the file main and go to line ten.\n\n" +
        "2\n00:00:03,000 --> 01:02:03,500\nThen delete the two lines below it.\n\n\n",
    );
  });

  test("vtt has its header, hours, and a point", () => {
    expect(formatVtt(CUES)).toBe(
      "WEBVTT\n\n00:00:00.000 --> 00:00:03.000\nOpen the file main and go to line ten.\n\n" +
        "00:00:03.000 --> 01:02:03.500\nThen delete the two lines below it.\n\n",
    );
  });

  test("no speech is no cue", () => {
    expect(formatSrt(makeCues([], "en"))).toBe("\n");
    expect(formatVtt(makeCues([], "en"))).toBe("WEBVTT\n\n");
  });

  test("a time that rounds up to the next minute is carried", () => {
    expect(formatVtt([{ startSeconds: 59.9996, endSeconds: 3599.9999, text: "x" }])).toContain(
      "00:01:00.000 --> 01:00:00.000",
    );
  });

  test("an arrow or an empty line in the text does not end its cue", () => {
    const text = " a --> b\r\n\n c";
    expect(formatSrt(makeCues([makeSegment(text)], "en"))).toBe("1\n00:00:00,000 --> 00:00:01,000\na -> b\nc\n\n\n");
  });
});

const words = (text: string) => text.replaceAll("-->", "->").split(/\s+/).filter(Boolean).join(" ");

describe("whatever the segments are", () => {
  test("an independent parser reads the same times and words from srt and vtt", () => {
    fc.assert(
      fc.property(segmentLists, (segments) => {
        const cues = makeCues(segments, "en");
        for (const body of [formatSrt(cues), formatVtt(cues)]) {
          const { entries } = parse(body);
          expect(entries.map(({ from, to, text }) => [from, to, words(text)])).toEqual(
            segments.map((s) => [Math.round(s.startSeconds * 1000), Math.round(s.endSeconds * 1000), words(s.text)]),
          );
        }
      }),
    );
  });

  test("limits are kept, and no word is lost or out of time", () => {
    const limits = fc.record(
      { maxLineWidth: fc.integer({ min: 1, max: 40 }), maxWordsPerLine: fc.integer({ min: 1, max: 5 }) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(segmentLists, limits, fc.option(fc.integer({ min: 1, max: 3 })), (segments, limits, lines) => {
        const all = limits.maxLineWidth !== undefined && lines !== null ? { ...limits, maxLineCount: lines } : limits;
        const cues = makeCues(segments, "en", all);
        expect(words(cues.map(({ text }) => text).join(" "))).toBe(words(joinTranscript(segments)));
        cues.forEach((cue, i) => {
          expect(cue.endSeconds).toBeGreaterThanOrEqual(cue.startSeconds);
          expect(cue.startSeconds).toBeGreaterThanOrEqual(cues[i - 1]?.endSeconds ?? 0);
          for (const line of cue.text.split("\n")) {
            // Signs between words belong to one of them, and a word is never cut.
            const count = line.split(" ").filter((word) => /[\p{L}\p{N}\p{S}]/u.test(word)).length;
            expect(line.length <= (limits.maxLineWidth ?? Infinity) || count <= 1).toBe(true);
            expect(count).toBeLessThanOrEqual(limits.maxWordsPerLine ?? Infinity);
          }
          if ("maxLineCount" in all) expect(cue.text.split("\n").length).toBeLessThanOrEqual(all.maxLineCount ?? 0);
        });
      }),
    );
  });
});
