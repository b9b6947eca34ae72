/**
 * The log: one JSON object a line, or readable text on a terminal. Both are written synchronously, so that the last line
 * before an exit is never lost and no worker thread is needed (there is none inside a compiled executable).
 */
import { isatty } from "node:tty";
import { pino } from "pino";
import { PinoPretty } from "pino-pretty";
import type { Config } from "./config.ts";

const STDOUT = 1;

type Write = (fields: object, message: string) => void;

/** What the program needs of a log. Transcripts may only go to `debug`; keys and tokens go nowhere. */
export interface Logger {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}

/** A last guard. Nothing should hand these to the log in the first place. */
const SECRET_FIELDS = ["huggingFaceToken", "authorization", "apiKey"].flatMap((name) => [name, `*.${name}`]);

/**
 * Makes the log of a process, on standard output unless `destination` is given.
 * With `logFormat: "auto"` it is text on a terminal and JSON anywhere else.
 */
export function createLogger(
  config: Pick<Config, "logLevel" | "logFormat">,
  destination?: { write(line: string): void },
): Logger {
  const options = {
    level: config.logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRET_FIELDS, censor: "[not shown]" },
  };
  return pino(options, destination ?? openDestination(config.logFormat));
}

function openDestination(format: Config["logFormat"]) {
  const isText = format === "text" || (format === "auto" && isatty(STDOUT));
  if (!isText) return pino.destination({ dest: STDOUT, sync: true });
  return PinoPretty({
    destination: STDOUT,
    sync: true,
    colorize: isatty(STDOUT),
    singleLine: true,
    translateTime: "SYS:HH:MM:ss.l",
  });
}
