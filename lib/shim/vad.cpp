// stt_vad: Silero voice activity detection.
#include <memory>

#include "handles.h"

struct stt_vad {
    whisper_vad_context * whisper = nullptr;
};

constexpr int WINDOW_SAMPLES = 512; // Silero at 16 kHz, as its README says

int32_t stt_vad_open(const char * path, stt_vad ** out) {
    return stt::guarded([&]() -> int32_t {
        if (!path || !out) return stt::fail(STT_INVALID_ARGUMENT, "stt_vad_open needs path and out");
        stt::route_logs();
        whisper_vad_context_params params = whisper_vad_default_context_params();
        params.n_threads = 1;
        params.use_gpu = false;
        auto vad = std::make_unique<stt_vad>();
        vad->whisper = whisper_vad_init_from_file_with_params(path, params);
        if (!vad->whisper) return stt::fail(STT_BAD_MODEL, "the file is not a Silero VAD model in ggml form");
        *out = vad.release();
        return STT_OK;
    });
}

void stt_vad_close(stt_vad * vad) {
    if (!vad) return;
    whisper_vad_free(vad->whisper);
    delete vad;
}

int32_t stt_vad_window_samples(const stt_vad *) { return WINDOW_SAMPLES; }

int32_t stt_vad_run(stt_vad * vad, const float * samples, int32_t sample_count, int32_t keep_state,
                    const float ** probabilities, int32_t * count) {
    return stt::guarded([&]() -> int32_t {
        if (!vad || !samples || sample_count < 1 || !probabilities || !count) {
            return stt::fail(STT_INVALID_ARGUMENT, "stt_vad_run needs vad, samples, probabilities and count");
        }
        const bool done = keep_state ? whisper_vad_detect_speech_no_reset(vad->whisper, samples, sample_count)
                                     : whisper_vad_detect_speech(vad->whisper, samples, sample_count);
        if (!done) return stt::fail(STT_FAILED, "voice activity detection failed");
        *probabilities = whisper_vad_probs(vad->whisper);
        *count = whisper_vad_n_probs(vad->whisper);
        return STT_OK;
    });
}
