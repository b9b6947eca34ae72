/**
 * The JSON form of a request, `{"model", "input_audio": {"data": "<base64>", "format"}}`: the audio goes to disk as it
 * arrives, and the other members become the fields of a form. Memory does not grow with the audio.
 */
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { SttError } from "../errors.ts";
import { createBase64Decoder } from "./base64-decoder.ts";
import type { FormEntry } from "./form-fields.ts";
import { createJsonSplitter } from "./json-splitter.ts";
import { STALL_LIMIT_MS, untilStalled } from "./stalled.ts";
import { tooLarge, type Upload, type UploadOptions } from "./upload.ts";

/** Everything but the audio. */
const MAX_REST_BYTES = 1024 * 1024;

const PARAM = "input_audio";

const bodySchema = v.looseObject({ input_audio: v.object({ data: v.string() }) });

/**
 * Receives the body.
 * @throws SttError: `malformed_body`, `missing_field`, `invalid_value`, `too_large`, or `client_closed`
 */
export async function receiveJson(request: Request, options: UploadOptions): Promise<Upload> {
  const path = join(options.directory, crypto.randomUUID());
  const remove = () => rm(path, { force: true });
  try {
    const rest = await writeAudio(request, path, options);
    return { path, fields: readMembers(rest), [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    if (request.signal.aborted) throw new SttError("client_closed", "The client left during the upload.");
    throw error;
  }
}

async function writeAudio(request: Request, path: string, options: UploadOptions): Promise<Buffer> {
  const { maxFileBytes, stallMs = STALL_LIMIT_MS } = options;
  await using file = await open(path, "wx", 0o600);
  const decoder = createBase64Decoder();
  const pieces: Buffer[] = [];
  const splitter = createJsonSplitter((text) => pieces.push(orRefuse(decoder.push(text))));
  let fileBytes = 0;
  const flush = async () => {
    const bytes = Buffer.concat(pieces.splice(0));
    fileBytes += bytes.length;
    if (fileBytes > maxFileBytes) throw tooLarge(maxFileBytes, PARAM);
    await file.writeFile(bytes);
  };
  if (request.body === null) throw malformed("an object, got nothing");
  for await (const bytes of untilStalled(request.body, stallMs)) {
    splitter.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    await flush();
    if (splitter.restBytes > MAX_REST_BYTES) throw malformed(`at most 1 MiB besides the audio, got more`);
  }
  pieces.push(orRefuse(decoder.end()));
  await flush();
  const rest = splitter.rest();
  if (fileBytes === 0) checkAudio(rest);
  return rest;
}

function orRefuse(bytes: Buffer | undefined): Buffer {
  if (bytes !== undefined) return bytes;
  throw new SttError("invalid_value", "Expected base64 in 'input_audio.data', got other characters.", { param: PARAM });
}

/** Says why there is no audio. */
function checkAudio(rest: Buffer): never {
  readMembers(rest);
  throw new SttError("invalid_value", "Expected audio in 'input_audio.data', got an empty text.", { param: PARAM });
}

/** Members as a form has them: numbers and flags as text, lists item by item, objects as JSON. */
function readMembers(rest: Buffer): FormEntry[] {
  const body = parse(rest);
  return Object.entries(body)
    .filter(([name]) => name !== PARAM)
    .flatMap(([name, value]): FormEntry[] => {
      if (value === null || value === undefined) return [];
      if (Array.isArray(value)) return value.map((item) => [`${name}[]`, toText(item)] as const);
      return [[name, toText(value)]];
    });
}

function parse(rest: Buffer) {
  let value: unknown;
  try {
    value = JSON.parse(rest.toString());
  } catch (cause) {
    throw malformed("a whole JSON object, got something else", cause);
  }
  const body = v.safeParse(bodySchema, value);
  if (body.success) return body.output;
  if (!Array.isArray(value) && v.is(v.looseObject({}), value)) {
    const message = "Expected the audio as base64 in 'input_audio.data', got none. A multipart form has it in 'file'.";
    throw new SttError("missing_field", message, { param: PARAM });
  }
  throw malformed("a JSON object, got another value");
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function malformed(expected: string, cause?: unknown): SttError {
  return new SttError("malformed_body", `The JSON body cannot be read: expected ${expected}.`, { cause });
}
