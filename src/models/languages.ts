/**
 * The languages Whisper was trained on, and how what clients write is folded to them.
 */
import { SttError } from "../errors.ts";

/**
 * Whisper's language codes and English names, in the order of its language tokens (source: the model's tokenizer; mostly
 * ISO 639-1, but `jw`, `haw` and `yue` are Whisper's own choice). `yue` exists from large-v3 on.
 */
export const LANGUAGES = {
  en: "english",
  zh: "chinese",
  de: "german",
  es: "spanish",
  ru: "russian",
  ko: "korean",
  fr: "french",
  ja: "japanese",
  pt: "portuguese",
  tr: "turkish",
  pl: "polish",
  ca: "catalan",
  nl: "dutch",
  ar: "arabic",
  sv: "swedish",
  it: "italian",
  id: "indonesian",
  hi: "hindi",
  fi: "finnish",
  vi: "vietnamese",
  he: "hebrew",
  uk: "ukrainian",
  el: "greek",
  ms: "malay",
  cs: "czech",
  ro: "romanian",
  da: "danish",
  hu: "hungarian",
  ta: "tamil",
  no: "norwegian",
  th: "thai",
  ur: "urdu",
  hr: "croatian",
  bg: "bulgarian",
  lt: "lithuanian",
  la: "latin",
  mi: "maori",
  ml: "malayalam",
  cy: "welsh",
  sk: "slovak",
  te: "telugu",
  fa: "persian",
  lv: "latvian",
  bn: "bengali",
  sr: "serbian",
  az: "azerbaijani",
  sl: "slovenian",
  kn: "kannada",
  et: "estonian",
  mk: "macedonian",
  br: "breton",
  eu: "basque",
  is: "icelandic",
  hy: "armenian",
  ne: "nepali",
  mn: "mongolian",
  bs: "bosnian",
  kk: "kazakh",
  sq: "albanian",
  sw: "swahili",
  gl: "galician",
  mr: "marathi",
  pa: "punjabi",
  si: "sinhala",
  km: "khmer",
  sn: "shona",
  yo: "yoruba",
  so: "somali",
  af: "afrikaans",
  oc: "occitan",
  ka: "georgian",
  be: "belarusian",
  tg: "tajik",
  sd: "sindhi",
  gu: "gujarati",
  am: "amharic",
  yi: "yiddish",
  lo: "lao",
  uz: "uzbek",
  fo: "faroese",
  ht: "haitian creole",
  ps: "pashto",
  tk: "turkmen",
  nn: "nynorsk",
  mt: "maltese",
  sa: "sanskrit",
  lb: "luxembourgish",
  my: "myanmar",
  bo: "tibetan",
  tl: "tagalog",
  mg: "malagasy",
  as: "assamese",
  tt: "tatar",
  haw: "hawaiian",
  ln: "lingala",
  ha: "hausa",
  ba: "bashkir",
  jw: "javanese",
  su: "sundanese",
  yue: "cantonese",
} as const;

export type LanguageCode = keyof typeof LANGUAGES;

/** Other names and codes for the same languages: second names people use, and ISO codes where Whisper has its own. */
const OTHER_NAMES: Readonly<Record<string, LanguageCode>> = {
  burmese: "my",
  castilian: "es",
  farsi: "fa",
  flemish: "nl",
  haitian: "ht",
  letzeburgesch: "lb",
  mandarin: "zh",
  moldavian: "ro",
  moldovan: "ro",
  panjabi: "pa",
  pushto: "ps",
  sinhalese: "si",
  valencian: "ca",
  cmn: "zh",
  fil: "tl",
  jv: "jw",
  nb: "no",
};

const CODES_BY_NAME = new Map<string, LanguageCode>([
  ...Object.entries(OTHER_NAMES),
  ...(Object.entries(LANGUAGES) as [LanguageCode, string][]).map(([code, name]) => [name, code] as const),
]);

/** Said instead of a language when it should be detected. */
const DETECT = new Set(["", "auto", "und"]);

/**
 * A language as a client writes it (code, English name, or a regional tag such as `pt-BR`) -> Whisper's code, or null
 * for "detect".
 * @throws SttError `invalid_value` on `language` for anything else.
 */
export function normalizeLanguage(language: string | undefined): LanguageCode | null {
  const wanted = (language ?? "").trim().toLowerCase();
  if (DETECT.has(wanted)) return null;
  const code = findCode(wanted) ?? findCode(wanted.split(/[-_]/, 1)[0] ?? "");
  if (code !== undefined) return code;
  throw new SttError(
    "invalid_value",
    `Expected 'language' to be a language code such as 'en' or 'pt-BR', an English name such as 'german', or 'auto'; ` +
      `got '${wanted.slice(0, 40)}'. Leave it out to have the language detected.`,
    { param: "language" },
  );
}

/** English name of one of Whisper's codes, in small letters: `de` -> `german`. A code it does not know stays as it is. */
export function languageName(code: string): string {
  return Object.hasOwn(LANGUAGES, code) ? LANGUAGES[code as LanguageCode] : code;
}

function findCode(word: string): LanguageCode | undefined {
  return Object.hasOwn(LANGUAGES, word) ? (word as LanguageCode) : CODES_BY_NAME.get(word);
}
