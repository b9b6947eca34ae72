/**
 * What the API description says of each route. A test compares the list with the routes there are.
 */
import { ERROR_KINDS, type ErrorKind } from "../../errors.ts";
import { FIELDS_OF } from "../fields.ts";
import { describeField, describeForm, FIELD_DOCS } from "./field-docs.ts";
import { ANSWERS, answerRef, type AnswerName } from "./schemas.ts";

/** One operation as OpenAPI writes it. */
export type Operation = Readonly<Record<string, unknown>>;

const TEXT_ANSWER = {
  schema: { type: "string" },
  examples: {
    text: { value: "Open the settings file.\n" },
    srt: { value: "1\n00:00:00,000 --> 00:00:02,100\nOpen the settings file.\n\n\n" },
    vtt: { value: "WEBVTT\n\n00:00:00.000 --> 00:00:02.100\nOpen the settings file.\n\n" },
  },
};

const STREAM_ANSWER = {
  schema: { type: "string" },
  example:
    'data: {"type":"transcript.text.delta","delta":"Open the"}\n\n' +
    'data: {"type":"transcript.text.delta","delta":" settings file."}\n\n' +
    'data: {"type":"transcript.text.done","text":"Open the settings file."}\n\n',
};

const JSON_ANSWER = {
  schema: { oneOf: [answerRef("Transcription"), answerRef("VerboseTranscription")] },
  examples: {
    json: { value: ANSWERS.Transcription.example },
    verbose_json: { value: ANSWERS.VerboseTranscription.example },
  },
};

const TRANSCRIPTION_FIELDS = fieldsOf("transcribe");
const TRANSLATION_FIELDS = fieldsOf("translate");
const AUDIO_ERRORS = [400, 401, 404, 408, 413, 415, 429, 500, 503];

/** The audio as text within JSON, which some clients send instead of a form. */
const JSON_BODY = {
  type: "object",
  required: ["model", "input_audio"],
  properties: {
    ...Object.fromEntries(
      ["model", "language", "temperature"].flatMap((name) =>
        FIELD_DOCS[name] === undefined ? [] : [[name, describeField(FIELD_DOCS[name])]],
      ),
    ),
    input_audio: {
      type: "object",
      required: ["data"],
      properties: {
        data: { type: "string", format: "byte", description: "The audio file in base64. Example: `UklGRg==`" },
        format: { type: "string", description: "Not needed: the content decides. Example: `mp3`" },
      },
    },
  },
};

/** `METHOD /path` -> its operation. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  "POST /v1/audio/transcriptions": {
    tags: ["Audio"],
    operationId: "createTranscription",
    summary: "Transcribe audio",
    description:
      "Writes down what is said in a file. With `stream` set, the text comes as server-sent events: deltas, then the whole.",
    requestBody: {
      required: true,
      content: { "multipart/form-data": formBody(TRANSCRIPTION_FIELDS), "application/json": { schema: JSON_BODY } },
    },
    responses: {
      200: {
        description: "The transcript, in the form that was asked for.",
        content: { "application/json": JSON_ANSWER, "text/plain": TEXT_ANSWER, "text/event-stream": STREAM_ANSWER },
      },
      ...errorAnswers(AUDIO_ERRORS),
    },
  },
  "POST /v1/audio/translations": {
    tags: ["Audio"],
    operationId: "createTranslation",
    summary: "Translate audio into English",
    description: "Writes down in English what is said in another language. Needs a multilingual model.",
    requestBody: { required: true, content: { "multipart/form-data": formBody(TRANSLATION_FIELDS) } },
    responses: {
      200: {
        description: "The English text, in the form that was asked for.",
        content: { "application/json": JSON_ANSWER, "text/plain": TEXT_ANSWER },
      },
      ...errorAnswers(AUDIO_ERRORS),
    },
  },
  "GET /v1/models": {
    tags: ["Models"],
    operationId: "listModels",
    summary: "List model names",
    description: "The model of this server and all names that mean it.",
    responses: { 200: jsonAnswer("The list.", "ModelList"), ...errorAnswers([401]) },
  },
  "GET /v1/models/{model}": {
    tags: ["Models"],
    operationId: "retrieveModel",
    summary: "Look up one name",
    description: "Finds a model by id or alias. Slashes in it may be encoded or not.",
    parameters: [
      {
        name: "model",
        in: "path",
        required: true,
        description: "An id from the list.",
        schema: { type: "string" },
        example: "whisper-1",
      },
    ],
    responses: { 200: jsonAnswer("The model.", "Model"), ...errorAnswers([401, 404]) },
  },
  "GET /health": {
    tags: ["Server"],
    operationId: "getHealth",
    summary: "See how the server is",
    description: "Answers as soon as the server is up, without a key, also while the model is being loaded.",
    security: [],
    responses: { 200: jsonAnswer("The server is up.", "Health") },
  },
  "GET /ready": {
    tags: ["Server"],
    operationId: "getReady",
    summary: "See whether the model answers",
    description: "For load balancers: 503 until the model can be used. Needs no key.",
    security: [],
    responses: { 200: jsonAnswer("The model answers.", "Ready"), ...errorAnswers([503]) },
  },
};

/** What a task's form has, in the order of the descriptions. */
function fieldsOf(task: keyof typeof FIELDS_OF): string[] {
  return Object.keys(FIELD_DOCS).filter((name) => name === "file" || name in FIELDS_OF[task]);
}

function formBody(names: readonly string[]): object {
  return { schema: { type: "object", required: ["file", "model"], properties: describeForm(names) } };
}

function jsonAnswer(description: string, name: AnswerName): object {
  return { description, content: { "application/json": { schema: answerRef(name) } } };
}

/** What an error of a status may say comes from the one table of errors. */
function errorAnswers(statuses: readonly number[]): Record<number, object> {
  const kinds: readonly ErrorKind[] = Object.values(ERROR_KINDS);
  const describe = (status: number) => {
    const possible = kinds.filter((kind) => kind.status === status);
    const codes = possible.map(({ code }) => (code === null ? "none" : `\`${code}\``));
    const example = {
      error: { message: "What went wrong.", type: possible[0]?.type, param: null, code: possible[0]?.code },
    };
    const content = { "application/json": { schema: answerRef("Error"), example } };
    return { description: `Error. Its code: ${codes.join(", ")}.`, content };
  };
  return Object.fromEntries(statuses.map((status) => [status, describe(status)]));
}
