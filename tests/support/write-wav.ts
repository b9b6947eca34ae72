import { writeFile } from "node:fs/promises";

const SAMPLE_RATE_HZ = 16_000;
const HEADER_BYTES = 44;
const PCM = 1;
const BYTES_PER_SAMPLE = 2;

/** Writes mono 16 kHz samples as a WAV file of 16 bits. */
export async function writeWav(path: string, samples: Float32Array): Promise<void> {
  const file = Buffer.alloc(HEADER_BYTES + samples.length * BYTES_PER_SAMPLE);
  file.write("RIFF", 0, "latin1");
  file.writeUInt32LE(file.length - 8, 4);
  file.write("WAVEfmt ", 8, "latin1");
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(PCM, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(SAMPLE_RATE_HZ, 24);
  file.writeUInt32LE(SAMPLE_RATE_HZ * BYTES_PER_SAMPLE, 28);
  file.writeUInt16LE(BYTES_PER_SAMPLE, 32);
  file.writeUInt16LE(8 * BYTES_PER_SAMPLE, 34);
  file.write("data", 36, "latin1");
  file.writeUInt32LE(samples.length * BYTES_PER_SAMPLE, 40);
  for (const [i, sample] of samples.entries()) {
    file.writeInt16LE(Math.round(Math.min(Math.max(sample, -1), 32_767 / 32_768) * 32_767), HEADER_BYTES + i * 2);
  }
  await writeFile(path, file);
}
