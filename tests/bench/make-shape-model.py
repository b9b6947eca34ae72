#!/usr/bin/env python3
"""Write a ggml Whisper model of a true published shape with random weights, for measuring speed.

Speed does not depend on the values of weights, but it depends on how many tokens are decoded. So the decoder's position
embeddings are set to spell one fixed sentence with its timestamps and then end of text: every window of audio, whatever
it holds, is decoded into the same 25 tokens, as a 5 s dictation would be. Accuracy cannot be measured with such a model.

Needs numpy. Mel filters and vocabulary are taken from any multilingual ggml Whisper model (the nano model).

    make-shape-model.py --from ../fixtures/models/ggml-nano-q8_0.bin --shape base --out base.bin
"""
import argparse
import struct

import numpy as np

# width, heads, encoder layers, decoder layers, mel bins, vocabulary (openai/whisper model dimensions)
SHAPES = {
    "tiny": (384, 6, 4, 4, 80, 51865),
    "base": (512, 8, 6, 6, 80, 51865),
    "small": (768, 12, 12, 12, 80, 51865),
    "medium": (1024, 16, 24, 24, 80, 51865),
    "large-v2": (1280, 20, 32, 32, 80, 51865),
    "large-v3": (1280, 20, 32, 32, 128, 51866),
    "large-v3-turbo": (1280, 20, 32, 4, 128, 51866),
}
AUDIO_CTX, TEXT_CTX, PROMPT = 1500, 448, 3
SENTENCE = "open the main file and go to line forty two then add a test for the empty list"


def read_head(path):
    """Return (filters bytes for 80 bins, vocabulary bytes, {token text: id})."""
    data = open(path, "rb").read()
    n_mels, n_fft = struct.unpack_from("ii", data, 48)
    at = 56 + 4 * n_mels * n_fft
    filters = np.frombuffer(data, np.float32, n_mels * n_fft, 56).reshape(n_mels, n_fft)
    count = struct.unpack_from("i", data, at)[0]
    start, at, ids = at, at + 4, {}
    for token in range(count):
        size = struct.unpack_from("i", data, at)[0]
        ids[data[at + 4 : at + 4 + size]] = token
        at += 4 + size
    return filters, data[start:at], ids


def mel_filters(filters, n_mels):
    """80 bins as they are; 128 bins by interpolation (values do not matter for speed, the shape does)."""
    if n_mels == len(filters):
        return filters
    rows = np.linspace(0, len(filters) - 1, n_mels)
    low = np.floor(rows).astype(int)
    high = np.minimum(low + 1, len(filters) - 1)
    return ((filters[low].T * (1 - (rows - low)) + filters[high].T * (rows - low)).T).astype(np.float32)


def spoken_tokens(ids, vocab, seconds):
    """The tokens to be spelled: <|0.00|> words <|seconds|> <|endoftext|>."""
    shift = vocab - 51865
    begin, eot = 50364 + shift, 50257
    words = [ids[f" {word}".encode()] for word in SENTENCE.split()]
    return [begin] + words + [begin + int(seconds / 0.02), eot]


class Writer:
    def __init__(self, path, rng, half):
        self.f, self.rng, self.half = open(path, "wb"), rng, half

    def tensor(self, name, array, full=False):
        half = self.half and not full and array.ndim > 1
        array = array.astype(np.float16 if half else np.float32)
        raw = name.encode()
        self.f.write(struct.pack("iii", array.ndim, len(raw), int(half)))
        self.f.write(struct.pack(f"{array.ndim}i", *reversed(array.shape)) + raw)
        array.tofile(self.f)

    def random(self, name, *shape, scale=None, full=False):
        std = scale if scale is not None else shape[-1] ** -0.5
        self.tensor(name, self.rng.standard_normal(shape, dtype=np.float32) * np.float32(std), full)

    def norm(self, name, width):
        self.tensor(name + ".weight", np.ones(width, np.float32), True)
        self.tensor(name + ".bias", np.zeros(width, np.float32), True)

    def block(self, prefix, width, cross, out_scale):
        for attn in ("attn", "cross_attn") if cross else ("attn",):
            for part in ("query", "key", "value", "out"):
                self.random(f"{prefix}.{attn}.{part}.weight", width, width, scale=out_scale if part == "out" else None)
                if part != "key":
                    self.tensor(f"{prefix}.{attn}.{part}.bias", np.zeros(width, np.float32), True)
            self.norm(f"{prefix}.{attn}_ln", width)
        self.random(f"{prefix}.mlp.0.weight", 4 * width, width)
        self.tensor(f"{prefix}.mlp.0.bias", np.zeros(4 * width, np.float32), True)
        self.random(f"{prefix}.mlp.2.weight", width, 4 * width, scale=out_scale)
        self.tensor(f"{prefix}.mlp.2.bias", np.zeros(width, np.float32), True)
        self.norm(f"{prefix}.mlp_ln", width)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--from", dest="source", required=True)
    args.add_argument("--shape", choices=SHAPES, required=True)
    args.add_argument("--out", required=True)
    args.add_argument("--seconds", type=float, default=5.0, help="end time that the model claims")
    args.add_argument("--f32", action="store_true")
    a = args.parse_args()
    width, heads, enc, dec, mels, vocab = SHAPES[a.shape]
    filters, vocabulary, ids = read_head(a.source)
    rng = np.random.default_rng(1)
    w = Writer(a.out, rng, not a.f32)
    w.f.write(struct.pack("12i", 0x67676D6C, vocab, AUDIO_CTX, width, heads, enc, TEXT_CTX, width, heads, dec, mels, int(not a.f32)))
    bank = mel_filters(filters, mels)
    w.f.write(struct.pack("ii", *bank.shape) + bank.tobytes() + vocabulary)

    w.random("encoder.positional_embedding", AUDIO_CTX, width, scale=0.1, full=True)
    w.random("encoder.conv1.weight", width, mels, 3, scale=0.05)
    w.tensor("encoder.conv1.bias", np.zeros((width, 1), np.float32), True)
    w.random("encoder.conv2.weight", width, width, 3, scale=0.02)
    w.tensor("encoder.conv2.bias", np.zeros((width, 1), np.float32), True)
    for i in range(enc):
        w.block(f"encoder.blocks.{i}", width, False, width**-0.5)
    w.norm("encoder.ln_post", width)

    embedding = rng.standard_normal((vocab, width), dtype=np.float32)
    embedding /= np.linalg.norm(embedding, axis=1, keepdims=True)
    english, transcribe = 50259, 50359 + (vocab - 51865)
    tokens = spoken_tokens(ids, vocab, a.seconds)
    # What the model says after position p: language after <|startoftranscript|>, then the sentence, then end of text.
    says = [english, transcribe] + tokens
    says += [50257] * (TEXT_CTX - len(says))
    positions = 40 * embedding[says]
    w.tensor("decoder.positional_embedding", positions, True)
    # LayerNorm scales the residual to norm sqrt(width); a gain makes the chosen token's logit stand about 20 above the rest.
    w.tensor("decoder.token_embedding.weight", embedding)
    for i in range(dec):
        w.block(f"decoder.blocks.{i}", width, True, 0.02 * width**-0.5)
    w.tensor("decoder.ln.weight", np.full(width, 20 / width**0.5, np.float32), True)
    w.tensor("decoder.ln.bias", np.zeros(width, np.float32), True)
    w.f.close()
    print(f"{a.out}: {a.shape}, {len(tokens)} tokens a window")


if __name__ == "__main__":
    main()
