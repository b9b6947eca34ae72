/** A client that is silent for so long during its upload, or between requests, is gone. Bun allows at most 255. */
export const IDLE_TIMEOUT_SECONDS = 60;

/** The part of Bun's server that is needed here. */
interface TimedServer {
  timeout(request: Request, seconds: number): void;
}

/**
 * Runs work during which nothing is written, which Bun would take for a dead connection. The timeout comes back
 * afterwards, or the connection would stay open for ever.
 * @param server null when a request is handled without a socket
 */
export async function withoutIdleTimeout<T>(
  server: TimedServer | null,
  request: Request,
  work: () => Promise<T>,
): Promise<T> {
  server?.timeout(request, 0);
  try {
    return await work();
  } finally {
    server?.timeout(request, IDLE_TIMEOUT_SECONDS);
  }
}
