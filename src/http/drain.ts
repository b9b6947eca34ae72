import { setTimeout as delay } from "node:timers/promises";
import type { Activity } from "./activity.ts";

/** The part of Bun's server that a shutdown needs. */
interface StoppableServer {
  stop(closeConnections?: boolean): Promise<void>;
}

/**
 * Takes no new work and lets the requests in hand finish; after `timeoutMs` what is left is closed, which aborts its jobs
 * as if their clients had gone.
 */
export async function drain(server: StoppableServer, activity: Activity, timeoutMs: number): Promise<void> {
  // Not awaited: it would also wait for idle connections that clients keep open.
  void server.stop();
  const deadline = new AbortController();
  const tooLate = delay(timeoutMs, undefined, { signal: deadline.signal }).catch(() => undefined);
  await Promise.race([activity.stop(), tooLate]);
  deadline.abort();
  await server.stop(true);
}
