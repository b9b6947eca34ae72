/**
 * Server-sent events as OpenAI's clients read them: `data: {json}` and an empty line, comments while there is nothing to
 * say, and an error as one more event, for the status is long sent.
 */
import { toSttError, type SttError } from "../errors.ts";
import { errorBody } from "./error-response.ts";

/** Proxies and clients close what is silent for long; most wait half a minute. */
const HEARTBEAT_MS = 5_000;

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache",
  // nginx would hold events back until its buffer is full.
  "x-accel-buffering": "no",
};

export interface EventStreamOptions {
  /** Does the work and sends its events. It must end soon when the client has gone. */
  readonly run: (send: (event: object) => void) => Promise<void>;
  /** The client closed the stream. */
  readonly onCancel: () => void;
  /** Called with the error that a begun stream ended by. */
  readonly onError: (error: SttError) => void;
  readonly heartbeatMs?: number;
}

export interface EventStream {
  readonly response: Response;
  /** Resolves when the work is done and the stream closed; never rejects. */
  readonly ended: Promise<void>;
}

/**
 * Begins the answer with the first event or heartbeat, whichever comes first.
 * @throws what `run` throws before that, to be answered with a status of its own
 */
export async function openEventStream(options: EventStreamOptions): Promise<EventStream> {
  const begun = Promise.withResolvers<void>();
  const writer = createWriter(options.onCancel);
  const write = (text: string) => {
    begun.resolve();
    writer.write(text);
  };
  const heartbeat = setInterval(() => write(": heartbeat\n\n"), options.heartbeatMs ?? HEARTBEAT_MS);
  const send = (event: object) => {
    heartbeat.refresh();
    write(`data: ${JSON.stringify(event)}\n\n`);
  };
  const work = options.run(send).finally(() => clearInterval(heartbeat));
  await Promise.race([begun.promise, work]);
  const fail = (thrown: unknown) => {
    const error = toSttError(thrown);
    options.onError(error);
    send(errorBody(error));
  };
  const ended = work.catch(fail).finally(writer.close);
  return { response: new Response(writer.body, { headers: HEADERS }), ended };
}

/** A body that takes text until one of its ends is closed, and drops it afterwards. */
function createWriter(onCancel: () => void) {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (opened) => {
      controller = opened;
    },
    cancel: () => {
      controller = undefined;
      onCancel();
    },
  });
  return {
    body,
    write: (text: string) => controller?.enqueue(encoder.encode(text)),
    close: () => {
      controller?.close();
      controller = undefined;
    },
  };
}
