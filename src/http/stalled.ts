import { SttError } from "../errors.ts";

/** How long a client may send nothing while its request is incomplete. Bun itself would cut the connection after 60 s. */
export const STALL_LIMIT_MS = 30_000;

/** Passes pieces on for as long as they come. @throws SttError request_timeout when none came for `limitMs` */
export async function* untilStalled<T>(source: AsyncIterable<T>, limitMs: number): AsyncGenerator<T> {
  const pieces = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await within(pieces.next(), limitMs);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // Not awaited: it would wait for the piece that does not come.
    void pieces.return?.().catch(() => undefined);
  }
}

async function within<T>(promise: Promise<T>, limitMs: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const seconds = limitMs / 1000;
    late.reject(
      new SttError(
        "request_timeout",
        `Expected the rest of the body, but nothing came for ${seconds} s. Send it again.`,
      ),
    );
  }, limitMs);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
