/** The official Python client drives the executable: tests/support/python/conformance.py has the cases. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import * as v from "valibot";
import { audioPath, readClip, ROOT_DIR } from "../support/fixtures.ts";
import { installPackages, type Python } from "../support/python/install.ts";
import { startServer, type Server } from "../support/server.ts";

setDefaultTimeout(300_000);

const CLIP = "en-014.wav";
const KEY = "key-of-the-python-client";
const PROGRAM = join(ROOT_DIR, "tests", "support", "python", "conformance.py");

const lineSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.strictObject({ name: v.string(), ok: v.boolean(), detail: v.string() }),
);

const python = await installPackages();
if (typeof python === "string") console.log(`The official Python client is not tested: ${python}.`);

/** Cases are the functions of the program that are marked as such, so that each is a test of its own here. */
const names = [...(await Bun.file(PROGRAM).text()).matchAll(/^@case\ndef (\w+)/gm)].map(([, name = ""]) =>
  name.replaceAll("_", " "),
);

const servers: Server[] = [];
afterAll(() => Promise.all(servers.map((server) => server[Symbol.asyncDispose]())));

async function runProgram({ command, packagesDir }: Python) {
  const open = await startServer();
  servers.push(open);
  const keyed = await startServer({ env: { STT_API_KEYS: KEY } });
  servers.push(keyed);
  const child = Bun.spawn([command, PROGRAM, `${open.url}/v1`, audioPath(CLIP), `${keyed.url}/v1`, KEY], {
    env: {
      PATH: process.env["PATH"] ?? "",
      PYTHONPATH: packagesDir,
      PYTHONDONTWRITEBYTECODE: "1",
      STT_TEST_TEXT: (await readClip(CLIP)).text,
      NO_PROXY: "127.0.0.1",
    },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  const results = out.split("\n").filter((line) => line !== "");
  if ((await child.exited) !== 0) throw new Error(`Expected the program to end with 0, it wrote:\n${out}${err}`);
  return new Map(results.map((line) => v.parse(lineSchema, line)).map(({ name, ...result }) => [name, result]));
}

let results: ReturnType<typeof runProgram> | undefined;

test.skipIf(typeof python === "string").each(names)("%s", async (name) => {
  if (typeof python === "string") return;
  results ??= runProgram(python);
  expect((await results).get(name)).toEqual({ ok: true, detail: "" });
});
