import { startServer, type Server } from "../support/server.ts";

/** Small limits, so that bodies over them are cheap, and a header that lies about the length costs a minute at most. */
export function startFuzzServer(): Promise<Server> {
  return startServer({ env: { STT_MAX_UPLOAD_MB: "1", STT_MAX_AUDIO_MINUTES: "1" } });
}
