import { Elysia } from "elysia";
import type { JobResult, Segment } from "../engine/messages.ts";
import { formatJson } from "../format/json.ts";
import { formatText } from "../format/text.ts";
import { resolveModelName } from "../models/aliases.ts";
import { normalizeLanguage } from "../models/languages.ts";
import type { AppDeps } from "./deps.ts";
import { assertWillAnswer } from "./engine-state.ts";
import { parseTranscriptionFields, type TranscriptionFields } from "./fields.ts";
import { withoutIdleTimeout } from "./idle-timeout.ts";
import { recordOf } from "./request-record.ts";
import { receiveUpload } from "./upload.ts";

/** `POST /v1/audio/transcriptions`. The body is read by us as a stream, hence no parser of Elysia's. */
export function transcriptionRoute(deps: AppDeps) {
  return new Elysia().post(
    "/v1/audio/transcriptions",
    async ({ request, server }) => {
      assertWillAnswer(deps);
      await using upload = await receiveUpload(request, {
        directory: deps.uploadDir,
        maxFileBytes: deps.config.maxUploadBytes,
      });
      const fields = parseTranscriptionFields(upload.fields);
      const job = createJob(fields, upload.path, deps);
      const segments: Segment[] = [];
      const options = { signal: request.signal, onSegment: (segment: Segment) => segments.push(segment) };
      const result = await withoutIdleTimeout(server, request, () => deps.engine.transcribe(job, options));
      recordOf(request).result = result;
      return createResponse(fields, segments, result);
    },
    { parse: "none" },
  );
}

function createJob(fields: TranscriptionFields, path: string, { config, model }: AppDeps) {
  resolveModelName(fields.model, model.id);
  return {
    path,
    task: "transcribe" as const,
    language: normalizeLanguage(fields.language ?? config.language),
    prompt: fields.prompt,
    temperature: fields.temperature,
    tokens: false,
  };
}

function createResponse(fields: TranscriptionFields, segments: readonly Segment[], result: JobResult): Response {
  switch (fields.response_format) {
    case "json":
      return Response.json(formatJson(segments, result.audioSeconds));
    case "text":
      return new Response(formatText(segments), { headers: { "content-type": "text/plain; charset=utf-8" } });
  }
}
