/**
 * Word error rate: how many words must be inserted, deleted or replaced to get from what was heard to what was said, per
 * word that was said.
 */

export interface TranscriptPair {
  /** What was said. */
  readonly reference: string;
  /** What was heard. */
  readonly hypothesis: string;
}

/** Words of a text in lower case, composed (NFC), without punctuation. Hyphens separate, apostrophes inside a word stay. */
export function splitWords(text: string): string[] {
  const plain = text
    .normalize("NFC")
    .toLowerCase()
    .replaceAll("’", "'")
    .replace(/[^\p{L}\p{N}' ]+/gu, " ");
  return plain
    .split(" ")
    .map((word) => word.replace(/^'+|'+$/g, ""))
    .filter((word) => word !== "");
}

/** Fewest insertions, deletions and replacements that turn one list of words into the other. */
export function countWordErrors(reference: readonly string[], hypothesis: readonly string[]): number {
  let previous = Array.from({ length: hypothesis.length + 1 }, (_, index) => index);
  for (const [row, word] of reference.entries()) {
    const current = [row + 1];
    for (const [column, heard] of hypothesis.entries()) {
      const replace = (previous[column] ?? 0) + (word === heard ? 0 : 1);
      current.push(Math.min(replace, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}

/**
 * Errors in all texts per word in all references: 0 is perfect, 0.05 is five percent; more than 1 is possible.
 * @throws Error if the references hold no word, because then there is nothing to measure
 */
export function wordErrorRate(pairs: readonly TranscriptPair[]): number {
  let errors = 0;
  let words = 0;
  for (const { reference, hypothesis } of pairs) {
    const said = splitWords(reference);
    errors += countWordErrors(said, splitWords(hypothesis));
    words += said.length;
  }
  if (words === 0) throw new Error(`Expected at least one word in the references, got ${pairs.length} texts without.`);
  return errors / words;
}
