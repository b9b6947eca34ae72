// The shim's own test, without JavaScript: build.ts runs it, once under valgrind.
//   shim-test LIBRARY_DIR MODEL WAV_16K_MONO_PCM16 EXPECTED_TEXT [VAD_MODEL]
// SHIM_TEST_AUDIO_CONTEXT=256 shortens the encoder's window sixfold, for valgrind's sake.
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "stt.h"

namespace {

int checks = 0, failures = 0;

int audio_context() {
    const char * text = std::getenv("SHIM_TEST_AUDIO_CONTEXT");
    return text ? std::atoi(text) : 0;
}

void check(bool holds, const char * what) {
    checks++;
    if (holds) return;
    failures++;
    std::printf("FAILED: %s (last error: %s)\n", what, stt_last_error());
}

/// Samples of a plain 44-byte-header WAV file, which is all this test is given.
std::vector<float> read_wav(const char * path) {
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
    std::vector<float> samples;
    for (size_t at = 44; at + 1 < bytes.size(); at += 2) {
        int16_t value;
        std::memcpy(&value, &bytes[at], 2);
        samples.push_back(value / 32768.0f);
    }
    return samples;
}

std::string text_of(stt_state * state) {
    int32_t size = 0;
    const char * text = stt_state_text(state, &size);
    return std::string(text, size);
}

void test_arguments(const std::string & directory, const std::string & model) {
    stt_context * context = nullptr;
    const stt_context_options options{0, 0, 1};
    check(stt_abi_version() == STT_ABI_VERSION, "ABI version");
    check(stt_backend_load_cpu("relative") == STT_INVALID_ARGUMENT, "a relative library folder is refused");
    check(stt_backend_load_cpu((directory + "/nowhere").c_str()) != STT_OK, "a missing library folder is refused");
    check(std::strlen(stt_last_error()) > 0, "a refusal says why");
    check(stt_backend_load_cpu(directory.c_str()) == STT_OK, "the CPU backend loads");
    check(std::strlen(stt_cpu_variant()) > 0, "the CPU variant has a name");
    check(stt_context_open((model + ".missing").c_str(), &options, &context) == STT_NOT_FOUND, "a missing model");
    check(stt_context_open((directory + "/libstt.so").c_str(), &options, &context) == STT_BAD_MODEL, "a file that is no model");
    check(stt_context_open(nullptr, &options, &context) == STT_INVALID_ARGUMENT, "a null path");
    check(stt_language_find("de") >= 0 && stt_language_find("klingon") == -1, "language codes");
    check(stt_language_code(-1) == nullptr && stt_language_code(stt_language_count()) == nullptr, "language range");
}

/// A model cut at `size` bytes must be refused, not read past its end.
void test_truncated_model(const std::string & model, size_t size) {
    const std::string path = std::string(std::getenv("TMPDIR") ? std::getenv("TMPDIR") : "/tmp") + "/shim-test-truncated.bin";
    std::ifstream whole(model, std::ios::binary);
    std::vector<char> bytes(size);
    whole.read(bytes.data(), static_cast<std::streamsize>(size));
    std::ofstream(path, std::ios::binary).write(bytes.data(), whole.gcount());
    stt_context * context = nullptr;
    const stt_context_options options{0, 0, 1};
    check(stt_context_open(path.c_str(), &options, &context) == STT_BAD_MODEL, "a truncated model is refused");
    std::remove(path.c_str());
}

void test_run(stt_state * state, const std::vector<float> & samples, const std::string & expected) {
    stt_options options;
    stt_options_default(&options);
    options.threads = 2;
    options.audio_context = audio_context();
    options.token_times = STT_TOKEN_TIMES_SIGNAL;
    std::vector<int32_t> order;
    const auto note = [](stt_state *, int32_t index, void * user) {
        static_cast<std::vector<int32_t> *>(user)->push_back(index);
    };
    const auto size = static_cast<int32_t>(samples.size());
    check(stt_state_run(state, samples.data(), size, &options, nullptr, note, &order) == STT_OK, "a run");
    check(text_of(state) == expected, "the run's text");
    if (text_of(state) != expected) std::printf("  got '%s'\n", text_of(state).c_str());

    int32_t segments = 0, tokens = 0;
    const stt_segment * segment = stt_state_segments(state, &segments);
    const stt_token * token = stt_state_tokens(state, &tokens);
    check(segments > 0 && static_cast<int32_t>(order.size()) == segments, "the callback saw each segment");
    std::string joined;
    int32_t last_ms = 0;
    for (int32_t i = 0; i < segments; ++i) {
        check(segment[i].start_ms >= last_ms && segment[i].end_ms >= segment[i].start_ms, "segment times ascend");
        last_ms = segment[i].end_ms;
        for (int32_t j = segment[i].first_token; j < segment[i].first_token + segment[i].token_count; ++j) {
            joined += text_of(state).substr(token[j].text_offset, token[j].text_size);
            check(token[j].probability >= 0 && token[j].probability <= 1.0001f, "a probability");
            check(token[j].end_ms >= token[j].start_ms, "a token ends after it starts");
            check(token[j].start_ms >= segment[i].start_ms - 10, "a token starts inside its segment");
            check(token[j].end_ms <= segment[i].end_ms + 10, "a token ends inside its segment");
        }
    }
    check(joined == expected, "the tokens' text is the run's text");
    check(last_ms <= size / 16 + 10, "times lie inside the audio");

    options.threads = 0;
    check(stt_state_run(state, samples.data(), size, &options, nullptr, nullptr, nullptr) == STT_INVALID_ARGUMENT, "0 threads");
    check(text_of(state).empty(), "a refused run leaves no result");
}

void test_language(stt_state * state, const std::vector<float> & samples) {
    std::vector<float> probabilities(stt_language_count());
    int32_t language = -1;
    const auto size = static_cast<int32_t>(samples.size());
    check(stt_state_detect_language(state, samples.data(), size, 1, probabilities.data(), &language) == STT_OK, "detection");
    check(language == stt_language_find("en"), "the language is English");
    double sum = 0;
    for (const float p : probabilities) sum += p;
    check(std::fabs(sum - 1) < 1e-3, "language probabilities add up to 1");
}

void test_abort(stt_state * state, const std::vector<float> & samples) {
    std::vector<float> minutes; // more than one window
    while (minutes.size() < 16000u * 90) minutes.insert(minutes.end(), samples.begin(), samples.end());
    stt_options options;
    stt_options_default(&options);
    options.audio_context = audio_context();
    std::atomic<bool> stop{false};
    std::thread other([&] {
        while (!stop) {
            stt_state_set_abort(state, 1);
            std::this_thread::yield();
        }
    });
    const auto size = static_cast<int32_t>(minutes.size());
    check(stt_state_run(state, minutes.data(), size, &options, nullptr, nullptr, nullptr) == STT_ABORTED, "a run is aborted");
    stop = true;
    other.join();
    stt_state_set_abort(state, 0);
    const auto short_size = static_cast<int32_t>(samples.size());
    check(stt_state_run(state, samples.data(), short_size, &options, nullptr, nullptr, nullptr) == STT_OK, "the state works after an abort");
}

/// Token times by alignment, on a second context that shares the weights.
void test_timed(stt_context * base, const std::vector<float> & samples, const std::string & expected) {
    stt_context * timed = nullptr;
    stt_state * state = nullptr;
    check(stt_context_share_timed(base, &timed) == STT_OK && stt_state_open(timed, &state) == STT_OK, "a timed state opens");
    if (!state) return;
    stt_options options;
    stt_options_default(&options);
    options.audio_context = audio_context();
    options.token_times = STT_TOKEN_TIMES_DTW;
    const auto size = static_cast<int32_t>(samples.size());
    check(stt_state_run(state, samples.data(), size, &options, nullptr, nullptr, nullptr) == STT_OK, "a timed run");
    check(text_of(state) == expected, "the timed run's text");
    int32_t count = 0, last_ms = 0;
    const stt_token * tokens = stt_state_tokens(state, &count);
    for (int32_t i = 0; i < count; ++i) {
        if (tokens[i].text_size == 0) continue;
        check(tokens[i].start_ms >= last_ms, "aligned times ascend");
        last_ms = tokens[i].start_ms;
    }
    check(last_ms > 0, "the last token is aligned");
    stt_state_close(state);
    stt_context_close(timed);
}

void test_vad(const char * path, const std::vector<float> & speech) {
    stt_vad * vad = nullptr;
    check(stt_vad_open(path, &vad) == STT_OK, "the VAD opens");
    if (!vad) return;
    const float * probabilities = nullptr;
    int32_t count = 0;
    check(stt_vad_run(vad, speech.data(), static_cast<int32_t>(speech.size()), 0, &probabilities, &count) == STT_OK, "the VAD runs");
    float most = 0;
    for (int32_t i = 0; i < count; ++i) most = std::max(most, probabilities[i]);
    check(most > 0.5f, "speech is speech");
    const std::vector<float> silence(32000, 0.0f);
    check(stt_vad_run(vad, silence.data(), 32000, 0, &probabilities, &count) == STT_OK, "the VAD runs again");
    check(count == (32000 + 511) / 512, "one probability per window");
    for (int32_t i = 0; i < count; ++i) check(probabilities[i] < 0.5f, "silence is not speech");
    stt_vad_close(vad);
}

} // namespace

int main(int argc, char ** argv) {
    if (argc < 5) return std::fprintf(stderr, "usage: shim-test LIBRARY_DIR MODEL WAV EXPECTED_TEXT [VAD_MODEL]\n"), 2;
    const std::vector<float> samples = read_wav(argv[3]);
    test_arguments(argv[1], argv[2]);
    test_truncated_model(argv[2], 20);
    test_truncated_model(argv[2], 4'000'000);

    stt_context * context = nullptr;
    const stt_context_options options{0, 0, 1};
    check(stt_context_open(argv[2], &options, &context) == STT_OK, "the model opens");
    stt_state * state = nullptr;
    check(context && stt_state_open(context, &state) == STT_OK, "a state opens");
    if (state) {
        stt_facts facts;
        check(stt_context_facts(context, &facts) == STT_OK && facts.multilingual && facts.mel_bins == 80, "the model's facts");
        check(stt_context_count_tokens(context, " open the file") > 0, "a text has tokens");
        test_run(state, samples, argv[4]);
        if (audio_context() == 0) test_language(state, samples); // detection alone always takes the whole window
        test_abort(state, samples);
        test_timed(context, samples, argv[4]);
    }
    if (argc > 5) test_vad(argv[5], samples);
    stt_state_close(state);
    stt_context_close(context);
    std::printf("%d checks, %d failed\n", checks, failures);
    return failures == 0 ? 0 : 1;
}
