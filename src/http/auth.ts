/**
 * API keys. Without any configured, every request may pass, whatever credentials it brings: clients that cannot leave the
 * header out send `Bearer ` with nothing behind it.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { SttError } from "../errors.ts";

/** What is free for all, with everything below it. Each holds nothing of any user, and its readers cannot send a key. */
const PUBLIC_PATHS = [
  // Container health checks and load balancers.
  "/health",
  "/ready",
  // A browser that opens the page, and the page itself before a key is typed into it: its text is the same on all servers.
  "/swagger",
  "/docs",
  "/openapi.json",
];

/** Throws if a request may not pass. `path` is its own path, without base path and trailing slash. */
export type Guard = (request: Request, path: string) => void;

/**
 * Makes the guard of a server.
 * @param keys accepted keys; none lets everybody in
 * @throws SttError `invalid_api_key` (the guard)
 */
export function createGuard(keys: readonly string[]): Guard {
  if (keys.length === 0) return () => undefined;
  // Hashes have one length and tell nothing of a key, so comparing them takes the same time for every guess.
  const secret = randomBytes(32);
  const hash = (text: string) => createHmac("sha256", secret).update(text).digest();
  const accepted = keys.map(hash);
  const isKey = (text: string) => {
    const guess = hash(text);
    return accepted.map((key) => timingSafeEqual(key, guess)).includes(true);
  };
  return (request, path) => {
    // A pre-flight never carries a key: browsers see to that.
    if (request.method === "OPTIONS" || isPublic(path)) return;
    const guesses = readKeys(request.headers);
    if (guesses.some(isKey)) return;
    throw new SttError(
      "invalid_api_key",
      guesses.length === 0
        ? "Expected an API key, got none. Send it in the header 'Authorization: Bearer KEY'."
        : "The API key is not one of this server's. Ask whoever runs it for a key.",
    );
  };
}

function isPublic(path: string): boolean {
  return PUBLIC_PATHS.some((known) => path === known || path.startsWith(`${known}/`));
}

/** Whatever in a request could be a key: OpenAI's own way, Azure's, the common one, and the password of Basic. */
function readKeys(headers: Headers): string[] {
  const authorization = /^(\w+) +(\S+) *$/.exec(headers.get("authorization") ?? "");
  const scheme = authorization?.[1]?.toLowerCase();
  const credentials = authorization?.[2] ?? "";
  const found = [headers.get("api-key"), headers.get("x-api-key")];
  if (scheme === "bearer") found.push(credentials);
  if (scheme === "basic") found.push(readBasicPassword(credentials));
  return found.filter((key) => key !== null && key !== "") as string[];
}

/** `user:password` in base64 -> the password, which may hold colons. */
function readBasicPassword(credentials: string): string {
  const text = Buffer.from(credentials, "base64").toString("utf8");
  return text.includes(":") ? text.slice(text.indexOf(":") + 1) : "";
}
