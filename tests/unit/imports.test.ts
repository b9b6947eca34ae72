/**
 * The rules of the source tree that no linter knows: who may import whom, and what may stand only in one place.
 * `main -> cli -> http -> engine -> audio, models` are layers: each may use those to its right.
 */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const ROOT = join(import.meta.dir, "..", "..");
const SRC = join(ROOT, "src");
const MAX_LINES = 400;

/** An area is a folder of src, or a file that lies directly in it. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  main: ["cli", "engine", "config", "version"],
  cli: ["http", "engine", "models", "audio", "format", "config", "log", "version"],
  http: ["engine", "models", "format"],
  engine: ["audio", "models", "worker-url"],
  worker: ["native"],
  native: [],
  audio: [],
  models: [],
  format: [],
  config: ["setting-schemas"],
  "setting-schemas": [],
  errors: [],
  log: [],
  version: [],
  "worker-url": [],
};

/** What every area may use. */
const FOR_ALL = new Set(["errors"]);
/** What every area may use the types of: shapes of data, no code. */
const TYPES_FOR_ALL = new Set(["config.ts", "log.ts", "engine/messages.ts"]);

/** Arrows for single files, each with its reason. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  // The engine process loads the weights once and hands the pointer to its workers.
  "engine/process.ts": ["native"],
  "engine/runtime.ts": ["native"],
  "engine/worker-pool.ts": ["native"],
  // The messages that engine and worker speak, and how an error is put into one.
  "worker.ts": ["engine"],
};

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  readonly packages: readonly string[];
}

const IMPORT = /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[\w*{][^"';]*?\sfrom\s+)?"([^"]+)"|import\(\s*"([^"]+)"/g;

function readSource(path: string): SourceFile {
  const text = readFileSync(join(SRC, path), "utf8");
  const found = [...text.matchAll(IMPORT)].map((match) => ({
    target: match[3] ?? match[4] ?? "",
    typeOnly: match[2] !== undefined,
  }));
  const imports = found
    .filter(({ target }) => target.startsWith("."))
    .map(({ target, typeOnly }) => ({ from: path, to: join(dirname(path), target), typeOnly }));
  return {
    path,
    text,
    imports,
    packages: found.map(({ target }) => target).filter((target) => !target.startsWith(".")),
  };
}

const files = [...new Bun.Glob("**/*.ts").scanSync(SRC)].sort().map(readSource);
const byPath = new Map(files.map((file) => [file.path, file]));

function areaOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : path.replace(/\.ts$/, "");
}

function isAllowed({ from, to, typeOnly }: Import): boolean {
  if (to.startsWith("..") || areaOf(from) === areaOf(to) || FOR_ALL.has(areaOf(to))) return true;
  if (typeOnly && TYPES_FOR_ALL.has(to)) return true;
  return [...(ARROWS[areaOf(from)] ?? []), ...(EXCEPTIONS[from] ?? [])].includes(areaOf(to));
}

/** All files that get loaded with one, without those that it only takes types from. */
function reachableFrom(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const { to, typeOnly } of byPath.get(path)?.imports ?? []) if (!typeOnly) reachableFrom(to, seen);
  return seen;
}

function filesWith(pattern: RegExp, except: readonly string[]): string[] {
  return files
    .filter(({ path, text }) => pattern.test(text) && !except.some((allowed) => path.startsWith(allowed)))
    .map(({ path }) => path);
}

function filesImporting(packageName: string): string[] {
  const isIt = (name: string) => name === packageName || name.startsWith(`${packageName}/`);
  return files.filter(({ packages }) => packages.some(isIt)).map(({ path }) => path);
}

describe("imports", () => {
  test("are seen by this test at all", () => {
    expect(files.length).toBeGreaterThan(30);
    expect(reachableFrom("cli/serve.ts")).toContain("http/upload.ts");
    expect(isAllowed({ from: "format/json.ts", to: "http/app.ts", typeOnly: true })).toBe(false);
    expect(files.find(({ path }) => path === "main.ts")?.imports.map(({ to }) => to)).toContain("engine/process.ts");
  });

  test("every area has its arrows", () => {
    expect([...new Set(files.map(({ path }) => areaOf(path)))].filter((area) => !(area in ARROWS))).toEqual([]);
  });

  test("follow the arrows of the design", () => {
    const wrong = files.flatMap(({ imports }) => imports).filter((item) => !isAllowed(item));
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  test("name files with their extension, and files that are there", () => {
    const local = files.flatMap(({ imports }) => imports).filter(({ to }) => !to.startsWith(".."));
    expect(local.filter(({ to }) => !byPath.has(to)).map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  test("never bring native code into the server process", () => {
    const loaded = [...reachableFrom("cli/serve.ts")];
    expect(loaded.filter((path) => ["native", "audio", "worker"].includes(areaOf(path)))).toEqual([]);
  });

  test("never bring the HTTP side into the engine process", () => {
    expect([...reachableFrom("engine/process.ts")].filter((path) => ["http", "cli"].includes(areaOf(path)))).toEqual(
      [],
    );
  });

  test("of main and worker there are none: they are entry points", () => {
    const entries = files.flatMap(({ imports }) => imports).filter(({ to }) => to === "main.ts" || to === "worker.ts");
    expect(entries).toEqual([]);
  });
});

describe("only in its place", () => {
  test("elysia in http", () => {
    expect(filesImporting("elysia").filter((path) => areaOf(path) !== "http")).toEqual([]);
  });

  test("bun:ffi in native", () => {
    expect(filesImporting("bun:ffi").filter((path) => areaOf(path) !== "native")).toEqual([]);
  });

  test("the environment in config.ts; serve.ts passes it on to the engine process", () => {
    expect(filesWith(/\bprocess\.env\b|\bBun\.env\b|import\.meta\.env/, ["config.ts", "cli/serve.ts"])).toEqual([]);
  });
});

describe("no file", () => {
  test("has a default export", () => {
    expect(filesWith(/^export default\b|\bas default\b/m, [])).toEqual([]);
  });

  test("exports what another file has: there are no barrels", () => {
    expect(filesWith(/^export (type )?(\*|\{[^}]*\}) (as \w+ )?from/m, [])).toEqual([]);
  });

  test(`has more than ${MAX_LINES} lines`, () => {
    const tests = [...new Bun.Glob("tests/**/*.ts").scanSync(ROOT)].map((path) => join(ROOT, path));
    const long = [...files.map(({ path }) => join(SRC, path)), join(ROOT, "build.ts"), ...tests]
      .filter((path) => (readFileSync(path, { encoding: "utf8" }).match(/\n/g) ?? []).length > MAX_LINES)
      .map((path) => relative(ROOT, path));
    expect(long).toEqual([]);
  });
});
