/**
 * The models one can ask for by name: OpenAI's Whisper weights in ggml form, as published in the Hugging Face repository
 * `ggerganov/whisper.cpp`.
 */

/** Where the files are published; also names the folder in the hub cache. */
export const MODEL_REPOSITORY = "ggerganov/whisper.cpp";

/** Sizes, each with the quantised forms that repository has besides f16. */
const PUBLISHED = {
  tiny: ["q5_1", "q8_0"],
  "tiny.en": ["q5_1", "q8_0"],
  base: ["q5_1", "q8_0"],
  "base.en": ["q5_1", "q8_0"],
  small: ["q5_1", "q8_0"],
  "small.en": ["q5_1", "q8_0"],
  medium: ["q5_0", "q8_0"],
  "medium.en": ["q5_0", "q8_0"],
  "large-v1": [],
  "large-v2": ["q5_0", "q8_0"],
  "large-v3": ["q5_0"],
  "large-v3-turbo": ["q5_0", "q8_0"],
} as const satisfies Record<string, readonly string[]>;

/** Shorter names OpenAI's own tool knows. */
const SHORT_NAMES: Readonly<Record<string, string>> = { large: "large-v3", turbo: "large-v3-turbo" };

/** Every catalogue name, e.g. `base`, `small.en`, `large-v3-turbo-q5_0`. */
export const MODEL_NAMES: readonly string[] = Object.entries(PUBLISHED).flatMap(([size, precisions]) =>
  ["", ...precisions].map((precision) => (precision === "" ? size : `${size}-${precision}`)),
);

const KNOWN_NAMES = new Set(MODEL_NAMES);

/** The catalogue's spelling of a name (`Large` -> `large-v3`), or undefined when it has no such model. */
export function findModelName(name: string): string | undefined {
  const wanted = name.trim().toLowerCase();
  const full = SHORT_NAMES[wanted] ?? wanted;
  return KNOWN_NAMES.has(full) ? full : undefined;
}

/** The file a model is published as: `base` -> `ggml-base.bin`. */
export function modelFileName(name: string): string {
  return `ggml-${name}.bin`;
}
