// stt_state: one run, from samples to segments, tokens and text.
#include "stt.h"

#include <algorithm>
#include <memory>

#include "decoder.h"
#include "handles.h"
#include "whisper-internals.h"

using namespace stt;

namespace {

constexpr int SHORTEST_FRAMES = 10; // whisper.cpp takes no audio below 100 ms

/// Appends one window's segments to the result of a run.
class Collector {
  public:
    Collector(stt_state & state, const stt_options & options) : state_(state), options_(options) {}

    void add(const Attempt & attempt, const Window & window, const std::vector<Cut> & cuts) {
        const auto times = token_times(cuts, window);
        for (size_t i = 0; i < cuts.size(); ++i) add_segment(attempt, window, cuts[i], times.empty() ? nullptr : &times[i]);
    }

  private:
    std::vector<std::vector<TokenSpan>> token_times(const std::vector<Cut> & cuts, const Window & window) {
        std::vector<TimedTokens> segments;
        for (const auto & cut : cuts) segments.push_back({cut.start_frame, cut.end_frame, cut.tokens});
        whisper_context & context = *state_.context->whisper;
        std::vector<std::vector<TokenSpan>> times;
        if (options_.token_times == STT_TOKEN_TIMES_SIGNAL) {
            for (const auto & segment : segments) times.push_back(signal_token_times(context, *state_.whisper, segment));
        } else if (options_.token_times == STT_TOKEN_TIMES_DTW && !segments.empty()) {
            const int frames = std::min(FRAMES_PER_WINDOW, window.end - window.frame);
            watch_abort(*state_.whisper, nullptr);
            times = dtw_token_times(context, *state_.whisper, segments, window.frame, frames, state_.language, options_.threads);
            watch_abort(*state_.whisper, &state_.abort);
        }
        return times;
    }

    void add_segment(const Attempt & attempt, const Window & window, const Cut & cut, const std::vector<TokenSpan> * times) {
        stt_segment segment{};
        segment.start_ms = cut.start_frame * MS_PER_FRAME;
        segment.end_ms = cut.end_frame * MS_PER_FRAME;
        segment.window_start_ms = window.frame * MS_PER_FRAME;
        segment.first_token = static_cast<int32_t>(state_.tokens.size());
        segment.token_count = static_cast<int32_t>(cut.tokens.size());
        segment.text_offset = static_cast<int32_t>(state_.text.size());
        segment.text_size = static_cast<int32_t>(cut.text.size());
        segment.temperature = attempt.temperature;
        segment.mean_logprob = attempt.mean_logprob;
        segment.no_speech_probability = attempt.no_speech_probability;

        int32_t at = segment.text_offset;
        const whisper_token eot = whisper_token_eot(state_.context->whisper);
        for (size_t i = 0; i < cut.tokens.size(); ++i) {
            const auto & token = cut.tokens[i];
            const char * text = token.id < eot ? whisper_token_to_str(state_.context->whisper, token.id) : "";
            const auto size = static_cast<int32_t>(std::char_traits<char>::length(text));
            const TokenSpan span = times ? (*times)[i] : TokenSpan{-1, -1};
            state_.tokens.push_back({token.id, at, size, span.start_ms, span.end_ms, token.p, token.plog});
            at += size;
        }
        state_.text += cut.text;
        state_.segments.push_back(segment);
    }

    stt_state & state_;
    const stt_options & options_;
};

bool is_valid(const stt_options & o) {
    return o.threads >= 1 && o.threads <= 512 && o.language >= -1 && o.language <= whisper_lang_max_id() &&
           o.token_times >= STT_TOKEN_TIMES_NONE && o.token_times <= STT_TOKEN_TIMES_DTW && o.temperature >= 0 &&
           o.temperature <= 10 && o.temperature_step >= 0 && o.max_tokens >= 0 && o.audio_context >= 0;
}

void choose_language(stt_state & state, Decoder & decoder, const stt_options & options) {
    state.language_probability = 1;
    if (!whisper_is_multilingual(state.context->whisper)) {
        state.language = whisper_lang_id("en");
    } else if (options.language >= 0) {
        state.language = options.language;
    } else {
        std::vector<float> probabilities(whisper_lang_max_id() + 1, 0.0f);
        state.language = decoder.detect_language(0, probabilities.data());
        state.language_probability = probabilities[state.language];
    }
    decoder.set_language(state.language);
}

int32_t run(stt_state & state, const float * samples, int32_t count, const stt_options & options, const char * prompt,
            stt_segment_callback on_segment, void * user) {
    whisper_context * context = state.context->whisper;
    if (whisper_pcm_to_mel_with_state(context, state.whisper, samples, count, options.threads) != 0) {
        return fail(STT_FAILED, "the mel spectrogram could not be computed");
    }
    const int end = whisper_n_len_from_state(state.whisper);
    if (end < SHORTEST_FRAMES) return STT_OK;
    if (options.token_times == STT_TOKEN_TIMES_SIGNAL) begin_token_times(*state.whisper, samples, count);

    Decoder decoder(*context, *state.whisper, options, prompt);
    choose_language(state, decoder, options);
    Collector collector(state, options);
    for (int frame = 0; frame + SHORTEST_FRAMES < end;) {
        const Window window{frame, end};
        const Attempt attempt = decoder.decode(window);
        const size_t before = state.segments.size();
        if (!decoder.is_silent(attempt)) collector.add(attempt, window, decoder.cut(attempt, window));
        for (size_t i = before; on_segment && i < state.segments.size(); ++i) on_segment(&state, static_cast<int32_t>(i), user);
        frame += decoder.advance(attempt, window);
    }
    return STT_OK;
}

void clear_result(stt_state & state) {
    state.segments.clear();
    state.tokens.clear();
    state.text.clear();
}

/// whisper.cpp ends an aborted computation and a failed one in the same way; only the flag tells them apart.
int32_t unless_aborted(const stt_state & state, int32_t status) {
    if (status != STT_ABORTED || state.abort.load(std::memory_order_relaxed) != 0) return status;
    return fail(STT_FAILED, "whisper.cpp could not compute this audio");
}

} // namespace

int32_t stt_abi_version(void) { return STT_ABI_VERSION; }
const char * stt_version(void) { return whisper_version(); }
const char * stt_system_info(void) { return whisper_print_system_info(); }

int32_t stt_state_open(stt_context * context, stt_state ** out) {
    return guarded([&]() -> int32_t {
        if (!context || !out) return fail(STT_INVALID_ARGUMENT, "stt_state_open needs context and out");
        auto state = std::make_unique<stt_state>();
        state->context = context;
        state->whisper = whisper_init_state(context->whisper);
        if (!state->whisper) return fail(STT_OUT_OF_MEMORY, "the buffers of a decoding state could not be made");
        watch_abort(*state->whisper, &state->abort);
        *out = state.release();
        return STT_OK;
    });
}

void stt_state_close(stt_state * state) {
    if (!state) return;
    whisper_free_state(state->whisper);
    delete state;
}

void stt_state_set_abort(stt_state * state, int32_t abort) {
    if (state) state->abort.store(abort, std::memory_order_relaxed);
}

void stt_options_default(stt_options * options) {
    if (!options) return;
    *options = {};
    options->threads = 1;
    options->language = -1;
    options->timestamps = 1;
    options->max_initial_timestamp_ms = 1000;
    options->max_temperature = 1.0f;
    options->compression_threshold = 2.4f;
    options->logprob_threshold = -1.0f;
    options->no_speech_threshold = 0.6f;
}

int32_t stt_state_run(stt_state * state, const float * samples, int32_t sample_count, const stt_options * options,
                      const char * prompt, stt_segment_callback on_segment, void * user) {
    if (!state) return fail(STT_INVALID_ARGUMENT, "stt_state_run needs a state");
    clear_result(*state);
    const int32_t status = guarded([&]() -> int32_t {
        if (!samples || sample_count < 1 || !options) {
            return fail(STT_INVALID_ARGUMENT, "stt_state_run needs samples and options");
        }
        if (!is_valid(*options)) return fail(STT_INVALID_ARGUMENT, "an option of stt_state_run is out of its range");
        if (options->token_times == STT_TOKEN_TIMES_DTW && !state->context->dtw) {
            return fail(STT_INVALID_ARGUMENT, "the context was not opened for DTW token times");
        }
        return run(*state, samples, sample_count, *options, prompt, on_segment, user);
    });
    if (status != STT_OK) clear_result(*state);
    return unless_aborted(*state, status);
}

int32_t stt_state_language(const stt_state * state, float * probability) {
    if (probability) *probability = state->language_probability;
    return state->language;
}

const stt_segment * stt_state_segments(const stt_state * state, int32_t * count) {
    *count = static_cast<int32_t>(state->segments.size());
    return state->segments.data();
}

const stt_token * stt_state_tokens(const stt_state * state, int32_t * count) {
    *count = static_cast<int32_t>(state->tokens.size());
    return state->tokens.data();
}

const char * stt_state_text(const stt_state * state, int32_t * size) {
    *size = static_cast<int32_t>(state->text.size());
    return state->text.data();
}

int32_t stt_state_detect_language(stt_state * state, const float * samples, int32_t sample_count, int32_t threads,
                                  float * probabilities, int32_t * language) {
    if (!state) return fail(STT_INVALID_ARGUMENT, "stt_state_detect_language needs a state");
    const int32_t status = guarded([&]() -> int32_t {
        if (!samples || sample_count < 1 || threads < 1 || !language) {
            return fail(STT_INVALID_ARGUMENT, "stt_state_detect_language needs samples, threads and language");
        }
        whisper_context * context = state->context->whisper;
        if (!whisper_is_multilingual(context)) return fail(STT_INVALID_ARGUMENT, "the model knows only English");
        if (whisper_pcm_to_mel_with_state(context, state->whisper, samples, sample_count, threads) != 0) {
            return fail(STT_FAILED, "the mel spectrogram could not be computed");
        }
        stt_options options;
        stt_options_default(&options);
        options.threads = threads;
        *language = Decoder(*context, *state->whisper, options, nullptr).detect_language(0, probabilities);
        return STT_OK;
    });
    return unless_aborted(*state, status);
}
