/**
 * How to start this same program again as another process.
 */
import { join } from "node:path";

/** Where `bun build --compile` mounts the program inside the executable: POSIX, Windows. */
const COMPILED_ROOTS = ["/$bunfs/", "B:\\~BUN\\", "B:/~BUN/"];

/** Command line of this program with a subcommand: the executable itself, or Bun with src/main.ts. */
export function selfCommand(subcommand: string): string[] {
  const compiled = COMPILED_ROOTS.some((root) => import.meta.dir.startsWith(root));
  return compiled
    ? [process.execPath, subcommand]
    : [process.execPath, join(import.meta.dir, "..", "main.ts"), subcommand];
}
