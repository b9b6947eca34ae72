/**
 * One request to either side of the peers bench, by the same code.
 */
import * as v from "valibot";
import { splitWords } from "../support/word-error-rate.ts";

/** Where a side takes clips, and what it must be told. */
export interface Peer {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

const answerSchema = v.object({ text: v.string() });

/**
 * Sends the clip on a connection of its own; gives the words of the answer, joined by spaces.
 * @throws Error unless the answer is 200 with a text
 */
export async function sendClip({ url, fields }: Peer, clip: Blob): Promise<string> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set("file", clip, "clip.wav");
  const response = await fetch(url, { method: "POST", body: form, keepalive: false });
  const body = await response.text();
  if (response.status !== 200) throw new Error(`Expected 200 from ${url}, got ${response.status}: ${body}`);
  return splitWords(v.parse(v.pipe(v.string(), v.parseJson(), answerSchema), body).text).join(" ");
}
