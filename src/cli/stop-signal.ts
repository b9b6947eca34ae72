/** Exit code of a process that ended by a signal, as shells count it. */
const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

type StopSignal = keyof typeof SIGNAL_EXIT_CODES;

/** Resolves with the first SIGINT or SIGTERM. A second one ends the process at once: somebody is in a hurry. */
export function waitForStopSignal(): Promise<StopSignal> {
  const { promise, resolve } = Promise.withResolvers<StopSignal>();
  let asked = false;
  for (const signal of Object.keys(SIGNAL_EXIT_CODES) as StopSignal[]) {
    process.on(signal, () => {
      if (asked) process.exit(SIGNAL_EXIT_CODES[signal]);
      asked = true;
      resolve(signal);
    });
  }
  return promise;
}
