// From encoded audio to text: one window is decoded token by token, retried at a higher temperature when the result looks
// wrong, and cut into segments at its timestamps. A piece longer than a window is taken window by window.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "logits.h"
#include "stt.h"

namespace stt {

/// One attempt at a window.
struct Attempt {
    std::vector<whisper_token_data> tokens;
    float temperature = 0;
    float no_speech_probability = 0;
    float mean_logprob = 0;  ///< over the tokens
    bool failed = false;     ///< a rule broken on the way; the text may still be of use
    int advance_frames = 0;  ///< how far the audio is covered
};

/// One segment, in 10 ms frames from the start of the piece.
struct Cut {
    int start_frame, end_frame;
    std::string text;
    std::vector<whisper_token_data> tokens;
};

struct Window {
    int frame; ///< where it starts in the piece
    int end;   ///< frames of the whole piece
};

/// Decodes windows of one state. Throws Aborted or std::runtime_error.
class Decoder {
  public:
    Decoder(whisper_context & context, whisper_state & state, const stt_options & options, const char * prompt);

    /// Most likely language of the window that starts at `frame`, which stays encoded. `probabilities` may be null.
    int detect_language(int frame, float * probabilities);
    void set_language(int language) { language_ = language; }

    /// The window that starts at `window.frame`, retried as the options say.
    Attempt decode(const Window & window);

    /// True if the attempt looks like silence, by the reference's rule.
    bool is_silent(const Attempt & attempt) const;

    /// The attempt's segments; texts keep their leading space.
    std::vector<Cut> cut(const Attempt & attempt, const Window & window) const;

    /// How far the next window starts behind this one, in frames.
    int advance(const Attempt & attempt, const Window & window) const;

  private:
    void encode(int frame);
    std::vector<whisper_token> prompt_tokens(float temperature) const;
    Attempt attempt(const Window & window, float temperature);
    bool worth_retrying(const Attempt & attempt) const;
    int half_context() const { return whisper_n_text_ctx(&context_) / 2; }

    whisper_context & context_;
    whisper_state & state_;
    const stt_options & options_;
    const Vocabulary vocabulary_;
    const bool timestamps_;
    std::vector<whisper_token> prompt_; ///< the request's prompt, cut to what fits
    int language_ = 0;
    int encoded_frame_ = -1; ///< which window the encoder's output belongs to
    std::mt19937 random_;
};

struct Aborted {};

} // namespace stt
