/**
 * Fields of a request -> the job for the engine.
 */
import type { EngineStatus } from "../engine/engine.ts";
import type { Job } from "../engine/messages.ts";
import { SttError } from "../errors.ts";
import { needsWords, type CueLimits } from "../format/cues.ts";
import { resolveModelName } from "../models/aliases.ts";
import { normalizeLanguage } from "../models/languages.ts";
import type { AppDeps } from "./deps.ts";
import type { RequestFields } from "./fields.ts";

/** @throws SttError for a model, a language, or a task that this server does not have */
export function createJob(fields: RequestFields, path: string, options: { task: Job["task"]; deps: AppDeps }): Job {
  const { task, deps } = options;
  resolveModelName(fields.model, deps.model.id, deps.config);
  if (task === "translate") assertTranslates(deps.engine.status, deps.model.id);
  const tokenTimes = wantsWords(fields);
  return {
    path,
    task,
    ...chooseLanguages(fields, deps.config.language),
    prompt: joinPrompt(fields),
    temperature: fields.temperature,
    tokens: tokenTimes || fields.include.includes("logprobs"),
    tokenTimes,
    vad: fields.chunking_strategy,
  };
}

/** The limits that subtitles are asked to keep. */
export function cueLimitsOf(fields: RequestFields): CueLimits {
  return {
    maxLineWidth: fields.max_line_width,
    maxLineCount: fields.max_line_count,
    maxWordsPerLine: fields.max_words_per_line,
  };
}

function wantsWords(fields: RequestFields): boolean {
  const { response_format: format, timestamp_granularities: granularities } = fields;
  if (format === "srt" || format === "vtt") return needsWords(cueLimitsOf(fields));
  return format === "verbose_json" && granularities.includes("word");
}

/** One candidate is as good as a language; `auto` among several leaves all open. */
function chooseLanguages(fields: RequestFields, byDefault: string | undefined): Pick<Job, "language" | "languages"> {
  if (fields.languages.length === 0) {
    return { language: normalizeLanguage(fields.language ?? byDefault), languages: [] };
  }
  const codes = [...new Set(fields.languages.map(normalizeCandidate))];
  const known = codes.filter((code) => code !== null);
  if (known.length < codes.length) return { language: null, languages: [] };
  return known.length === 1 ? { language: known[0] ?? null, languages: [] } : { language: null, languages: known };
}

function normalizeCandidate(language: string) {
  try {
    return normalizeLanguage(language);
  } catch (error) {
    if (!(error instanceof SttError)) throw error;
    throw new SttError(
      error.kind,
      `Expected 'languages' to be codes such as 'en' or 'pt-BR'; got '${language.slice(0, 40)}'.`,
      { param: "languages", cause: error },
    );
  }
}

/** Keywords stand first: a prompt that is too long loses its beginning, and what the client wrote last counts most. */
function joinPrompt({ keywords, prompt }: RequestFields): string {
  const words = keywords.filter((keyword) => keyword !== "").join(", ");
  if (words === "") return prompt;
  return prompt.trim() === "" ? words : `${words}. ${prompt}`;
}

/** Trained without translation (openai/whisper, model-card: `*.en`; large-v3-turbo). */
const NEVER_TRANSLATES = /(^|[-_/.])(en|turbo)([-_.]|$)/i;

function assertTranslates(status: EngineStatus, modelId: string): void {
  const english = status.state === "ready" && !status.facts.model.multilingual;
  if (!english && !NEVER_TRANSLATES.test(modelId)) return;
  throw new SttError(
    "unsupported_value",
    `The model '${modelId}' cannot translate. Start the server with a multilingual model other than turbo, ` +
      "or ask for a transcription.",
    { param: "model" },
  );
}
