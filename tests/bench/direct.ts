/**
 * Starts the direct side of the HTTP bench (direct-process.ts) and asks it for bursts.
 */
import { join } from "node:path";
import * as v from "valibot";
import {
  directFactsSchema,
  directReplySchema,
  type DirectFacts,
  type DirectReply,
  type DirectSettings,
} from "./direct-messages.ts";

export interface DirectSide {
  readonly facts: DirectFacts;
  /** One burst at a time. */
  burst(size: number): Promise<DirectReply>;
  /** For `await using`: ends the process. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** @throws Error if the process ends before it is ready; what it wrote is on standard error */
export async function startDirect(settings: DirectSettings): Promise<DirectSide> {
  let pending = Promise.withResolvers<unknown>();
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "direct-process.ts"), JSON.stringify(settings)], {
    stdio: ["ignore", "ignore", "inherit"],
    ipc: (message: unknown) => pending.resolve(message),
    onExit: () => pending.reject(new Error("The direct side of the bench ended.")),
  });
  const facts = v.parse(directFactsSchema, await pending.promise);
  return {
    facts,
    burst: async (size) => {
      pending = Promise.withResolvers();
      child.send(size);
      return v.parse(directReplySchema, await pending.promise);
    },
    [Symbol.asyncDispose]: async () => {
      pending.promise.catch(() => undefined);
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
