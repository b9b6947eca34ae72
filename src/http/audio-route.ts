/**
 * What transcriptions and translations share: receive, run, answer. The upload lives until its job has ended.
 */
import type { Job, Segment } from "../engine/messages.ts";
import { SttError } from "../errors.ts";
import { createDeltaWriter } from "../format/deltas.ts";
import { deltaEvent, doneEvent, formatAnswer, makeTranscript } from "./audio-answer.ts";
import { createJob } from "./audio-job.ts";
import type { Capacity } from "./capacity.ts";
import type { AppDeps } from "./deps.ts";
import { assertWillAnswer } from "./engine-state.ts";
import { openEventStream } from "./event-stream.ts";
import { parseFields, type RequestFields } from "./fields.ts";
import { withoutIdleTimeout } from "./idle-timeout.ts";
import { receiveBody } from "./receive.ts";
import { recordOf } from "./request-record.ts";

/** What Elysia gives a handler, as far as it is needed here. */
interface Context {
  readonly request: Request;
  readonly server: Parameters<typeof withoutIdleTimeout>[0];
}

/** A handler of one task. @throws SttError */
export function createAudioHandler(task: Job["task"], deps: AppDeps, capacity: Capacity) {
  return async ({ request, server }: Context): Promise<Response> => {
    assertWillAnswer(deps);
    await using stack = new AsyncDisposableStack();
    stack.use(capacity.enter());
    const { config, uploadDir } = deps;
    const upload = stack.use(await receiveBody(request, { directory: uploadDir, maxFileBytes: config.maxUploadBytes }));
    const fields = parseFields(upload.fields, task);
    const job = createJob(fields, upload.path, { task, deps });
    const run: RunJob = async (signal, onSegment = () => undefined) => {
      const segments: Segment[] = [];
      const collect = (segment: Segment) => {
        segments.push(segment);
        onSegment(segment);
      };
      const transcribe = () => deps.engine.transcribe(job, { signal, onSegment: collect });
      const result = await withoutIdleTimeout(server, request, transcribe);
      recordOf(request).result = result;
      return makeTranscript(task, result, segments);
    };
    if (!isStreamed(fields)) return formatAnswer(fields, await run(request.signal));
    const owned = stack.move();
    return streamAnswer(request, fields, (signal, onSegment) =>
      run(signal, onSegment).finally(() => owned.disposeAsync()),
    );
  };
}

type RunJob = (
  signal: AbortSignal,
  onSegment?: (segment: Segment) => void,
) => Promise<ReturnType<typeof makeTranscript>>;

/** Names of OpenAI's first model, which never streams and ignores that it should. */
const NEVER_STREAMED: ReadonlySet<string> = new Set(["whisper-1", "whisper"]);

/**
 * Text is what can be streamed. Asked for anything else, `whisper-1` answers in one piece, as at OpenAI; text it streams
 * all the same, because whoever asks for a stream can read one.
 * @throws SttError unsupported_value where other names are asked for what cannot be streamed
 */
function isStreamed({ stream, response_format: format, model }: RequestFields): boolean {
  if (!stream || format === "json" || format === "text") return stream;
  if (NEVER_STREAMED.has(model?.toLowerCase() ?? "")) return false;
  throw new SttError(
    "unsupported_value",
    `Expected response_format 'json' or 'text' for a stream, got '${format}'. Leave out 'stream', or the format.`,
    { param: "stream" },
  );
}

async function streamAnswer(request: Request, fields: RequestFields, run: RunJob): Promise<Response> {
  const left = new AbortController();
  const record = recordOf(request);
  const text = createDeltaWriter();
  const { response, ended } = await openEventStream({
    run: async (send) => {
      const transcript = await run(AbortSignal.any([request.signal, left.signal]), (segment) => {
        const delta = text.push(segment.text);
        if (delta !== "") send(deltaEvent(fields, delta, segment));
      });
      send(doneEvent(fields, text.text, transcript));
    },
    onCancel: () => left.abort(),
    onError: (error) => {
      record.error = error;
    },
  });
  record.streaming = ended;
  return response;
}
