/** Programs that the build and the tests need: installed by apt for root, named with the exact command for others. */
import { runLogged } from "../ffmpeg/run-logged.ts";

/** A program that must be there -> the Debian package that has it. */
export const BUILD_PROGRAMS: Readonly<Record<string, string>> = {
  cmake: "cmake",
  ninja: "ninja-build",
  make: "make",
  xz: "xz-utils",
  pip3: "python3-pip",
};

export const TEST_PROGRAMS: Readonly<Record<string, string>> = {
  valgrind: "valgrind",
  objdump: "binutils",
  cc: "gcc",
  chromium: "chromium",
};

/** @throws Error with the command to run if something is missing and cannot be installed from here. */
export async function ensurePrograms(programs: Readonly<Record<string, string>>, logPath: string): Promise<void> {
  const missing = Object.keys(programs).filter((program) => Bun.which(program) === null);
  if (missing.length === 0) return;
  const packages = missing.map((program) => programs[program] ?? program);
  const install = `apt-get install --yes --no-install-recommends ${packages.join(" ")}`;
  if (Bun.which("apt-get") === null || process.getuid?.() !== 0) {
    throw new Error(
      `The build needs ${missing.join(", ")}. Install with:\n\n  sudo apt-get update && sudo ${install}\n`,
    );
  }
  console.log(`Installing ${packages.join(", ")}`);
  const run = { cwd: "/", logPath };
  await runLogged(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "update"], run);
  await runLogged(["env", "DEBIAN_FRONTEND=noninteractive", ...install.split(" ")], run);
}
