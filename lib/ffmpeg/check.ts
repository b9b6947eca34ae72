/**
 * Proof that the program which was built is the one that was wanted.
 */
import { PROTOCOLS, type FfmpegTarget } from "./recipe.ts";

/** ELF's `e_machine` and `PT_INTERP`, from the System V ABI. */
const MACHINES: Record<FfmpegTarget, number> = { "linux-x64": 62, "linux-arm64": 183 };
const PT_INTERP = 3;

/** Ours is 2.5 MB; ten times that would mean that another configuration was built. */
const MAX_SIZE_BYTES = 10_000_000;

/**
 * @throws Error if the file is not a static 64-bit ELF program of that target, is too large, or, where it can be run here,
 * speaks another protocol than `file` and `pipe`
 */
export async function checkFfmpeg(path: string, target: FfmpegTarget): Promise<void> {
  const bytes = await Bun.file(path).bytes();
  const wrong = describeElf(bytes, target);
  if (wrong !== undefined) throw new Error(`Expected a static ffmpeg for ${target}, got ${wrong} at ${path}.`);
  if (bytes.length > MAX_SIZE_BYTES) {
    throw new Error(`Expected an ffmpeg of less than ${MAX_SIZE_BYTES} bytes, got ${bytes.length}.`);
  }
  if (target !== `${process.platform}-${process.arch}`) return;
  const result = Bun.spawnSync([path, "-hide_banner", "-protocols"]);
  const spoken = parseProtocols(result.stdout.toString());
  if (result.exitCode !== 0 || spoken.join() !== PROTOCOLS.join()) {
    throw new Error(
      `Expected an ffmpeg that speaks ${PROTOCOLS.join()}, got ${spoken.join() || "one that does not run"}.`,
    );
  }
}

/** What is wrong with a program, in words; undefined if it is static, 64-bit and of the target's processor. */
export function describeElf(bytes: Uint8Array, target: FfmpegTarget): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 64 || view.getUint32(0) !== 0x7f454c46 || bytes[4] !== 2)
    return "something that is not 64-bit ELF";
  const machine = view.getUint16(18, true);
  if (machine !== MACHINES[target]) return `ELF for machine ${machine}`;
  const tableOffset = Number(view.getBigUint64(32, true));
  const entrySize = view.getUint16(54, true);
  for (let index = 0; index < view.getUint16(56, true); index += 1) {
    const offset = tableOffset + index * entrySize;
    if (offset + 4 > bytes.length) return "a damaged ELF file";
    if (view.getUint32(offset, true) === PT_INTERP) return "a dynamically linked program";
  }
  return undefined;
}

/** Names that `ffmpeg -protocols` lists, each once, sorted. */
export function parseProtocols(text: string): string[] {
  return [...new Set([...text.matchAll(/^\s+(\w+)$/gm)].map((match) => match[1] ?? ""))].sort();
}
