/** How often a condition is looked at. Short, because some of them hold for some ten milliseconds only. */
const POLL_INTERVAL_MS = 5;

export interface WaitOptions {
  /** What is waited for, for the message. */
  readonly what: string;
  readonly timeoutMs?: number;
}

/**
 * Asks until the answer is neither undefined nor false, and gives that answer.
 * @throws Error when the time is up; what `probe` throws passes through
 */
export async function waitFor<T>(
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  { what, timeoutMs = 30_000 }: WaitOptions,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`Expected ${what} within ${timeoutMs} ms, it did not come.`);
    await Bun.sleep(POLL_INTERVAL_MS);
  }
}
