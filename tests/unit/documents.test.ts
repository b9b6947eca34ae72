/**
 * What the documents state and the code decides: settings, flags, versions, bundled packages. A test here fails when one
 * of the two moves on alone.
 */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import packageFile from "../../package.json" with { type: "json" };
import { SERVE_OPTIONS } from "../../src/cli/serve-options.ts";
import { SETTING_NAMES } from "../../src/config.ts";

const ROOT = join(import.meta.dir, "..", "..");
const DOCUMENTS = ["README.md", "CONTRIBUTING.md", "THIRD_PARTY.md", "CHANGELOG.md"];
const MAX_LINE_LETTERS = 120;

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** Text between a heading `## name` and the next one of that rank. */
function sectionOf(document: string, name: string): string {
  const section = document.split(/^## /m).find((part) => part.startsWith(`${name}\n`));
  if (section === undefined) throw new Error(`Expected a section '## ${name}', found none.`);
  return section;
}

describe("README.md", () => {
  /** Rows of the settings tables: | `STT_PORT` | `--port` | ... */
  const rows = [...sectionOf(read("README.md"), "Settings").matchAll(/^\| `([A-Z_]+)` \| (?:`(--[a-z-]+)`)? *\|/gm)];

  test("has one row for each setting, and none besides", () => {
    expect(rows.map(([, setting = ""]) => setting).sort()).toEqual([...SETTING_NAMES].sort());
  });

  test("names the flag of each setting that has one", () => {
    const documented = rows.filter(([, , flag]) => flag !== undefined).map(([, setting, flag]) => `${setting} ${flag}`);
    const real = SERVE_OPTIONS.map(({ long, description }) => `${/\[(\w+)\]$/.exec(description)?.[1]} ${long}`);
    expect(documented.sort()).toEqual(real.sort());
  });
});

describe("versions", () => {
  const bunVersion = read(".bun-version").trim();

  test.each(DOCUMENTS)("of Bun in %s are the one in .bun-version", (name) => {
    const named = [...read(name).matchAll(/\bbun@(\d+\.\d+\.\d+)/g)].map(([, version]) => version);
    expect(named.filter((version) => version !== bunVersion)).toEqual([]);
  });

  test("of the container image and of package.json are the same", () => {
    expect(/^ARG VERSION=(.*)$/m.exec(read("Dockerfile"))?.[1]).toBe(packageFile.version);
  });

  test("in the change log begin with the one of package.json", () => {
    expect(/^## \[(\d+\.\d+\.\d+)\]/m.exec(read("CHANGELOG.md"))?.[1]).toBe(packageFile.version);
  });
});

describe("THIRD_PARTY.md", () => {
  const document = read("THIRD_PARTY.md").replaceAll(/\n {2}(?=\S)/g, " ");

  test("lists every npm package that the executable bundles, with its version and licence", async () => {
    const bundled = await bundledPackages();
    expect(bundled.length).toBeGreaterThan(20);
    const missing = bundled.filter(
      ({ name, version, license }) =>
        !new RegExp(
          `^- \\[${RegExp.escape(name)}\\]\\(\\S+\\) ${RegExp.escape(`${version}, ${license}`)}\\b`,
          "m",
        ).test(document),
    );
    expect(missing).toEqual([]);
  });

  test.each(["Bun", "whisper.cpp and ggml", "FFmpeg", "musl", "LLVM and zig", "glibc"])(
    "has a section on %s",
    (name) => {
      expect(sectionOf(document, name)).not.toBe("");
    },
  );

  test("points to licence texts that are there", () => {
    const files = [...document.matchAll(/\]\((lib\/[^)#]+)\)/g)].map(([, path = ""]) => path);
    expect(files.filter((path) => path.endsWith(".txt")).length).toBeGreaterThan(4);
    for (const path of files.filter((path) => path.endsWith(".txt"))) expect(read(path)).not.toBe("");
  });
});

test.each(DOCUMENTS)(`no line of %s is longer than ${MAX_LINE_LETTERS} letters`, (name) => {
  expect(
    read(name)
      .split("\n")
      .filter((line) => [...line].length > MAX_LINE_LETTERS),
  ).toEqual([]);
});

const packageSchema = v.object({ name: v.string(), version: v.string(), license: v.string() });
type PackageFacts = v.InferOutput<typeof packageSchema>;

/** Packages that any bundled module comes from, found as the build of the executable finds them. */
async function bundledPackages(): Promise<PackageFacts[]> {
  const entrypoints = ["main.ts", "worker.ts"].map((name) => join(ROOT, "src", name));
  const { metafile } = await Bun.build({ entrypoints, target: "bun", root: ROOT, metafile: true });
  if (metafile === undefined) throw new Error("Expected a metafile from the bundler, got none.");
  const folders = new Set<string>();
  for (const path of Object.keys(metafile.inputs)) {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0];
    if (folder !== undefined) folders.add(folder);
  }
  return [...folders].sort().map(readPackage);
}

/** `folder` as the metafile has it: relative to the root, or to the working folder. */
function readPackage(folder: string): PackageFacts {
  const path = join(ROOT, folder.slice(folder.indexOf("node_modules")), "package.json");
  return v.parse(packageSchema, JSON.parse(readFileSync(path, "utf8")));
}
