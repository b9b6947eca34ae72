#include "decoder.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <stdexcept>

#include "whisper-internals.h"

namespace stt {
namespace {

constexpr int SHORTEST_FRAMES = 10;           ///< whisper.cpp takes no window below 100 ms
constexpr int FRAMES_PER_TIMESTAMP = 2;       ///< timestamps count 20 ms
constexpr float PROMPT_TEMPERATURE_LIMIT = 0.5f; ///< reference: no text context in hot retries (transcribe.py)
constexpr size_t LOOP_TOKENS = 32;            ///< whisper.cpp looks for loops in the last 32 tokens

/// Entropy in nats of the last tokens: low when few tokens repeat.
double tail_entropy(const std::vector<whisper_token_data> & tokens) {
    std::map<whisper_token, int> counts;
    const size_t first = tokens.size() > LOOP_TOKENS ? tokens.size() - LOOP_TOKENS : 0;
    for (size_t i = first; i < tokens.size(); ++i) counts[tokens[i].id]++;
    double entropy = 0;
    for (const auto & [id, count] : counts) {
        const double p = count / static_cast<double>(tokens.size() - first);
        entropy -= p * std::log(p);
    }
    return entropy;
}

float mean_logprob(const std::vector<whisper_token_data> & tokens) {
    double sum = 0;
    for (const auto & token : tokens) sum += token.plog;
    return tokens.empty() ? 0 : static_cast<float>(sum / tokens.size());
}

/// whisper.cpp: the first distilled models have two text layers and no timestamps.
bool lacks_timestamps(whisper_context & context) {
    return whisper_model_n_text_layer(&context) == 2 && whisper_n_vocab(&context) != 51866;
}

std::vector<whisper_token> tokenize(whisper_context & context, const char * text) {
    std::vector<whisper_token> tokens(std::strlen(text) + 1); // a token has at least one byte
    const int count = whisper_tokenize(&context, text, tokens.data(), static_cast<int>(tokens.size()));
    tokens.resize(std::max(0, count));
    return tokens;
}

} // namespace

Decoder::Decoder(whisper_context & context, whisper_state & state, const stt_options & options, const char * prompt)
    : context_(context), state_(state), options_(options), vocabulary_(context),
      timestamps_(options.timestamps && !lacks_timestamps(context)), random_(options.seed) {
    if (prompt && *prompt) prompt_ = tokenize(context, prompt);
    const size_t limit = half_context() - 1; // one place is the marker of previous text
    if (prompt_.size() > limit) prompt_.erase(prompt_.begin(), prompt_.end() - limit);
}

void Decoder::encode(int frame) {
    if (encoded_frame_ == frame) return;
    encoded_frame_ = -1;
    if (!stt::encode(context_, state_, frame, options_.threads, options_.audio_context)) throw Aborted{};
    encoded_frame_ = frame;
}

int Decoder::detect_language(int frame, float * probabilities) {
    encode(frame);
    clear_text(state_);
    if (!stt::decode(context_, state_, {vocabulary_.sot}, 0, options_.threads, -1)) throw Aborted{};
    const float * row = logits(context_, state_, 0);
    const auto of = [&](int language) { return row[whisper_token_lang(&context_, language)]; };

    // Languages that the vocabulary lacks would fall on its task tokens.
    const int count = std::min(whisper_lang_max_id() + 1, whisper_token_translate(&context_) - vocabulary_.sot - 1);
    int best = 0;
    for (int i = 1; i < count; ++i) {
        if (of(i) > of(best)) best = i;
    }
    if (probabilities) {
        double sum = 0;
        for (int i = 0; i < count; ++i) sum += std::exp(of(i) - of(best));
        for (int i = 0; i < count; ++i) probabilities[i] = static_cast<float>(std::exp(of(i) - of(best)) / sum);
    }
    return best;
}

std::vector<whisper_token> Decoder::prompt_tokens(float temperature) const {
    std::vector<whisper_token> tokens;
    if (!prompt_.empty() && temperature < PROMPT_TEMPERATURE_LIMIT) {
        tokens.push_back(vocabulary_.prev);
        tokens.insert(tokens.end(), prompt_.begin(), prompt_.end());
    }
    tokens.push_back(vocabulary_.sot);
    if (whisper_is_multilingual(&context_)) {
        tokens.push_back(whisper_token_lang(&context_, language_));
        tokens.push_back(options_.translate ? whisper_token_translate(&context_) : whisper_token_transcribe(&context_));
    }
    if (!timestamps_) tokens.push_back(vocabulary_.no_timestamps);
    return tokens;
}

Attempt Decoder::decode(const Window & window) {
    encode(window.frame);
    Attempt best = attempt(window, options_.temperature);
    float temperature = options_.temperature;
    while (worth_retrying(best) && options_.temperature_step > 0) {
        temperature += options_.temperature_step;
        if (temperature > options_.max_temperature + 1e-6f) break;
        Attempt next = attempt(window, temperature);
        const bool better = next.failed != best.failed ? best.failed : next.mean_logprob > best.mean_logprob;
        if (better || !worth_retrying(next)) best = std::move(next);
    }
    return best;
}

bool Decoder::worth_retrying(const Attempt & attempt) const {
    return attempt.failed || (attempt.mean_logprob < options_.logprob_threshold &&
                              attempt.no_speech_probability < options_.no_speech_threshold);
}

bool Decoder::is_silent(const Attempt & attempt) const {
    return attempt.no_speech_probability > options_.no_speech_threshold &&
           (attempt.failed || attempt.mean_logprob < options_.logprob_threshold);
}

/// The loop follows whisper_full step by step for one greedy decoder, so that its text is the same.
Attempt Decoder::attempt(const Window & window, float temperature) {
    const std::vector<whisper_token> prompt = prompt_tokens(temperature);
    const int start_row = static_cast<int>(std::find(prompt.begin(), prompt.end(), vocabulary_.sot) - prompt.begin());
    clear_text(state_);
    if (!stt::decode(context_, state_, prompt, 0, options_.threads, start_row)) throw Aborted{};

    Attempt result;
    result.temperature = temperature;
    result.no_speech_probability =
        probability_of(vocabulary_, logits(context_, state_, start_row), vocabulary_.no_speech);
    result.advance_frames = FRAMES_PER_WINDOW;

    const Rules rules{timestamps_, options_.max_tokens,
                      options_.max_initial_timestamp_ms > 0
                          ? options_.max_initial_timestamp_ms * vocabulary_.timestamps_per_second / 1000 : -1,
                      temperature};
    Position at;
    auto & tokens = result.tokens;
    size_t covered = 0; // tokens up to the last timestamp
    bool has_timestamp = false;
    int row = static_cast<int>(prompt.size()) - 1;
    const int limit = half_context() - 4;
    const auto reaches_end = [&] { return window.frame + result.advance_frames + SHORTEST_FRAMES >= window.end; };

    for (int i = 0; i < limit; ++i) {
        const whisper_token_data token = choose_token(vocabulary_, logits(context_, state_, row), rules, at, random_);
        tokens.push_back(token);
        const bool is_timestamp = token.id >= vocabulary_.begin;
        at.count++;
        if (token.id < vocabulary_.eot) at.text_count++;
        at.last_but_one_is_timestamp = at.count < 2 || at.last_is_timestamp;
        at.last_is_timestamp = is_timestamp;

        if (token.id > vocabulary_.begin) {
            result.advance_frames = FRAMES_PER_TIMESTAMP * (token.id - vocabulary_.begin);
            at.earliest_timestamp = token.id - vocabulary_.begin;
            covered = tokens.size();
            has_timestamp = true;
        }
        if (token.id == vocabulary_.eot || (has_timestamp && reaches_end())) {
            if (covered == 0 && timestamps_) {
                if (reaches_end()) covered = tokens.size();
                else result.failed = true;
            }
            if (!timestamps_) {
                covered = tokens.size();
                result.advance_frames = FRAMES_PER_WINDOW;
            }
            break;
        }
        // A text that fills its budget but not its window goes round in circles.
        if (i == limit - 1 && (covered == 0 || result.advance_frames < FRAMES_PER_WINDOW / 2)) {
            result.failed = true;
            break;
        }
        if (!stt::decode(context_, state_, {token.id}, static_cast<int>(prompt.size()) + i, options_.threads, -1)) {
            throw Aborted{};
        }
        row = 0;
    }

    if (!result.failed) {
        tokens.resize(covered);
        result.failed = covered > LOOP_TOKENS && tail_entropy(tokens) < options_.compression_threshold;
    }
    result.mean_logprob = mean_logprob(tokens);
    return result;
}

std::vector<Cut> Decoder::cut(const Attempt & attempt, const Window & window) const {
    const auto frame_of = [&](whisper_token timestamp) {
        return std::min(window.end, window.frame + FRAMES_PER_TIMESTAMP * std::max(0, timestamp - vocabulary_.begin));
    };
    std::vector<Cut> cuts;
    Cut current{window.frame, 0, "", {}};
    if (!attempt.tokens.empty()) current.start_frame = frame_of(attempt.tokens.front().tid);
    const auto close = [&](int end_frame) {
        if (current.text.empty()) return;
        current.end_frame = std::max(current.start_frame, std::min(window.end, end_frame));
        cuts.push_back(std::move(current));
    };
    const auto & tokens = attempt.tokens;
    for (size_t i = 0; i < tokens.size(); ++i) {
        current.tokens.push_back(tokens[i]);
        if (tokens[i].id < vocabulary_.eot) current.text += whisper_token_to_str(&context_, tokens[i].id);
        if (tokens[i].id <= vocabulary_.begin) continue;
        close(frame_of(tokens[i].id));
        int start_frame = frame_of(tokens[i].id);
        current = {start_frame, 0, "", {}};
        while (i + 1 < tokens.size() && tokens[i + 1].id > vocabulary_.begin) {
            current.tokens.assign(1, tokens[++i]);
            current.start_frame = frame_of(tokens[i].id);
        }
    }
    close(window.frame + attempt.advance_frames);
    return cuts;
}

int Decoder::advance(const Attempt & attempt, const Window & window) const {
    const auto & tokens = attempt.tokens;
    const size_t n = tokens.size();
    const bool one_timestamp_ends = n > 1 && tokens[n - 2].id < vocabulary_.begin && tokens[n - 1].id > vocabulary_.begin;
    // After a lone closing timestamp there is no more speech in the window.
    if (one_timestamp_ends) return std::min(window.end - window.frame, FRAMES_PER_WINDOW);
    return attempt.advance_frames > 0 ? attempt.advance_frames : FRAMES_PER_WINDOW;
}

} // namespace stt
