/** The page of Swagger UI in a real browser without internet. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { CHROMIUM_PATH, openBrowser, SERVER_NAME } from "../support/browser.ts";
import { audioPath, readClip, ROOT_DIR } from "../support/fixtures.ts";
import { startServer, type Server } from "../support/server.ts";
import { wordErrorRate } from "../support/word-error-rate.ts";

setDefaultTimeout(120_000);

const CLIP = "en-014.wav";
const KEY = "key-for-the-browser";
const ARTEFACTS = join(ROOT_DIR, "tests", "artefacts");

if (CHROMIUM_PATH === undefined)
  console.log("Skipping Swagger UI in a browser: there is no Chromium. apt-get install chromium");

interface OpenPage {
  readonly page: Page;
  readonly origin: string;
  /** Every address that was asked for. */
  readonly requests: string[];
  /** What the browser complains of: scripts that fail, files that are missing, policies that are broken. */
  readonly complaints: string[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** Requests to elsewhere. `data:` are the icons in the style sheet, `blob:` what the page made itself. */
function leaving({ requests, origin }: OpenPage): string[] {
  return requests.filter((url) => !url.startsWith(`${origin}/`) && !/^(blob|data):/.test(url));
}

/** Opens the transcription's form. */
async function openForm(page: Page): Promise<Locator> {
  const operation = page.locator("#operations-Audio-createTranscription");
  await operation.locator(".opblock-summary-control").click();
  await operation.getByRole("button", { name: "Try it out" }).click();
  return operation;
}

async function authorize(page: Page): Promise<void> {
  await page.locator(".auth-wrapper .authorize").first().click();
  await page.locator(".auth-container input").fill(KEY);
  await page.locator(".modal-ux .auth-btn-wrapper button[type=submit]").click();
  await page.locator(".modal-ux .btn-done").click();
}

/** Sends the form; the answer that is shown. */
async function execute(operation: Locator): Promise<Record<string, unknown>> {
  await operation.getByRole("button", { name: "Execute" }).click();
  const live = operation.locator(".live-responses-table");
  await live.locator(".response-col_status", { hasText: "200" }).waitFor({ timeout: 60_000 });
  const shown = await live.locator(".highlight-code code, .highlight-code pre").first().innerText();
  return JSON.parse(shown) as Record<string, unknown>;
}

describe.skipIf(CHROMIUM_PATH === undefined)("Swagger UI", () => {
  let server: Server;
  let browser: Browser;
  beforeAll(async () => {
    server = await startServer({ env: { STT_BASE_PATH: "/stt", STT_API_KEYS: KEY } });
    browser = await openBrowser();
    mkdirSync(ARTEFACTS, { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  async function open(path: string): Promise<OpenPage> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 1000 } });
    const page = await context.newPage();
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    const origin = `http://${SERVER_NAME}:${new URL(server.url).port}`;
    await page.goto(origin + path);
    await page.waitForSelector(".opblock");
    return { page, origin, requests, complaints, [Symbol.asyncDispose]: () => context.close() };
  }

  test.each(["/swagger", "/swagger/", "/docs", "/docs/", "/stt/swagger", "/stt/docs/"])(
    "%s shows every operation and loads nothing from elsewhere",
    async (path) => {
      await using opened = await open(path);
      expect(await opened.page.locator(".opblock").count()).toBeGreaterThanOrEqual(6);
      expect(await opened.page.locator(".errors-wrapper").count()).toBe(0);
      expect(leaving(opened)).toEqual([]);
      expect(opened.requests.length).toBeGreaterThanOrEqual(5);
      expect(opened.complaints).toEqual([]);
    },
  );

  test("Try it out transcribes a file under the base path, with a key", async () => {
    await using opened = await open("/stt/swagger");
    const { page } = opened;
    await authorize(page);
    const operation = await openForm(page);
    await operation.locator("input[type=file]").setInputFiles(audioPath(CLIP));
    const answer = await execute(operation);
    await page.screenshot({ path: join(ARTEFACTS, "swagger.png"), fullPage: true });
    const { text } = await readClip(CLIP);
    expect(wordErrorRate([{ reference: text, hypothesis: String(answer["text"]) }])).toBeLessThanOrEqual(0.1);
    expect(opened.requests.at(-1)).toBe(`${opened.origin}/stt/v1/audio/transcriptions`);
    expect(leaving(opened)).toEqual([]);
    expect(opened.complaints).toEqual([]);
  });

  test("Try it out sends choices and lists so that the server reads them", async () => {
    await using opened = await open("/docs");
    await authorize(opened.page);
    const operation = await openForm(opened.page);
    const field = (name: string) => operation.locator(`[data-property-name="${name}"]`);
    await operation.locator("input[type=file]").setInputFiles(audioPath(CLIP));
    await field("response_format").locator("select").selectOption("verbose_json");
    await field("timestamp_granularities[]").locator("select").selectOption(["word", "segment"]);
    await field("keywords[]").getByRole("button", { name: "Add" }).click();
    await field("keywords[]").locator("input[type=text]").fill("kettle");
    const answer = await execute(operation);
    expect(answer).toMatchObject({ task: "transcribe", words: expect.any(Array), segments: expect.any(Array) });
    expect(opened.complaints).toEqual([]);
  });
});
