import { Elysia } from "elysia";
import { createAudioHandler } from "./audio-route.ts";
import type { Capacity } from "./capacity.ts";
import type { AppDeps } from "./deps.ts";

/** `POST /v1/audio/translations`: any language into English. */
export function translationRoute(deps: AppDeps, capacity: Capacity) {
  return new Elysia().post("/v1/audio/translations", createAudioHandler("translate", deps, capacity), {
    parse: "none",
  });
}
