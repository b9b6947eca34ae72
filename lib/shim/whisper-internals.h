// What the shim needs of whisper.cpp beyond its public header. whisper-internals.cpp compiles whisper.cpp inside itself,
// because encode, decode and token times can neither be aborted nor combined as we need them through the public calls:
// whisper_full encodes twice to detect a language, reads no_speech_prob from the wrong row, and hides which
// temperature a window was accepted at.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "whisper.h"

namespace stt {

constexpr int FRAMES_PER_WINDOW = 3000; // 30 s of 10 ms mel frames, the encoder's input
constexpr int MS_PER_FRAME = 10;

/// Let `abort` end the computations of this state, within one graph node; nullptr ends the watch.
void watch_abort(whisper_state & state, const std::atomic<int32_t> * abort);

/// Encode the window that starts at `frame` of the state's mel spectrogram. False: aborted or failed.
bool encode(whisper_context & context, whisper_state & state, int frame, int threads, int audio_context);

/// Forget the decoded text.
void clear_text(whisper_state & state);

/// Decode `tokens` at positions `past`, `past + 1`, ...; logits are kept for the last one and for `extra_row` (-1: none).
/// False: aborted or failed.
bool decode(whisper_context & context, whisper_state & state, const std::vector<whisper_token> & tokens, int past,
            int threads, int extra_row);

/// The vocabulary-sized logits of token `row` of the last decode. Borrowed from the state.
const float * logits(const whisper_context & context, const whisper_state & state, int row);

struct TokenSpan {
    int start_ms, end_ms;
};

/// One text segment for the functions below: times in 10 ms frames from the start of the audio.
struct TimedTokens {
    int start_frame, end_frame;
    std::vector<whisper_token_data> tokens;
};

/// Prepare signal_token_times for a new piece of audio.
void begin_token_times(whisper_state & state, const float * samples, int sample_count);

/// Times of each token of `segment`, from its probabilities of timestamps and the energy of the signal.
std::vector<TokenSpan> signal_token_times(whisper_context & context, whisper_state & state, const TimedTokens & segment);

/// A second context on the same weights whose states can do dtw_token_times. The original must outlive it; whisper_free
/// ends it.
whisper_context * share_for_token_times(const whisper_context & context);

/// Times of each token of the segments of one window, by dynamic time warping of the cross attention. `start_ms` is what
/// upstream 1.9.1 reports as the token's start; by the reference's reading (whisper/timing.py) it is where the token ends.
/// The context must have been loaded for it, and no abort be watched: upstream asserts that its decode succeeds.
std::vector<std::vector<TokenSpan>> dtw_token_times(whisper_context & context, whisper_state & state,
                                                    const std::vector<TimedTokens> & segments, int window_frame,
                                                    int window_frames, int language, int threads);

/// whisper.cpp's own enum of published sizes, guessed from the number of audio layers: 0 = unknown, 1 tiny ... 5 large.
int model_type(const whisper_context & context);

/// False for a file that ended before its weights: upstream takes that for a test model and goes on.
bool has_weights(const whisper_context & context);

} // namespace stt
