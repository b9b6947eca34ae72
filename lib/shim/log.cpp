// Log lines of whisper.cpp and ggml, and the error of the last call of each thread.
#include <deque>
#include <mutex>
#include <new>

#include "decoder.h"
#include "ggml-backend.h"
#include "handles.h"

namespace {

constexpr size_t QUEUE_LINES = 256;

struct Line {
    int32_t level;
    std::string text;
};

std::mutex mutex;
std::deque<Line> queue;
stt_log_callback callback = nullptr;
void * callback_user = nullptr;

thread_local std::string last_error;

int32_t level_of(ggml_log_level level) {
    switch (level) {
        case GGML_LOG_LEVEL_ERROR: return STT_LOG_ERROR;
        case GGML_LOG_LEVEL_WARN: return STT_LOG_WARN;
        default: return STT_LOG_DEBUG; // upstream's info is a page per model load: detail, for us
    }
}

void receive(ggml_log_level level, const char * text, void *) {
    std::string line(text);
    while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.pop_back();
    if (line.empty() || line == ".") return;
    std::lock_guard<std::mutex> lock(mutex);
    if (callback) {
        callback(level_of(level), line.c_str(), callback_user);
        return;
    }
    if (queue.size() == QUEUE_LINES) queue.pop_front();
    queue.push_back({level_of(level), std::move(line)});
}

} // namespace

namespace stt {

void route_logs() { whisper_log_set(receive, nullptr), ggml_log_set(receive, nullptr); }

void clear_error() noexcept { last_error.clear(); }

int32_t fail(int32_t status, const std::string & message) {
    last_error = message;
    return status;
}

int32_t fail_with_current_exception() noexcept {
    try {
        throw;
    } catch (const Aborted &) {
        return STT_ABORTED;
    } catch (const std::bad_alloc &) {
        return STT_OUT_OF_MEMORY;
    } catch (const std::exception & error) {
        try {
            return fail(STT_FAILED, error.what());
        } catch (...) {
            return STT_OUT_OF_MEMORY;
        }
    } catch (...) {
        return STT_FAILED;
    }
}

} // namespace stt

const char * stt_last_error(void) { return last_error.c_str(); }

void stt_log_set_callback(stt_log_callback next, void * user) {
    std::lock_guard<std::mutex> lock(mutex);
    callback = next;
    callback_user = user;
    stt::route_logs();
}

int32_t stt_log_take(char * line, int32_t capacity, int32_t * level) {
    if (!line || capacity < 1 || !level) return 0;
    std::lock_guard<std::mutex> lock(mutex);
    if (queue.empty()) return 0;
    const std::string & text = queue.front().text;
    const size_t size = std::min(text.size(), static_cast<size_t>(capacity) - 1);
    text.copy(line, size);
    line[size] = 0;
    *level = queue.front().level;
    queue.pop_front();
    return 1;
}
