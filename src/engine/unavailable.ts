import { SttError } from "../errors.ts";
import type { Engine } from "./engine.ts";

/** The engine of a server whose model is not there: it refuses every job and says what to do about it. */
export function createUnavailableEngine(message: string): Engine {
  return {
    status: { state: "failed", message, restarts: 0 },
    transcribe: () => Promise.reject(new SttError("model_unavailable", message)),
  };
}
