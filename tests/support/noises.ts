/** Sounds in which nobody speaks, made from a seed: each name -> samples of so many seconds, mono 16 kHz. */

const SAMPLE_RATE_HZ = 16_000;

/** Uniform numbers in [0, 1) (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function makeSamples(seconds: number, next: (timeSeconds: number) => number): Float32Array {
  return Float32Array.from({ length: seconds * SAMPLE_RATE_HZ }, (_, i) => next(i / SAMPLE_RATE_HZ));
}

/** Standard normal numbers. */
function createNormal(seed: number): () => number {
  const random = createRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function makeWhite(seconds: number): Float32Array {
  const normal = createNormal(1);
  return makeSamples(seconds, () => 0.1 * normal());
}

/** 1/f by three leaky sums of white noise (Paul Kellet's economy filter). */
function makePink(seconds: number): Float32Array {
  const normal = createNormal(2);
  let [slow, middle, fast] = [0, 0, 0];
  return makeSamples(seconds, () => {
    const white = normal();
    slow = 0.99765 * slow + 0.099046 * white;
    middle = 0.963 * middle + 0.2965164 * white;
    fast = 0.57 * fast + 1.0526913 * white;
    return 0.03 * (slow + middle + fast + 0.1848 * white);
  });
}

/** Rumble that swells as cars pass, an engine's hum that changes its pitch, and now and then a click. */
function makeStreet(seconds: number): Float32Array {
  const normal = createNormal(3);
  const random = createRandom(4);
  let [rumble, phase] = [0, 0];
  return makeSamples(seconds, (time) => {
    rumble = 0.99 * rumble + 0.03 * normal();
    phase += (2 * Math.PI * (60 + 25 * Math.sin(0.9 * time))) / SAMPLE_RATE_HZ;
    const swell = 0.5 + 0.5 * Math.sin(2 * Math.PI * 0.15 * time);
    const click = random() < 1 / SAMPLE_RATE_HZ ? 0.5 : 0;
    return rumble * (0.3 + swell) + 0.05 * swell * (Math.sin(phase) + 0.5 * Math.sin(2 * phase)) + click;
  });
}

/** A melody of plucked tones with overtones on two held notes. */
function makeMusic(seconds: number): Float32Array {
  const scaleHz = [220, 247, 262, 294, 330, 349, 392, 440];
  return makeSamples(seconds, (time) => {
    const beat = Math.floor(time * 2);
    const pitchHz = scaleHz[(beat * 5) % scaleHz.length] ?? 0;
    let tone = 0;
    for (let harmonic = 1; harmonic <= 5; harmonic += 1) {
      tone += Math.sin(2 * Math.PI * pitchHz * harmonic * time) / harmonic;
    }
    const held = 0.05 * Math.sin(2 * Math.PI * 110 * time) + 0.04 * Math.sin(2 * Math.PI * 165 * time);
    return 0.15 * Math.exp(-3 * (time * 2 - beat)) * tone + held;
  });
}

export const NOISES = {
  "white noise": makeWhite,
  "pink noise": makePink,
  "noise of a street": makeStreet,
  "a mix of tones like music": makeMusic,
} as const;
