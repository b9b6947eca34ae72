// What the opaque handles of stt.h hold, and how errors and exceptions end at the boundary.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "stt.h"
#include "whisper.h"

struct stt_context {
    whisper_context * whisper = nullptr;
    bool dtw = false;
};

struct stt_state {
    stt_context * context = nullptr;
    whisper_state * whisper = nullptr;
    std::atomic<int32_t> abort{0};

    int32_t language = 0;
    float language_probability = 1;
    std::vector<stt_segment> segments;
    std::vector<stt_token> tokens;
    std::string text;
};

namespace stt {

/// Note why the call failed, for stt_last_error, and give its status back.
int32_t fail(int32_t status, const std::string & message);

/// Run `body`, which returns a status; exceptions become statuses.
template <typename Body> int32_t guarded(Body body) noexcept;

int32_t fail_with_current_exception() noexcept;
void clear_error() noexcept;

template <typename Body> int32_t guarded(Body body) noexcept {
    clear_error();
    try {
        return body();
    } catch (...) {
        return fail_with_current_exception();
    }
}

/// Send whisper.cpp's and ggml's log to our queue. Safe to call again.
void route_logs();

} // namespace stt
