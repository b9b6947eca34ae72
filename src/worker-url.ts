/**
 * Where the worker's code is. This file lies beside main.ts because in the compiled executable `import.meta.url` is the
 * entry point's, and the worker is an entry point of the compile next to it.
 */

/** For `new Worker`. */
export const WORKER_URL = new URL("./worker.ts", import.meta.url).href;
