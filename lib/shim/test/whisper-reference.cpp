// What whisper.cpp itself says: whisper_full, greedy, one decoder, no text context, no retries. Prints one line of text
// per raw float32 file. The native tests compare it with stt_state_run on the same samples.
//   whisper-reference CPU_BACKEND_LIBRARY MODEL THREADS TIMESTAMPS(0|1) LANGUAGE|auto FILE.f32...
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "ggml-backend.h"
#include "whisper.h"

int main(int argc, char ** argv) {
    if (argc < 7) return 2;
    whisper_log_set([](ggml_log_level, const char *, void *) {}, nullptr);
    if (!ggml_backend_load(argv[1])) return 3;
    whisper_context_params context_params = whisper_context_default_params();
    context_params.use_gpu = false;
    whisper_context * context = whisper_init_from_file_with_params_no_state(argv[2], context_params);
    whisper_state * state = context ? whisper_init_state(context) : nullptr;
    if (!state) return 4;

    for (int i = 6; i < argc; ++i) {
        std::ifstream file(argv[i], std::ios::binary | std::ios::ate);
        std::vector<float> samples(static_cast<size_t>(file.tellg()) / sizeof(float));
        file.seekg(0);
        file.read(reinterpret_cast<char *>(samples.data()), static_cast<std::streamsize>(samples.size() * sizeof(float)));

        whisper_full_params params = whisper_full_default_params(WHISPER_SAMPLING_GREEDY);
        params.greedy.best_of = 1;
        params.n_threads = std::atoi(argv[3]);
        params.n_max_text_ctx = 0;
        params.no_context = true;
        params.temperature_inc = 0;
        params.no_timestamps = std::atoi(argv[4]) == 0;
        params.language = argv[5];
        params.print_progress = false;
        if (whisper_full_with_state(context, state, params, samples.data(), static_cast<int>(samples.size())) != 0) return 5;
        std::string text = whisper_lang_str(whisper_full_lang_id_from_state(state));
        text += ":";
        for (int s = 0; s < whisper_full_n_segments_from_state(state); ++s) text += whisper_full_get_segment_text_from_state(state, s);
        std::puts(text.c_str());
    }
    whisper_free_state(state);
    whisper_free(context);
    return 0;
}
