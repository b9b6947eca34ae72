/**
 * How loud audio is at its loudest: tells silence without a model.
 */

/** 32 ms at 16 kHz: a syllable fills it, a click does not. */
const WINDOW_SAMPLES = 512;

/** -60 dBFS. The noise of a muted microphone input lies below; speech that quiet would use ten of 16 bits for nothing. */
const SILENCE_RMS = 10 ** (-60 / 20);

/** Root mean square of the loudest 32 ms; 0 for no samples. One pass, about 1 ms a minute of audio. */
export function loudestRms(samples: Float32Array): number {
  let loudest = 0;
  for (let start = 0; start < samples.length; start += WINDOW_SAMPLES) {
    const end = Math.min(start + WINDOW_SAMPLES, samples.length);
    let sum = 0;
    for (let i = start; i < end; i += 1) sum += (samples[i] ?? 0) ** 2;
    loudest = Math.max(loudest, sum / (end - start));
  }
  return Math.sqrt(loudest);
}

/** Whether audio whose loudest 32 ms have this RMS is silence from end to end. */
export function isSilence(rms: number): boolean {
  return rms < SILENCE_RMS;
}
