import { Elysia } from "elysia";
import { createAudioHandler } from "./audio-route.ts";
import type { Capacity } from "./capacity.ts";
import type { AppDeps } from "./deps.ts";

/** `POST /v1/audio/transcriptions`. The body is read by us as a stream, hence no parser of Elysia's. */
export function transcriptionRoute(deps: AppDeps, capacity: Capacity) {
  return new Elysia().post("/v1/audio/transcriptions", createAudioHandler("transcribe", deps, capacity), {
    parse: "none",
  });
}
