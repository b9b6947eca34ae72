/** A web page that uses the API from another origin, in a real browser. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { CHROMIUM_PATH, openBrowser, SERVER_NAME } from "../support/browser.ts";
import { audioPath, readClip } from "../support/fixtures.ts";
import { startServer, type Server } from "../support/server.ts";
import { wordErrorRate } from "../support/word-error-rate.ts";

setDefaultTimeout(120_000);

const CLIP = "en-014.wav";
const KEY = "key-of-the-page";

if (CHROMIUM_PATH === undefined)
  console.log("Skipping CORS in a browser: there is no Chromium. apt-get install chromium");

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly requestId: string | null;
}

/** Runs in the page: the upload as a plugin does it, with headers that need a pre-flight. */
async function upload({ url, key, audio }: { url: string; key: string; audio: string }): Promise<Answer> {
  const bytes = Uint8Array.from(atob(audio), (character) => character.charCodeAt(0));
  const form = new FormData();
  form.append("file", new Blob([bytes]), "audio.wav");
  form.append("model", "whisper-1");
  const headers = { authorization: `Bearer ${key}`, "x-stainless-lang": "js", "openai-project": "notes" };
  const response = await fetch(url, { method: "POST", body: form, headers });
  const { status } = response;
  return { status, text: await response.text(), requestId: response.headers.get("x-request-id") };
}

describe.skipIf(CHROMIUM_PATH === undefined)("a page of another origin", () => {
  let server: Server;
  let browser: Browser;
  let pages: Bun.Server<undefined>;
  let audio = "";

  beforeAll(async () => {
    pages = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => new Response("<title>page</title>", { headers: { "content-type": "text/html" } }),
    });
    const env = { STT_API_KEYS: KEY, STT_CORS_ORIGINS: `default,http://${SERVER_NAME}:${pages.port}` };
    server = await startServer({ env });
    browser = await openBrowser();
    audio = Buffer.from(await Bun.file(audioPath(CLIP)).bytes()).toString("base64");
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
    await pages?.stop(true);
  });

  async function withPage<T>(origin: string, work: (page: Page) => Promise<T>): Promise<T> {
    const page = await browser.newPage();
    try {
      await page.goto(origin);
      return await work(page);
    } finally {
      await page.close();
    }
  }

  const uploadFrom = (origin: string, key: string) =>
    withPage(origin, (page) =>
      page.evaluate(upload, { url: `${server.url}/v1/audio/transcriptions`, key, audio }).catch(String),
    );

  test.each(["127.0.0.1", SERVER_NAME])(
    "of %s, which is allowed, transcribes and reads the request's id",
    async (host) => {
      const origin = `http://${host}:${pages.port}`;
      const answer = (await uploadFrom(origin, KEY)) as Answer;
      expect(answer).toMatchObject({ status: 200, requestId: expect.stringMatching(/^req_/) });
      const { text } = await readClip(CLIP);
      const hypothesis = (JSON.parse(answer.text) as { text: string }).text;
      expect(wordErrorRate([{ reference: text, hypothesis }])).toBeLessThanOrEqual(0.1);
    },
  );

  test("reads errors too", async () => {
    const answer = (await uploadFrom(`http://127.0.0.1:${pages.port}`, "wrong")) as Answer;
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: "invalid_api_key" } });
  });

  test("that is not allowed gets nothing", async () => {
    const before = server.logs.filter((line) => line["method"] === "POST").length;
    const answer = await withPage(`http://${SERVER_NAME}:${pages.port}`, async (page) => {
      // A document without an origin of its own, as a page of a stranger would be to this server.
      await page.setContent('<iframe sandbox="allow-scripts" srcdoc="<title>stranger</title>"></iframe>');
      const frame = await page.waitForSelector("iframe").then((element) => element.contentFrame());
      return frame?.evaluate(upload, { url: `${server.url}/v1/audio/transcriptions`, key: KEY, audio }).catch(String);
    });
    expect(answer).toContain("Failed to fetch");
    expect(server.logs.filter((line) => line["method"] === "POST").length).toBe(before);
  });
});
