/**
 * What the slim ffmpeg can do. It reads hostile uploads, so every part that is not needed for sound is left out: no
 * network, no picture decoders, no formats that name other files. The result is LGPL 2.1 or later.
 */

/** Platforms the recipe is known to work for, as `<os>-<arch>`. */
export type FfmpegTarget = "linux-x64" | "linux-arm64";

/** Containers that may be opened. `mov` is also mp4, m4a and 3gp; `matroska` is also webm; `mpegps` is .mpeg. */
const DEMUXERS = "aac,ac3,aiff,amr,asf,au,avi,caf,flac,matroska,mov,mp3,mpegps,mpegts,ogg,w64,wav".split(",");

/** The float decoders of mpeg audio are the ones that ffmpeg itself prefers. */
const DECODERS = (
  "aac,aac_latm,ac3,eac3,alac,amrnb,amrwb,flac,gsm,gsm_ms,mp1float,mp2float,mp3float,opus,speex,vorbis,wmav1,wmav2," +
  "adpcm_g722,adpcm_g726,adpcm_ima_qt,adpcm_ima_wav,adpcm_ms," +
  "pcm_alaw,pcm_mulaw,pcm_f32be,pcm_f32le,pcm_f64be,pcm_f64le,pcm_s16be,pcm_s16le,pcm_s24be,pcm_s24le," +
  "pcm_s32be,pcm_s32le,pcm_s8,pcm_u16be,pcm_u16le,pcm_u24be,pcm_u24le,pcm_u32be,pcm_u32le,pcm_u8"
).split(",");

const PARSERS = "aac,aac_latm,ac3,amr,flac,gsm,mpegaudio,opus,vorbis".split(",");

/** The first is for resampling; the others are what the ffmpeg program inserts by itself. */
const FILTERS = "aresample,aformat,anull,atrim".split(",");

/** Raw samples for the engine; wav and null for people who try the program by hand. */
const MUXERS = "pcm_f32le,wav,null".split(",");
const ENCODERS = "pcm_f32le,pcm_s16le".split(",");

/** The only ways in and out. The build is refused if the finished program knows any other. */
export const PROTOCOLS: readonly string[] = ["file", "pipe"];

const ARCHITECTURES: Record<FfmpegTarget, string> = { "linux-x64": "x86_64", "linux-arm64": "aarch64" };

/**
 * Arguments of ffmpeg's `configure`, to be run in a folder that holds the wrappers `./cc`, `./ar` and `./ranlib`.
 * Paths are relative on purpose: the program prints these arguments, and they must not tell where it was built.
 */
export function configureArguments(target: FfmpegTarget): string[] {
  return [
    "--cc=./cc",
    "--host-cc=./cc",
    "--ar=./ar",
    "--ranlib=./ranlib",
    "--enable-cross-compile",
    "--target-os=linux",
    `--arch=${ARCHITECTURES[target]}`,
    "--disable-everything",
    "--disable-autodetect",
    "--disable-network",
    "--disable-doc",
    "--disable-debug",
    "--disable-avdevice",
    "--disable-swscale",
    "--disable-postproc",
    "--disable-ffplay",
    "--disable-ffprobe",
    // Assembler for x86 needs nasm and speeds up nothing that counts: 11 s of mp3 take 15 ms without it, start included.
    "--disable-x86asm",
    // Static, yet at a random address, with a guarded stack: the input is hostile.
    "--enable-pic",
    "--extra-cflags=-fstack-protector-strong",
    "--extra-ldexeflags=-static -pie",
    // The linker strips, so that no strip for the target is needed.
    "--disable-stripping",
    "--extra-ldflags=-Wl,-s,-z,relro,-z,now",
    `--enable-demuxer=${DEMUXERS.join(",")}`,
    `--enable-decoder=${DECODERS.join(",")}`,
    `--enable-parser=${PARSERS.join(",")}`,
    `--enable-filter=${FILTERS.join(",")}`,
    `--enable-muxer=${MUXERS.join(",")}`,
    `--enable-encoder=${ENCODERS.join(",")}`,
    `--enable-protocol=${PROTOCOLS.join(",")}`,
  ];
}
