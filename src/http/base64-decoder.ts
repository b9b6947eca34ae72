/**
 * Base64 that arrives in pieces -> bytes. Node's own decoder skips what it does not know; this one refuses it.
 */

/** Both alphabets of RFC 4648. */
const WHOLE = /^[\w+/-]*={0,2}$/;

/** Longer than the `data:audio/x-wav;codecs=1;base64,` before a data URL's content. */
const MAX_PREFIX_LETTERS = 200;

export interface Base64Decoder {
  /** The bytes that are complete with this piece; undefined once the text cannot be base64. */
  push(text: string): Buffer | undefined;
  /** The last bytes; undefined if the text is none. */
  end(): Buffer | undefined;
}

export function createBase64Decoder(): Base64Decoder {
  let waiting = "";
  let begun = false;

  const skipPrefix = (): void => {
    const comma = waiting.indexOf(",");
    if (waiting.startsWith("data:") && comma >= 0) waiting = waiting.slice(comma + 1);
    else if ("data:".startsWith(waiting.slice(0, 5)) && waiting.length < MAX_PREFIX_LETTERS) return;
    begun = true;
  };

  return {
    push(text) {
      waiting += text.replaceAll(/\s/g, "");
      if (!begun) skipPrefix();
      if (!begun) return Buffer.alloc(0);
      // Padding may only be at the very end, which `end` sees.
      const padding = waiting.indexOf("=");
      const usable = padding < 0 ? waiting.length : padding;
      const whole = waiting.slice(0, usable - (usable % 4));
      waiting = waiting.slice(whole.length);
      return waiting.length > 8 ? undefined : decode(whole);
    },
    end: () => (waiting.length % 4 === 1 ? undefined : decode(waiting)),
  };
}

function decode(text: string): Buffer | undefined {
  return WHOLE.test(text) ? Buffer.from(text, "base64") : undefined;
}
