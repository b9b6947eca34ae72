/** `bun build --compile`: the service, its worker and the native files become one executable. */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Manifest } from "./manifest.ts";

const ROOT = join(import.meta.dir, "..", "..");
const EMBEDDED_MODULE = /src[\\/]native[\\/]embedded\.ts$/;
const ZSTD_LEVEL = 19;

export interface CompileOptions {
  /** Bun's name of the target, e.g. `bun-linux-x64`. */
  readonly bunTarget: string;
  /** Made by buildNative. */
  readonly nativeDir: string;
  readonly outputPath: string;
}

export async function compileExecutable(options: CompileOptions): Promise<void> {
  const { bunTarget, nativeDir, outputPath } = options;
  const packedDir = join(nativeDir, "packed");
  const manifest: Manifest = JSON.parse(await readFile(join(nativeDir, "manifest.json"), "utf8"));
  await packFiles(nativeDir, packedDir, manifest);
  await mkdir(dirname(outputPath), { recursive: true });
  const part = `${outputPath}.part`;
  await Bun.build({
    entrypoints: [join(ROOT, "src/main.ts"), join(ROOT, "src/worker.ts")],
    minify: true,
    sourcemap: "none",
    compile: {
      target: bunTarget as Bun.Build.CompileTarget,
      outfile: part,
      autoloadDotenv: false,
      autoloadBunfig: false,
    },
    plugins: [
      {
        name: "embed-native-files",
        setup(build) {
          build.onLoad({ filter: EMBEDDED_MODULE }, () => ({
            contents: embeddedModule(packedDir, manifest),
            loader: "ts",
          }));
        },
      },
    ],
  });
  await rename(part, outputPath);
  await rm(packedDir, { recursive: true });
  console.log(`${basename(outputPath)}: ${(Bun.file(outputPath).size / 1e6).toFixed(1)} MB`);
}

/** Compressed, they take a third of the room, and are unpacked once per version and machine. */
async function packFiles(nativeDir: string, packedDir: string, manifest: Manifest): Promise<void> {
  await rm(packedDir, { recursive: true, force: true });
  await mkdir(packedDir, { recursive: true });
  for (const { name } of manifest.files) {
    const bytes = await Bun.file(join(nativeDir, name)).bytes();
    await writeFile(join(packedDir, `${name}.zst`), await Bun.zstdCompress(bytes, { level: ZSTD_LEVEL }));
  }
}

/** What src/native/embedded.ts is in the executable. */
function embeddedModule(packedDir: string, manifest: Manifest): string {
  const imports = manifest.files.map(
    ({ name }, i) => `import file${i} from ${JSON.stringify(join(packedDir, `${name}.zst`))} with { type: "file" };`,
  );
  const files = manifest.files.map((file, i) => `{ ...${JSON.stringify(file)}, packedPath: file${i} }`);
  return `${imports.join("\n")}
export const embedded = { sha256: ${JSON.stringify(manifest.sha256)}, files: [${files.join(", ")}] };
`;
}
