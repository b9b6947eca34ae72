// stt_context: a model file's weights, and its facts.
#include <cstring>
#include <memory>

#include "handles.h"
#include "whisper-internals.h"

#if !defined(_WIN32)
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace {

/// A model file as whisper.cpp reads it. Reading past the end is noted: upstream does not check.
class Mapping {
  public:
    explicit Mapping(const char * path) {
        const int file = open(path, O_RDONLY | O_CLOEXEC);
        if (file < 0) return;
        struct stat info {};
        if (fstat(file, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0) {
            size_ = static_cast<size_t>(info.st_size);
            void * data = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
            if (data != MAP_FAILED) {
                data_ = static_cast<const char *>(data);
                madvise(data, size_, MADV_SEQUENTIAL);
            }
        }
        close(file);
    }
    ~Mapping() {
        if (data_) munmap(const_cast<char *>(data_), size_);
    }
    Mapping(const Mapping &) = delete;
    Mapping & operator=(const Mapping &) = delete;

    bool is_open() const { return data_ != nullptr; }
    bool is_short() const { return short_; }

    whisper_model_loader loader() {
        whisper_model_loader loader{};
        loader.context = this;
        loader.read = [](void * self, void * output, size_t size) { return static_cast<Mapping *>(self)->read(output, size); };
        loader.eof = [](void * self) { return static_cast<Mapping *>(self)->at_ == static_cast<Mapping *>(self)->size_; };
        loader.close = [](void *) {};
        return loader;
    }

  private:
    size_t read(void * output, size_t size) {
        const size_t available = std::min(size, size_ - at_);
        std::memcpy(output, data_ + at_, available);
        // whisper.cpp finds the end of the tensors by a read of 4 bytes that meets the end of the file.
        if (available < size) {
            std::memset(static_cast<char *>(output) + available, 0, size - available);
            short_ = short_ || size != sizeof(int32_t) || available > 0;
        }
        at_ += available;
        return available;
    }

    const char * data_ = nullptr;
    size_t size_ = 0, at_ = 0;
    bool short_ = false;
};

} // namespace

int32_t stt_context_open(const char * path, const stt_context_options * options, stt_context ** out) {
    return stt::guarded([&]() -> int32_t {
        if (!path || !options || !out) return stt::fail(STT_INVALID_ARGUMENT, "stt_context_open needs path, options and out");
        stt::route_logs();
        Mapping file(path);
        if (!file.is_open()) return stt::fail(STT_NOT_FOUND, "the model file cannot be opened for reading");

        whisper_context_params params = whisper_context_default_params();
        params.use_gpu = options->use_gpu != 0;
        params.gpu_device = options->gpu_device;
        params.flash_attn = options->flash_attention != 0;
        whisper_model_loader loader = file.loader();
        auto context = std::make_unique<stt_context>();
        context->whisper = whisper_init_with_params_no_state(&loader, params);
        const bool is_short = file.is_short() || (context->whisper && !stt::has_weights(*context->whisper));
        if (context->whisper && is_short) {
            whisper_free(context->whisper);
            context->whisper = nullptr;
        }
        if (!context->whisper) {
            return stt::fail(STT_BAD_MODEL, is_short ? "the model file ends too early; it is incomplete"
                                                            : "the file is not a ggml Whisper model that can be loaded");
        }
        *out = context.release();
        return STT_OK;
    });
}

int32_t stt_context_share_timed(const stt_context * base, stt_context ** out) {
    return stt::guarded([&]() -> int32_t {
        if (!base || !out) return stt::fail(STT_INVALID_ARGUMENT, "stt_context_share_timed needs base and out");
        auto context = std::make_unique<stt_context>();
        context->whisper = stt::share_for_token_times(*base->whisper);
        context->dtw = true;
        *out = context.release();
        return STT_OK;
    });
}

void stt_context_close(stt_context * context) {
    if (!context) return;
    whisper_free(context->whisper);
    delete context;
}

int32_t stt_context_facts(const stt_context * context, stt_facts * out) {
    if (!context || !out) return stt::fail(STT_INVALID_ARGUMENT, "stt_context_facts needs context and out");
    whisper_context * whisper = context->whisper;
    *out = {whisper_is_multilingual(whisper), whisper_model_n_mels(whisper),        whisper_model_ftype(whisper),
            whisper_n_vocab(whisper),         whisper_model_n_audio_layer(whisper), whisper_model_n_text_layer(whisper),
            whisper_n_audio_ctx(whisper),     whisper_n_text_ctx(whisper),          whisper_model_n_text_state(whisper)};
    return STT_OK;
}

const char * stt_context_type(const stt_context * context) {
    static const char * const names[] = {"custom", "tiny", "base", "small", "medium", "large"};
    static const int widths[] = {0, 384, 512, 768, 1024, 1280}; // of the published models
    const int type = stt::model_type(*context->whisper);
    if (type < 0 || type > 5 || whisper_model_n_audio_state(context->whisper) != widths[type]) return names[0];
    return names[type];
}

int32_t stt_context_count_tokens(stt_context * context, const char * text) {
    if (!context || !text) return -STT_INVALID_ARGUMENT;
    const int count = whisper_token_count(context->whisper, text);
    return count < 0 ? -STT_FAILED : count;
}

int32_t stt_language_count(void) { return whisper_lang_max_id() + 1; }
const char * stt_language_code(int32_t language) {
    return language >= 0 && language <= whisper_lang_max_id() ? whisper_lang_str(language) : nullptr;
}
const char * stt_language_name(int32_t language) {
    return language >= 0 && language <= whisper_lang_max_id() ? whisper_lang_str_full(language) : nullptr;
}
int32_t stt_language_find(const char * code) { return code && *code ? whisper_lang_id(code) : -1; }
