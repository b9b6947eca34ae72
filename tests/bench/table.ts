/**
 * How results are written: columns and numbers for people, JSON for programs.
 */
import type { Summary } from "./stats.ts";

/** Lines of a table; the first row is its head. Numbers stand to the right, the first column to the left. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => `  ${row.map(pad).join("   ")}`.trimEnd()).join("\n");
}

/** `12.3 [11.9-12.8]`: median and quartiles. */
export function formatSummary({ median, lowerQuartile, upperQuartile }: Summary, digits = 1): string {
  return `${median.toFixed(digits)} [${lowerQuartile.toFixed(digits)}-${upperQuartile.toFixed(digits)}]`;
}

/** Megabytes of a million bytes. */
export function formatMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Indented, numbers to a thousandth: more digits than a clock has only hide what changed. */
export function formatReportJson(report: object): string {
  return JSON.stringify(report, (_, value: unknown) => roundNumber(value), 2);
}

function roundNumber(value: unknown): unknown {
  return typeof value === "number" ? Math.round(value * 1000) / 1000 : value;
}
