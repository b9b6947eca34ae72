// Which token comes next: Whisper's rules for suppressed tokens and timestamps, and the choice itself.
// Rules: openai/whisper, whisper/decoding.py (SuppressBlank, SuppressTokens, ApplyTimestampRules), in whisper.cpp's reading.
#pragma once

#include <random>
#include <vector>

#include "whisper.h"

namespace stt {

/// Ids that decide the rules, read once from a context. Text tokens are 0 .. eot-1, timestamps begin .. size-1.
struct Vocabulary {
    explicit Vocabulary(whisper_context & context);

    int size;
    whisper_token eot, sot, prev, no_speech, no_timestamps, begin;
    whisper_token blank; ///< " "
    int timestamps_per_second;
};

/// Where a window's decoding stands.
struct Position {
    int count = 0;              ///< tokens chosen so far
    int text_count = 0;         ///< of them text
    bool last_is_timestamp = false;
    bool last_but_one_is_timestamp = true;
    int earliest_timestamp = 0; ///< steps of 20 ms that a timestamp may not fall below
};

struct Rules {
    bool timestamps;
    int max_tokens;            ///< 0 = no limit
    int max_initial_timestamp; ///< steps of 20 ms; negative = no limit
    float temperature;
};

/// Chooses the next token from the logits of the last one. Its times are left unknown (-1).
whisper_token_data choose_token(const Vocabulary & vocabulary, const float * logits, const Rules & rules,
                                const Position & position, std::mt19937 & random);

/// Probability of `token` under the softmax of all logits.
float probability_of(const Vocabulary & vocabulary, const float * logits, whisper_token token);

} // namespace stt
