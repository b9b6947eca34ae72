/**
 * Runs a program of a build: its output goes to a file, and into the error if it fails.
 */
import { appendFile } from "node:fs/promises";

/** Enough to see what went wrong, without pages of compiler commands. */
const TAIL_LINES = 15;

export interface RunOptions {
  readonly cwd: string;
  /** Receives the output, after what is there already. */
  readonly logPath: string;
  /** What to do if it fails; ends the error's message. */
  readonly hint?: string;
  /** Called with every line of the output as it comes. */
  readonly onLine?: (line: string) => void;
}

/**
 * Waits for a program to end well.
 * @throws Error with the last lines of its output if it cannot start or ends with another code than 0
 */
export async function runLogged(command: readonly string[], options: RunOptions): Promise<void> {
  const { cwd, logPath, hint = "", onLine } = options;
  const name = command[0] ?? "";
  if (Bun.which(name, { cwd }) === null)
    throw new Error(`Expected the program ${name} on the PATH, found none. ${hint}`);
  // One shell level joins both outputs in the order they were written.
  const shell = ["sh", "-c", 'exec "$@" 2>&1', "sh", ...command];
  const child = Bun.spawn(shell, { cwd, stdin: "ignore", stdout: "pipe", stderr: "ignore" });
  const tail: string[] = [];
  for await (const line of lines(child.stdout)) {
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
    onLine?.(line);
    await appendFile(logPath, `${line}\n`);
  }
  const code = await child.exited;
  if (code === 0) return;
  throw new Error(
    `Expected ${name} to succeed, it ended with ${code}:\n${tail.join("\n")}\nAll of it: ${logPath}\n${hint}`,
  );
}

async function* lines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const parts = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
  if (rest !== "") yield rest;
}
