import { SttError } from "../errors.ts";

/** Guess of when a place may be free again, where nothing has been measured. */
const RETRY_AFTER_SECONDS = 5;

/** Places for audio requests: each holds an upload on disk, and waits or runs. */
export interface Capacity {
  /** Takes a place until disposed of. @throws SttError overloaded if there is none */
  enter(): Disposable;
}

/** @param limit audio requests that may be in hand at the same time */
export function createCapacity(limit: number): Capacity {
  let taken = 0;
  return {
    enter() {
      if (taken >= limit) {
        throw new SttError(
          "overloaded",
          `The server has its limit of ${limit} audio requests in hand. Send this one again a little later.`,
          { retryAfterSeconds: RETRY_AFTER_SECONDS },
        );
      }
      taken += 1;
      let held = true;
      return {
        [Symbol.dispose]() {
          if (held) taken -= 1;
          held = false;
        },
      };
    },
  };
}
