/**
 * One transcription over plain HTTP, without a client library in between.
 */
import { basename } from "node:path";
import * as v from "valibot";
import type { Server } from "./server.ts";

export interface TranscribeRequest {
  /** The file that is uploaded. */
  readonly path: string;
  readonly fields?: Readonly<Record<string, string>>;
  /** Name and type that the upload claims; those of the path unless given. */
  readonly claim?: { readonly name: string; readonly type: string };
  readonly signal?: AbortSignal;
}

const answerSchema = v.object({ text: v.string() });

/** Sends the file and gives the answer as it comes. */
export async function postTranscription(server: Pick<Server, "url">, request: TranscribeRequest): Promise<Response> {
  const { path, fields = {}, claim } = request;
  const form = new FormData();
  for (const [name, value] of Object.entries({ model: "whisper-1", ...fields })) form.set(name, value);
  const file = Bun.file(path, claim === undefined ? undefined : { type: claim.type });
  form.set("file", file, claim?.name ?? basename(path));
  return fetch(`${server.url}/v1/audio/transcriptions`, {
    method: "POST",
    body: form,
    signal: request.signal ?? null,
  });
}

/**
 * Sends the file and reads the transcript.
 * @throws Error unless the answer is 200 and JSON with a text
 */
export async function transcribe(server: Pick<Server, "url">, request: TranscribeRequest) {
  const response = await postTranscription(server, request);
  const body = await response.text();
  if (response.status !== 200) throw new Error(`Expected 200 for ${request.path}, got ${response.status}: ${body}`);
  const { text } = v.parse(v.pipe(v.string(), v.parseJson(), answerSchema), body);
  return { text, requestId: response.headers.get("x-request-id") };
}
