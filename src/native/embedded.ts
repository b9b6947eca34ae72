/**
 * The native files inside the executable. From source there are none; the build puts another module in this one's place.
 */
export interface EmbeddedFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Where Bun mounts it, compressed by zstd. */
  readonly packedPath: string;
}

export interface EmbeddedFiles {
  /** Over all files. */
  readonly sha256: string;
  readonly files: readonly EmbeddedFile[];
}

export const embedded: EmbeddedFiles | null = null as EmbeddedFiles | null;
