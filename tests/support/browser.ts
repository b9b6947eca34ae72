/**
 * A headless Chromium that can reach one server and nothing else.
 */
import { chromium, type Browser } from "playwright-core";

/** Debian's name of the program, and the one others use. */
const PROGRAMS = ["chromium", "chromium-browser", "google-chrome"];

/** A name that no code takes for a developer's own machine, as `localhost` often is. */
export const SERVER_NAME = "stt.test";

/** Path of the program, or undefined where there is none. */
export const CHROMIUM_PATH: string | undefined =
  PROGRAMS.map((name) => Bun.which(name)).find((path) => path !== null) ?? undefined;

/** Starts it. `SERVER_NAME` and 127.0.0.1 lead to this machine, every other name nowhere. */
export function openBrowser(): Promise<Browser> {
  if (CHROMIUM_PATH === undefined) throw new Error(`Expected one of ${PROGRAMS.join(", ")}, found none.`);
  return chromium.launch({
    executablePath: CHROMIUM_PATH,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--no-proxy-server",
      `--host-resolver-rules=MAP ${SERVER_NAME} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
    ],
  });
}
