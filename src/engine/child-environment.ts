/**
 * What of the server's environment an engine gets: what loaders, GPU drivers and OpenMP read. No tokens, no keys.
 */

const NAMES = new Set([
  "PATH",
  "HOME",
  "TMPDIR",
  "LANG",
  "TZ",
  "LD_LIBRARY_PATH",
  "DYLD_LIBRARY_PATH",
  "XDG_CACHE_HOME",
]);
const PREFIXES = ["LC_", "OMP_", "GOMP_", "KMP_", "GGML_", "CUDA_", "NVIDIA_", "VK_", "MESA_", "ASAN_", "UBSAN_"];

/** On an abort ggml would start a debugger on itself, which stops the process instead of ending it. */
const FIXED = { GGML_NO_BACKTRACE: "1" };

/** The part of `environment` that an engine may see. */
export function engineEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && (NAMES.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix))))
      picked[name] = value;
  }
  return { ...picked, ...FIXED };
}
