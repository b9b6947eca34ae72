/**
 * What any answer must look like, whatever was sent.
 */
import * as v from "valibot";

/** OpenAI's envelope: these four keys and no other. */
const errorSchema = v.strictObject({
  error: v.strictObject({
    message: v.pipe(v.string(), v.nonEmpty()),
    type: v.picklist(["invalid_request_error", "rate_limit_error"]),
    param: v.nullable(v.string()),
    code: v.nullable(v.string()),
  }),
});
const transcriptSchema = v.looseObject({ text: v.string() });
const eventSchema = v.variant("type", [
  v.looseObject({ type: v.literal("transcript.text.delta"), delta: v.string() }),
  v.looseObject({ type: v.literal("transcript.text.done"), text: v.string() }),
]);
const json = <T extends v.GenericSchema>(schema: T) => v.pipe(v.string(), v.parseJson(), schema);

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** What is wrong with an answer; undefined if nothing is. */
export function findFault({ status, contentType, body }: Answer): string | undefined {
  if (status >= 400 && status < 500) return mismatch(json(errorSchema), body);
  if (status !== 200) return `status ${status}: ${body.slice(0, 300)}`;
  if (contentType.startsWith("application/json")) return mismatch(json(transcriptSchema), body);
  if (contentType === "text/plain; charset=utf-8") return body.includes("\u{fffd}") ? "text is not UTF-8" : undefined;
  if (contentType.startsWith("text/event-stream")) return findStreamFault(body);
  return `content type ${contentType} of a 200`;
}

/** A stream that has begun may still end in an error, as one event of its own. */
function findStreamFault(body: string): string | undefined {
  const events = body.split("\n\n").filter((block) => block !== "" && !block.startsWith(":"));
  if (!body.endsWith("\n\n")) return "the stream ends within an event";
  const last = events.pop() ?? "";
  for (const event of events) {
    const fault = mismatch(json(eventSchema), event.replace(/^data: /, ""));
    if (fault !== undefined) return fault;
  }
  return mismatch(v.union([json(eventSchema), json(errorSchema)]), last.replace(/^data: /, ""));
}

function mismatch(schema: v.GenericSchema, body: string): string | undefined {
  const result = v.safeParse(schema, body);
  return result.success ? undefined : `${result.issues[0].message} in ${body.slice(0, 300)}`;
}
