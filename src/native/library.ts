/** The native library: loaded once a thread, its CPU backend once a process. */
import { join } from "node:path";
import { CString, dlopen, ptr, suffix, type Library as FfiLibrary, type Pointer } from "bun:ffi";
import { SttError } from "../errors.ts";
import { STT_ABI_VERSION, Status, symbols } from "./symbols.ts";

const LOG_LEVELS = ["debug", "debug", "info", "warn", "error"] as const;
const LOG_LINE_BYTES = 1024;

export interface NativeLogLine {
  readonly level: (typeof LOG_LEVELS)[number];
  readonly message: string;
}

export interface Library {
  readonly call: FfiLibrary<typeof symbols>["symbols"];
  /** The CPU backend that was chosen, e.g. `zen4`. */
  readonly cpuVariant: string;
  readonly whisperVersion: string;
  /** Throws what the native side says about the last call of this thread, unless `status` is 0. */
  check(status: number, what: string): void;
  /** Lines that whisper.cpp and ggml logged since the last call, oldest first; at most 256. */
  takeLogLines(): NativeLogLine[];
}

/**
 * Loads libstt from `libraryDir` (an absolute path) and the CPU backend there that suits this machine.
 * @throws SttError model_unavailable if a library is missing, is of another version, or does not run on this CPU.
 */
export function openLibrary(libraryDir: string): Library {
  const path = join(libraryDir, `libstt.${suffix}`);
  const library = load(path);
  const call = library.symbols;
  if (call.stt_abi_version() !== STT_ABI_VERSION) {
    throw new SttError(
      "model_unavailable",
      `The native library is of another version: expected ABI ${STT_ABI_VERSION}, got ${call.stt_abi_version()}. ` +
        "Build it again with: bun run build:native",
    );
  }
  const check = (status: number, what: string) => {
    if (status === Status.ok) return;
    throw new SttError(
      status === Status.aborted ? "client_closed" : "model_unavailable",
      `${what}: ${lastError(call)}`,
    );
  };
  check(call.stt_backend_load_cpu(cString(libraryDir)), "No CPU backend could be loaded");
  return {
    call,
    check,
    cpuVariant: readString(call.stt_cpu_variant()),
    whisperVersion: readString(call.stt_version()),
    takeLogLines: () => takeLogLines(call),
  };
}

function load(path: string): FfiLibrary<typeof symbols> {
  try {
    return dlopen(path, symbols);
  } catch (cause) {
    throw new SttError("model_unavailable", "The native library cannot be loaded. The log has the reason.", { cause });
  }
}

function lastError(call: Library["call"]): string {
  return readString(call.stt_last_error()) || "no reason was given";
}

function takeLogLines(call: Library["call"]): NativeLogLine[] {
  const line = new Uint8Array(LOG_LINE_BYTES);
  const level = new Int32Array(1);
  const lines: NativeLogLine[] = [];
  while (call.stt_log_take(line, line.length, level) === 1) {
    const message = new TextDecoder().decode(line.subarray(0, line.indexOf(0)));
    lines.push({ level: LOG_LEVELS[level[0] ?? 1] ?? "debug", message });
  }
  return lines;
}

/** A NUL-terminated copy, alive as long as the array is referenced. */
export function cString(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`);
}

/** A pointer as bun:ffi types what native functions return; on the 64-bit systems we build for it is a number. */
export type Returned = Pointer | bigint | null;

/** Text behind a C pointer; "" behind null. */
export function readString(pointer: Returned): string {
  return pointer === null ? "" : new CString(Number(pointer) as Pointer).toString();
}

/** A place for a native function to put one pointer, and how to read it. */
export function pointerSlot(): { readonly slot: Pointer; read(): number } {
  const value = new BigUint64Array(1);
  return { slot: ptr(value), read: () => Number(value[0]) };
}
