// Flat C ABI over whisper.cpp: the whole native surface of Tiflis Code STT.
//
// Rules of every function here:
// - Returns STT_OK (0) or an stt_status; stt_last_error() then explains, per thread, until the next call on that thread.
// - No struct is passed by value and no C++ exception leaves. Structs hold only int32 and float fields, in the order
//   given, so that a caller without a C compiler can read them.
// - Text is UTF-8. Audio is 32-bit float mono at 16 kHz, in [-1, 1]. Times are milliseconds from the first sample given.
// - "Borrowed" pointers belong to the object they came from and stay valid until its next call or its close.
// - Threads: the library functions, a context and its facts may be used from any thread at once. A state belongs to one
//   thread at a time; only stt_state_set_abort may be called for it from another. A VAD is like a state.
#pragma once

#include <stdint.h>

#if defined(_WIN32)
#define STT_API __declspec(dllexport)
#else
#define STT_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum stt_status {
    STT_OK = 0,
    STT_INVALID_ARGUMENT = 1, // a null pointer, a number out of range
    STT_NOT_FOUND = 2,        // a file or a backend that is not there
    STT_BAD_MODEL = 3,        // a file that is not a complete ggml model
    STT_OUT_OF_MEMORY = 4,
    STT_ABORTED = 5,          // stt_state_set_abort ended the call; no result
    STT_FAILED = 6,           // anything else
} stt_status;

typedef struct stt_context stt_context; // weights, shared by any number of states
typedef struct stt_state stt_state;     // buffers of one run at a time
typedef struct stt_vad stt_vad;         // a voice activity model with its buffers

// ---- library ----------------------------------------------------------------------------------------------------------

/// Version of whisper.cpp, e.g. "1.9.1". Static.
STT_API const char * stt_version(void);

/// CPU features and build options of the loaded backends, as whisper.cpp prints them. Borrowed from the calling thread.
STT_API const char * stt_system_info(void);

/// Why the last call on this thread failed; "" if it did not. Borrowed from the calling thread.
STT_API const char * stt_last_error(void);

/// Layout version of the structs below. A caller built for another one must not go on.
#define STT_ABI_VERSION 1
STT_API int32_t stt_abi_version(void);

/// Load the CPU backend library in `directory` (absolute path) that suits this machine best by CPUID.
/// Only files of that directory are looked at. Calling it again does nothing.
STT_API int32_t stt_backend_load_cpu(const char * directory);

/// Load one backend library (CUDA, Vulkan, ...) by absolute path.
STT_API int32_t stt_backend_load(const char * path);

/// Name of the CPU variant that was loaded ("haswell", "zen4", ...), "" before. Static.
STT_API const char * stt_cpu_variant(void);

typedef enum stt_log_level { STT_LOG_DEBUG = 1, STT_LOG_INFO = 2, STT_LOG_WARN = 3, STT_LOG_ERROR = 4 } stt_log_level;

/// Called for each line that whisper.cpp and ggml log, from whichever thread logs; `line` is valid during the call.
typedef void (*stt_log_callback)(int32_t level, const char * line, void * user);

/// Replace the built-in queue (below) by a callback; NULL brings the queue back. Process-wide.
STT_API void stt_log_set_callback(stt_log_callback callback, void * user);

/// Take the oldest queued line: copies at most `capacity - 1` bytes and a 0 into `line`, its level into `level`.
/// Returns 1, or 0 if there is none. The queue keeps the last 256 lines. It exists because a JavaScript callback cannot
/// be entered from a foreign thread while the line is still alive.
STT_API int32_t stt_log_take(char * line, int32_t capacity, int32_t * level);

// ---- context: weights --------------------------------------------------------------------------------------------------

typedef struct stt_context_options {
    int32_t use_gpu;         // 0 = CPU only
    int32_t gpu_device;      // index among the GPUs
    int32_t flash_attention; // 0 or 1
} stt_context_options;

/// Load a ggml Whisper model. The file is read through a private mapping and is not needed afterwards.
/// On STT_OK `*out` is the caller's, to be closed once, after all its states.
STT_API int32_t stt_context_open(const char * path, const stt_context_options * options, stt_context ** out);
STT_API void stt_context_close(stt_context * context);

/// A second context on the weights of `base`, without flash attention, whose states can do STT_TOKEN_TIMES_DTW.
/// On STT_OK `*out` is the caller's, to be closed before `base`. Takes no memory for weights.
STT_API int32_t stt_context_share_timed(const stt_context * base, stt_context ** out);

typedef struct stt_facts {
    int32_t multilingual; // 1 if the model knows language tokens
    int32_t mel_bins;     // 80 or 128
    int32_t ftype;        // ggml_ftype of the weights: 0 f32, 1 f16, 2 q4_0, 3 q4_1, 7 q8_0, 8 q5_0, 9 q5_1, ...
    int32_t vocabulary;   // number of tokens
    int32_t audio_layers, text_layers;
    int32_t audio_context; // encoder positions, 1500 = 30 s
    int32_t text_context;  // decoder positions, 448 in published models
    int32_t state_width;
} stt_facts;

STT_API int32_t stt_context_facts(const stt_context * context, stt_facts * out);

/// "tiny", "base", "small", "medium", "large" by the number of layers, or "custom". Static.
STT_API const char * stt_context_type(const stt_context * context);

/// Number of tokens of a text, or a negative stt_status.
STT_API int32_t stt_context_count_tokens(stt_context * context, const char * text);

/// Languages are numbered 0 .. count-1 as in Whisper's vocabulary.
STT_API int32_t stt_language_count(void);
STT_API const char * stt_language_code(int32_t language); // "en"; NULL if out of range. Static.
STT_API const char * stt_language_name(int32_t language); // "english"; NULL if out of range. Static.
STT_API int32_t stt_language_find(const char * code);      // -1 if unknown

// ---- state: one run ------------------------------------------------------------------------------------------------------

/// On STT_OK `*out` is the caller's. The context must outlive it.
STT_API int32_t stt_state_open(stt_context * context, stt_state ** out);
STT_API void stt_state_close(stt_state * state);

/// 1 makes a running or the next call on the state end with STT_ABORTED, within one graph node of the computation;
/// 0 takes that back. Any thread may call it at any time while the state is open.
STT_API void stt_state_set_abort(stt_state * state, int32_t abort);

/// Where a token's times come from. DTW needs a context of stt_context_share_timed; its start_ms is where the alignment
/// leaves the token, that is, where the token ends and the next begins.
typedef enum stt_token_times { STT_TOKEN_TIMES_NONE = 0, STT_TOKEN_TIMES_SIGNAL = 1, STT_TOKEN_TIMES_DTW = 2 } stt_token_times;

typedef struct stt_options {
    int32_t threads;                  // >= 1
    int32_t language;                 // -1 = detect
    int32_t translate;                // 1 = into English
    int32_t timestamps;               // 0 = one segment a window, without times of its own
    int32_t token_times;              // stt_token_times
    int32_t max_tokens;               // text tokens a window may have; 0 = half the decoder's positions
    int32_t max_initial_timestamp_ms; // latest start of a window's first segment; 0 = free. Reference: 1000
    int32_t audio_context;            // encoder positions; 0 = all. Below all only multiples of 256 are exact
    int32_t seed;                     // of the sampler at temperatures above 0
    float temperature;                // 0 = greedy
    float temperature_step;           // added for each retry of a window; 0 = never retry
    float max_temperature;            // last temperature tried
    float compression_threshold;      // entropy in nats of the last 32 tokens below which a window is retried. whisper.cpp: 2.4
    float logprob_threshold;          // mean log probability below which a window is retried. Reference: -1
    float no_speech_threshold;        // a window above it that also fails logprob_threshold is silent. Reference: 0.6
} stt_options;

/// Fill in the defaults named above: greedy, detect, timestamps, no retries.
STT_API void stt_options_default(stt_options * options);

typedef struct stt_segment {
    int32_t start_ms, end_ms;
    int32_t window_start_ms; // where the window lies that the segment was decoded from
    int32_t first_token;     // index into the tokens
    int32_t token_count;
    int32_t text_offset, text_size; // bytes in the text
    float temperature;              // at which the window was accepted
    float mean_logprob;             // of the window's tokens
    float no_speech_probability;    // of the window
} stt_segment;

typedef struct stt_token {
    int32_t id;
    int32_t text_offset, text_size; // bytes in the text; size 0 for timestamps and other special tokens
    int32_t start_ms, end_ms;       // -1 unless token times were asked for
    float probability;
    float logprob;
} stt_token;

/// Called as segments of a run are settled, in order, on the calling thread. `index` counts from 0 in the run.
typedef void (*stt_segment_callback)(stt_state * state, int32_t index, void * user);

/// Transcribe one piece of audio, of any length; longer than 30 s it is taken window by window, without text context.
/// `prompt` may be NULL; its last text_context / 2 - 1 tokens are used in every window. `on_segment` may be NULL.
/// The result is read with the functions below and replaced by the next run.
STT_API int32_t stt_state_run(stt_state * state, const float * samples, int32_t sample_count, const stt_options * options,
                              const char * prompt, stt_segment_callback on_segment, void * user);

/// The language that the last run was decoded in, and its probability if it was detected (otherwise 1).
STT_API int32_t stt_state_language(const stt_state * state, float * probability);

/// Result of the last run: arrays and text, borrowed from the state.
STT_API const stt_segment * stt_state_segments(const stt_state * state, int32_t * count);
STT_API const stt_token * stt_state_tokens(const stt_state * state, int32_t * count);
STT_API const char * stt_state_text(const stt_state * state, int32_t * size);

/// Language of the first 30 s. `probabilities` may be NULL or holds stt_language_count() floats. `*language` is the best.
STT_API int32_t stt_state_detect_language(stt_state * state, const float * samples, int32_t sample_count, int32_t threads,
                                          float * probabilities, int32_t * language);

// ---- voice activity --------------------------------------------------------------------------------------------------------

/// Load a Silero VAD model in ggml form. Runs on one thread: more make it slower.
STT_API int32_t stt_vad_open(const char * path, stt_vad ** out);
STT_API void stt_vad_close(stt_vad * vad);

/// Samples that one probability stands for: 512 = 32 ms.
STT_API int32_t stt_vad_window_samples(const stt_vad * vad);

/// Speech probability of each window of `samples`. Borrowed from the VAD. `keep_state` 1 goes on from the last call.
STT_API int32_t stt_vad_run(stt_vad * vad, const float * samples, int32_t sample_count, int32_t keep_state,
                            const float ** probabilities, int32_t * count);

#ifdef __cplusplus
}
#endif
