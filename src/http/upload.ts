/**
 * A multipart body, read as it arrives: the file goes to disk piece by piece, the fields to memory. Nothing of it stays
 * when the caller is done, or when it fails halfway.
 */
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { Busboy, type BusboyInstance } from "@fastify/busboy";
import { SttError } from "../errors.ts";
import type { FormEntry } from "./form-fields.ts";
import { STALL_LIMIT_MS, untilStalled } from "./stalled.ts";

/** Far more than any client sends, and little enough to hold in memory. */
const MAX_PARTS = 100;
const MAX_FIELD_BYTES = 64 * 1024;
/** What a body may have besides its file: every part at its limit, with headers. */
const MAX_OTHER_BYTES = MAX_PARTS * (MAX_FIELD_BYTES + 16 * 1024);
const MIB = 1024 * 1024;

export interface UploadOptions {
  /** An existing private folder. */
  readonly directory: string;
  readonly maxFileBytes: number;
  /** How long nothing may come; 30 s unless said. */
  readonly stallMs?: number;
}

/** A received form. Disposing of it removes the file. */
export interface Upload extends AsyncDisposable {
  /** The file, without an extension: names and types that clients give are not to be trusted. */
  readonly path: string;
  readonly fields: readonly FormEntry[];
}

/**
 * Receives the form with its one file, named `file`.
 * @throws SttError: `wrong_content_type`, `malformed_body`, `missing_field`, `invalid_value`, `too_large`, or
 *   `client_closed` when the client leaves before the end.
 */
export async function receiveUpload(request: Request, options: UploadOptions): Promise<Upload> {
  const parser = createParser(request, options.maxFileBytes);
  const path = join(options.directory, crypto.randomUUID());
  const remove = () => rm(path, { force: true });
  try {
    const fields = await readForm(request, parser, { ...options, path });
    return { path, fields, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    if (request.signal.aborted) throw new SttError("client_closed", "The client left during the upload.");
    if (error instanceof SttError) throw error;
    // What is left comes from the form parser: its texts are about parts and boundaries.
    throw new SttError("malformed_body", `The multipart body cannot be read: ${messageOf(error)}. Was it cut short?`, {
      cause: error,
    });
  }
}

function createParser(request: Request, maxFileBytes: number): BusboyInstance {
  const contentType = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\b/i.test(contentType)) {
    const got = contentType === "" ? "none" : `'${contentType.slice(0, 100)}'`;
    throw new SttError(
      "wrong_content_type",
      `Expected content type multipart/form-data or application/json, got ${got}.`,
    );
  }
  const declaredBytes = Number(request.headers.get("content-length") ?? 0);
  if (declaredBytes > maxFileBytes + MAX_OTHER_BYTES) throw tooLarge(maxFileBytes);
  try {
    return new Busboy({
      headers: { "content-type": contentType },
      limits: { parts: MAX_PARTS, fieldSize: MAX_FIELD_BYTES, fileSize: maxFileBytes },
      // A part named `file` is the file even if the client gave it no name and no type.
      isPartAFile: (name, _type, fileName) => name === "file" || fileName !== undefined,
    });
  } catch (cause) {
    throw new SttError("malformed_body", "Expected a boundary in the multipart content type, got none.", { cause });
  }
}

interface FormTarget extends UploadOptions {
  readonly path: string;
}

/** Runs body -> parser -> disk to the end; whichever fails first stops the other two. */
async function readForm(request: Request, parser: BusboyInstance, target: FormTarget): Promise<FormEntry[]> {
  if (request.body === null) throw new SttError("malformed_body", "Expected a multipart body, got none.");
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  const form = collectParts(parser, { ...target, signal, fail: (error) => stop.abort(error) });
  try {
    const web = Readable.fromWeb(request.body as ReadableStream<Uint8Array>);
    const body = untilStalled(web, target.stallMs ?? STALL_LIMIT_MS);
    const limit = target.maxFileBytes + MAX_OTHER_BYTES;
    const read = pipeline(body, (source) => limitBytes(source, limit, tooLarge(target.maxFileBytes)), parser, {
      signal,
    });
    // Where a form ends before its first part and goes on all the same, the parser finishes and the pipeline never does.
    await Promise.race([read, once(parser, "finish")]);
    await form.writing;
  } catch (error) {
    stop.abort(error);
    await form.writing; // The file must be closed before it is removed.
    throw stop.signal.reason;
  }
  if (stop.signal.aborted) throw stop.signal.reason;
  if (form.writing === undefined) {
    throw new SttError("missing_field", "Expected a file in the field 'file', got none.", { param: "file" });
  }
  if (form.fileBytes() === 0) {
    throw new SttError("invalid_value", "Expected audio in the field 'file', got an empty file.", { param: "file" });
  }
  return form.fields;
}

/** Passes a body on until it is longer than all that could be in it. */
async function* limitBytes(source: AsyncIterable<Uint8Array>, limit: number, error: SttError) {
  let bytes = 0;
  for await (const piece of source) {
    bytes += piece.byteLength;
    if (bytes > limit) throw error;
    yield piece;
  }
}

interface CollectOptions extends FormTarget {
  readonly signal: AbortSignal;
  /** Takes the first reason to give up. */
  readonly fail: (error: unknown) => void;
}

/** Listens to the parser. `writing` is undefined until the file begins, and never rejects. */
function collectParts(parser: BusboyInstance, options: CollectOptions) {
  const { fail, signal } = options;
  const fields: FormEntry[] = [];
  let sink: ReturnType<typeof createWriteStream> | undefined;
  let writing: Promise<void> | undefined;
  parser.on("partsLimit", () =>
    fail(new SttError("malformed_body", `Expected at most ${MAX_PARTS} fields, got more.`)),
  );
  parser.on("field", (name: string | undefined, value, _nameCut, valueCut) => {
    if (name === undefined) return;
    // Voice samples are refused as a whole, and for another reason.
    if (valueCut && !name.startsWith("known_speaker_references")) fail(fieldTooLong(name));
    fields.push([name, value]);
  });
  parser.on("file", (name, part) => {
    part.once("limit", () => fail(tooLarge(options.maxFileBytes)));
    if (name !== "file") {
      part.on("error", fail).resume();
      return;
    }
    if (sink !== undefined) {
      fail(new SttError("invalid_value", "Expected one file in the field 'file', got more.", { param: "file" }));
      part.on("error", fail).resume();
      return;
    }
    sink = createWriteStream(options.path, { flags: "wx", mode: 0o600 });
    sink.once("error", (cause) => {
      if (!signal.aborted) fail(new SttError("internal_error", "The server could not store the upload.", { cause }));
    });
    writing = pipeline(part, sink, { signal }).catch(fail);
  });
  return {
    fields,
    fileBytes: () => sink?.bytesWritten ?? 0,
    get writing() {
      return writing;
    },
  };
}

/** @param param the field that holds the file */
export function tooLarge(maxFileBytes: number, param = "file"): SttError {
  return new SttError("too_large", `Expected a file of at most ${maxFileBytes / MIB} MiB, got a larger one.`, {
    param,
  });
}

function fieldTooLong(name: string): SttError {
  const field = name.slice(0, 100);
  return new SttError(
    "invalid_value",
    `Expected at most ${MAX_FIELD_BYTES / 1024} KiB in the field '${field}', got more.`,
    {
      param: field,
    },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "unknown reason";
}
