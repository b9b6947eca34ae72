import type { FuzzCase } from "./cases.ts";
import type { Answer } from "./check-answer.ts";

/** A transcription of a minute of noise takes some seconds, on a busy machine more. */
const ANSWER_TIMEOUT_MS = 60_000;

/**
 * Sends a case. The answer is undefined for a client that leaves, which gets none.
 * @throws Error if the server closes the connection without an answer, or is silent for too long
 */
export async function sendCase(url: string, fuzzCase: FuzzCase): Promise<Answer | undefined> {
  if (fuzzCase.leavesAfter !== undefined) {
    await leaveEarly(new URL(url), fuzzCase, fuzzCase.leavesAfter);
    return undefined;
  }
  const response = await fetch(url + fuzzCase.path, {
    method: "POST",
    headers: { "content-type": fuzzCase.contentType },
    body: fuzzCase.body,
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  });
  const body = new TextDecoder("utf-8").decode(await response.arrayBuffer());
  return { status: response.status, contentType: response.headers.get("content-type") ?? "", body };
}

/** Announces the whole body, sends its beginning and closes. */
async function leaveEarly({ hostname, port }: URL, fuzzCase: FuzzCase, bytes: number): Promise<void> {
  const closed = Promise.withResolvers<void>();
  const head =
    `POST ${fuzzCase.path} HTTP/1.1\r\nHost: fuzz\r\nContent-Type: ${fuzzCase.contentType}\r\n` +
    `Content-Length: ${fuzzCase.body.length}\r\n\r\n`;
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: { data: () => undefined, close: () => closed.resolve(), error: () => closed.resolve() },
  });
  // Bodies are shorter than a socket's buffer; what does not fit is simply cut off earlier.
  socket.write(Buffer.concat([Buffer.from(head), fuzzCase.body.subarray(0, bytes)]));
  socket.end();
  await closed.promise;
}
