/** ggml's x86-64 variants, as its CMakeLists.txt names them, from plain to rich, with what each needs of the CPU. */
const NEEDS: readonly (readonly [variant: string, flags: string])[] = [
  ["x64", ""],
  ["sse42", "sse4_2"],
  ["sandybridge", "sse4_2 avx"],
  ["ivybridge", "sse4_2 avx f16c"],
  ["piledriver", "sse4_2 avx f16c fma"],
  ["haswell", "sse4_2 avx f16c fma avx2 bmi2"],
  ["alderlake", "sse4_2 avx f16c fma avx2 bmi2 avx_vnni"],
  ["skylakex", "avx2 fma avx512f avx512bw avx512dq avx512vl avx512cd"],
  ["cannonlake", "avx2 fma avx512f avx512bw avx512dq avx512vl avx512cd avx512vbmi"],
  ["cascadelake", "avx2 fma avx512f avx512bw avx512dq avx512vl avx512cd avx512_vnni"],
  ["icelake", "avx2 fma avx512f avx512bw avx512dq avx512vl avx512cd avx512vbmi avx512_vnni"],
  ["cooperlake", "avx2 fma avx512f avx512bw avx512dq avx512vl avx512cd avx512_vnni avx512_bf16"],
  ["zen4", "avx2 fma avx512f avx512bw avx512dq avx512vl avx512cd avx512vbmi avx512_vnni avx512_bf16"],
  [
    "sapphirerapids",
    "avx2 fma avx512f avx512bw avx512dq avx512vl avx512cd avx512vbmi avx512_vnni avx512_bf16 amx_tile amx_int8",
  ],
];

export const ALL_X64_VARIANTS: readonly string[] = NEEDS.map(([variant]) => variant);

/**
 * What a developer's build needs: this machine's best variant, and the plainest one, which runs everywhere (and under
 * valgrind, which knows no AVX-512). `cpuinfo` is the text of /proc/cpuinfo.
 */
export function nativeX64Variants(cpuinfo: string): string[] {
  const flags = new Set(/^flags\s*:(.*)$/m.exec(cpuinfo)?.[1]?.trim().split(/\s+/) ?? []);
  const fits = NEEDS.filter(([, needs]) => needs.split(" ").every((flag) => flag === "" || flags.has(flag)));
  const best = fits.at(-1)?.[0] ?? "x64";
  return best === "x64" ? ["x64"] : ["x64", best];
}
