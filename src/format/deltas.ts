/** Cuts a transcript into the pieces of a stream, so that joined they are the trimmed whole. */
export interface DeltaWriter {
  /** What may be sent of the text so far; "" if nothing yet. Spaces at the end wait for what follows. */
  push(text: string): string;
  /** Everything that was given out, joined. */
  readonly text: string;
}

export function createDeltaWriter(): DeltaWriter {
  let sent = "";
  let waiting = "";
  return {
    push(text) {
      const next = sent === "" ? (waiting + text).trimStart() : waiting + text;
      const delta = next.trimEnd();
      waiting = next.slice(delta.length);
      sent += delta;
      return delta;
    },
    get text() {
      return sent;
    },
  };
}
