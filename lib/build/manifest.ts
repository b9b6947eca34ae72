/** manifest.json of a folder of native files: what the executable embeds, and by which hashes it checks it again. */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface ManifestFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface Manifest {
  /** Over all files: names the folder that they are extracted to. */
  readonly sha256: string;
  readonly files: readonly ManifestFile[];
}

/** Lists the plain files of `folder`, without its test programs and without the manifest itself. */
export async function writeManifest(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && entry.name !== "manifest.json").map((entry) => entry.name);
  const files: ManifestFile[] = [];
  const all = new Bun.CryptoHasher("sha256");
  for (const name of names.toSorted()) {
    const bytes = await Bun.file(join(folder, name)).bytes();
    const sha256 = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
    files.push({ name, sizeBytes: bytes.length, sha256 });
    all.update(`${name}\0${sha256}\0`);
  }
  const manifest: Manifest = { sha256: all.digest("hex"), files };
  await writeFile(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}
