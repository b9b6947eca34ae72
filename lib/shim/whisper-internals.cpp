#include "whisper.cpp" // the pinned source itself; see whisper-internals.h

#include "whisper-internals.h"

namespace stt {

/// Arena of the alignment. Its matrix for a full window of a large model takes five copies of 55 MB; upstream's own default
/// of 128 MB ends the process there. Only what is used becomes resident.
constexpr size_t DTW_BYTES = size_t{1} << 29;

void watch_abort(whisper_state & state, const std::atomic<int32_t> * abort) {
    const auto aborted = [](void * data) {
        return data && static_cast<const std::atomic<int32_t> *>(data)->load(std::memory_order_relaxed) != 0;
    };
    for (ggml_backend_t backend : state.backends) {
        ggml_backend_dev_t device = ggml_backend_get_device(backend);
        ggml_backend_reg_t reg = device ? ggml_backend_dev_backend_reg(device) : nullptr;
        if (!reg) continue;
        auto set = reinterpret_cast<ggml_backend_set_abort_callback_t>(
            ggml_backend_reg_get_proc_address(reg, "ggml_backend_set_abort_callback"));
        if (set) set(backend, aborted, const_cast<std::atomic<int32_t> *>(abort));
    }
}

bool encode(whisper_context & context, whisper_state & state, int frame, int threads, int audio_context) {
    state.exp_n_audio_ctx = audio_context;
    return whisper_encode_internal(context, state, frame, threads, nullptr, nullptr);
}

void clear_text(whisper_state & state) { whisper_kv_cache_clear(state.kv_self); }

bool decode(whisper_context & context, whisper_state & state, const std::vector<whisper_token> & tokens, int past,
            int threads, int extra_row) {
    whisper_batch_prep_legacy(state.batch, tokens.data(), static_cast<int>(tokens.size()), past, 0);
    if (extra_row >= 0) state.batch.logits[extra_row] = 1;
    return whisper_decode_internal(context, state, state.batch, threads, false, nullptr, nullptr);
}

const float * logits(const whisper_context & context, const whisper_state & state, int row) {
    return state.logits.data() + static_cast<size_t>(row) * context.vocab.n_vocab;
}

void begin_token_times(whisper_state & state, const float * samples, int sample_count) {
    state.t_beg = 0;
    state.t_last = 0;
    state.tid_last = 0;
    state.energy = get_signal_energy(samples, sample_count, 32); // half window as in whisper_full
}

static std::vector<TokenSpan> spans_of(const whisper_segment & segment) {
    std::vector<TokenSpan> spans;
    for (const auto & token : segment.tokens) {
        spans.push_back({static_cast<int>(token.t0) * MS_PER_FRAME, static_cast<int>(token.t1) * MS_PER_FRAME});
    }
    return spans;
}

std::vector<TokenSpan> signal_token_times(whisper_context & context, whisper_state & state, const TimedTokens & segment) {
    constexpr float THRESHOLD = 0.01f; // thold_pt and thold_ptsum of whisper_full_default_params
    state.result_all.clear();
    state.result_all.push_back({segment.start_frame, segment.end_frame, "", 0.0f, segment.tokens, false});
    whisper_exp_compute_token_level_timestamps(context, state, 0, THRESHOLD, THRESHOLD);
    auto spans = spans_of(state.result_all[0]);
    state.result_all.clear();
    return spans;
}

std::vector<std::vector<TokenSpan>> dtw_token_times(whisper_context & context, whisper_state & state,
                                                    const std::vector<TimedTokens> & segments, int window_frame,
                                                    int window_frames, int language, int threads) {
    constexpr int MEDIAN_FILTER_WIDTH = 7; // of the reference implementation (whisper/timing.py)
    whisper_full_params params = whisper_full_default_params(WHISPER_SAMPLING_GREEDY);
    params.language = whisper_lang_str(language);
    state.lang_id = language;
    state.result_all.clear();
    for (const auto & segment : segments) {
        state.result_all.push_back({segment.start_frame, segment.end_frame, "", 0.0f, segment.tokens, false});
    }
    // The upstream function steps past the last segment when its text ends there: give it one to step on.
    state.result_all.push_back({0, 0, "", 0.0f, {whisper_token_data{}}, false});
    whisper_exp_compute_token_level_timestamps_dtw(&context, &state, params, 0, static_cast<int>(segments.size()),
                                                   window_frame, window_frames, MEDIAN_FILTER_WIDTH, threads);
    state.result_all.pop_back();
    std::vector<std::vector<TokenSpan>> result;
    int end_ms = (window_frame + window_frames) * MS_PER_FRAME;
    for (auto segment = state.result_all.rbegin(); segment != state.result_all.rend(); ++segment) {
        // One time a token, as upstream reports it; one without takes that of the next.
        std::vector<TokenSpan> spans(segment->tokens.size());
        for (size_t i = segment->tokens.size(); i-- > 0;) {
            const int64_t start = segment->tokens[i].t_dtw;
            const int start_ms = start < 0 ? end_ms : static_cast<int>(start) * MS_PER_FRAME;
            spans[i] = {start_ms, end_ms};
            end_ms = start_ms;
        }
        result.insert(result.begin(), std::move(spans));
    }
    state.result_all.clear();
    return result;
}

/// Which attention heads follow the audio: known for the published models, else all of the last layers.
static whisper_alignment_heads_preset alignment_heads(const whisper_context & context) {
    const auto & dims = context.model.hparams;
    const bool english = dims.n_vocab < 51865;
    if (dims.n_vocab == 51866 && dims.n_text_layer == 4) return WHISPER_AHEADS_LARGE_V3_TURBO;
    if (dims.n_vocab == 51866 && dims.n_text_layer == 32) return WHISPER_AHEADS_LARGE_V3;
    if (dims.n_text_layer != dims.n_audio_layer) return WHISPER_AHEADS_N_TOP_MOST;
    switch (dims.n_text_state) { // widths of the published models
        case 384: return english ? WHISPER_AHEADS_TINY_EN : WHISPER_AHEADS_TINY;
        case 512: return english ? WHISPER_AHEADS_BASE_EN : WHISPER_AHEADS_BASE;
        case 768: return english ? WHISPER_AHEADS_SMALL_EN : WHISPER_AHEADS_SMALL;
        case 1024: return english ? WHISPER_AHEADS_MEDIUM_EN : WHISPER_AHEADS_MEDIUM;
        case 1280: return WHISPER_AHEADS_LARGE_V2; // v1 has the same dimensions, and cannot be told apart
        default: return WHISPER_AHEADS_N_TOP_MOST;
    }
}

whisper_context * share_for_token_times(const whisper_context & context) {
    auto * shared = new whisper_context(context);
    // What the copy must not free: tensors and their memory stay the original's.
    shared->model.ctxs.clear();
    shared->model.buffers.clear();
    shared->state = nullptr;
    shared->params.flash_attn = false; // it hides the attention that the alignment reads
    shared->params.dtw_token_timestamps = true;
    shared->params.dtw_aheads_preset = alignment_heads(context);
    shared->params.dtw_n_top = 2;
    shared->params.dtw_mem_size = DTW_BYTES;
    return shared;
}

int model_type(const whisper_context & context) { return context.model.type; }

bool has_weights(const whisper_context & context) { return context.model.n_loaded > 0; }

} // namespace stt
