#include "logits.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace stt {
namespace {

constexpr float NEVER = -std::numeric_limits<float>::infinity();
constexpr float IMPOSSIBLE = -100; ///< log probability that stands for none, and stays a number
constexpr float NEGLIGIBLE = 24; ///< e^-24 of the best, times the vocabulary, is below a float's last bit

/// Tokens first <= id < last.
struct Range {
    int first, last;
};

struct Allowed {
    Range text;       ///< without end of text
    bool eot, blank;
    Range timestamps; ///< empty if none
};

Allowed allowed_tokens(const Vocabulary & v, const Rules & rules, const Position & at) {
    Allowed allowed{{0, v.eot}, true, true, {v.begin, rules.timestamps ? v.size : v.begin}};
    if (at.count == 0) {
        allowed.eot = allowed.blank = false;
        if (rules.max_initial_timestamp >= 0) {
            allowed.timestamps.last = std::min(allowed.timestamps.last, v.begin + rules.max_initial_timestamp + 1);
        }
    }
    if (rules.timestamps && rules.max_tokens > 0 && at.text_count >= rules.max_tokens) allowed.text.last = 0;
    if (at.last_is_timestamp) { // timestamps come in pairs, except right before the end
        if (at.last_but_one_is_timestamp) allowed.timestamps.last = allowed.timestamps.first;
        else allowed.text.last = 0;
    }
    allowed.timestamps.first = std::min(allowed.timestamps.last, v.begin + at.earliest_timestamp);
    return allowed;
}

/// Calls `visit(id)` for each text token that may come, end of text included.
template <typename Visit> void each_text(const Vocabulary & v, const Allowed & allowed, Visit visit) {
    for (int id = allowed.text.first; id < allowed.text.last; ++id) {
        if (id != v.blank || allowed.blank) visit(id);
    }
    if (allowed.eot) visit(v.eot);
}

/// Sum of e^(logit / temperature - max), leaving out what cannot change it.
struct ExpSum {
    const float * logits;
    float scale, max;
    double sum = 0;
    void operator()(int id) {
        const float x = logits[id] * scale - max;
        if (x > -NEGLIGIBLE) sum += std::exp(x);
    }
};

struct Best {
    int id = -1;
    float logit = NEVER;
    void consider(int candidate, float value) {
        if (value > logit) {
            logit = value;
            id = candidate;
        }
    }
};

int sample(const Vocabulary & v, const Allowed & allowed, bool text, ExpSum weight, std::mt19937 & random) {
    std::vector<int> ids;
    std::vector<double> weights;
    const auto add = [&](int id) {
        weight.sum = 0;
        weight(id);
        if (weight.sum > 0) {
            ids.push_back(id);
            weights.push_back(weight.sum);
        }
    };
    if (text) each_text(v, allowed, add);
    for (int id = allowed.timestamps.first; id < allowed.timestamps.last; ++id) add(id);
    return ids[std::discrete_distribution<size_t>(weights.begin(), weights.end())(random)];
}

} // namespace

Vocabulary::Vocabulary(whisper_context & context)
    : size(whisper_n_vocab(&context)), eot(whisper_token_eot(&context)), sot(whisper_token_sot(&context)),
      prev(whisper_token_prev(&context)), no_speech(whisper_token_nosp(&context)),
      no_timestamps(whisper_token_not(&context)), begin(whisper_token_beg(&context)), blank(-1),
      timestamps_per_second(whisper_n_audio_ctx(&context) / 30) {
    whisper_token token;
    if (whisper_tokenize(&context, " ", &token, 1) == 1) blank = token;
}

whisper_token_data choose_token(const Vocabulary & v, const float * logits, const Rules & rules, const Position & at,
                                std::mt19937 & random) {
    const Allowed allowed = allowed_tokens(v, rules, at);
    const float scale = rules.temperature > 0 ? 1 / rules.temperature : 1;

    Best text, timestamp;
    each_text(v, allowed, [&](int id) { text.consider(id, logits[id] * scale); });
    for (int id = allowed.timestamps.first; id < allowed.timestamps.last; ++id) timestamp.consider(id, logits[id] * scale);

    ExpSum text_sum{logits, scale, std::max(text.logit, timestamp.logit)};
    ExpSum timestamp_sum = text_sum;
    each_text(v, allowed, [&](int id) { text_sum(id); });
    for (int id = allowed.timestamps.first; id < allowed.timestamps.last; ++id) timestamp_sum(id);
    const double total = text_sum.sum + timestamp_sum.sum;
    const double log_total = std::log(total) + text_sum.max;

    // If all timestamps together are likelier than the likeliest text token, the next token is a timestamp.
    const bool text_possible = text.id >= 0 && !(timestamp_sum.sum > std::exp(text.logit - text_sum.max));

    whisper_token_data token{};
    token.t0 = token.t1 = token.t_dtw = -1; // not known yet, as whisper.cpp marks it
    const Best best = text_possible && text.logit >= timestamp.logit ? text : timestamp;
    if (best.id < 0) { // no token may come, or the logits are not numbers: end here
        token.id = v.eot;
        token.tid = v.begin;
        token.plog = IMPOSSIBLE;
        return token;
    }
    token.id = rules.temperature > 0 ? sample(v, allowed, text_possible, text_sum, random) : best.id;
    token.plog = static_cast<float>(logits[token.id] * scale - log_total);
    token.p = std::exp(token.plog);
    token.tid = timestamp.id >= 0 ? timestamp.id : v.begin;
    const double best_timestamp = timestamp.id >= 0 ? std::exp(timestamp.logit - log_total) : 0;
    token.ptsum = static_cast<float>(timestamp_sum.sum / total);
    token.pt = static_cast<float>(best_timestamp / (token.ptsum + 1e-10));
    if (token.id >= v.begin) {
        token.tid = token.id;
        token.pt = token.p;
    }
    return token;
}

float probability_of(const Vocabulary & v, const float * logits, whisper_token token) {
    const float max = *std::max_element(logits, logits + v.size);
    double sum = 0;
    for (int id = 0; id < v.size; ++id) sum += std::exp(logits[id] - max);
    return static_cast<float>(std::exp(logits[token] - max) / sum);
}

} // namespace stt
