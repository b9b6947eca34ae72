/** Requests in hand, so that a shutdown knows when the last one is done. */
export interface Activity {
  /** Whether the server has begun to shut down and takes no new work. */
  readonly stopping: boolean;
  begin(): void;
  end(): void;
  /** Refuses new work from now on; resolves when no request is in hand any more. */
  stop(): Promise<void>;
}

/** Counts nothing yet. */
export function createActivity(): Activity {
  let count = 0;
  let stopping = false;
  const idle = Promise.withResolvers<void>();
  const settle = () => {
    if (stopping && count === 0) idle.resolve();
  };
  return {
    get stopping() {
      return stopping;
    },
    begin() {
      count += 1;
    },
    end() {
      count -= 1;
      settle();
    },
    stop() {
      stopping = true;
      settle();
      return idle.promise;
    },
  };
}
