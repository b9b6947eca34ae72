// Backend libraries: the CPU variant that suits this machine, and others by name.
#include <algorithm>
#include <filesystem>
#include <mutex>

#include "ggml-backend.h"
#include "handles.h"

#if defined(_WIN32)
#include <windows.h>
#else
#include <dlfcn.h>
#endif

namespace fs = std::filesystem;

namespace {

constexpr const char * PREFIX = "libggml-cpu-";

std::mutex mutex;
std::string cpu_variant;

/// ggml's own measure of a variant: 0 = this CPU cannot run it, higher is better. Loading a variant runs none of its code.
int score(const fs::path & library) {
    void * handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) return 0;
    auto function = reinterpret_cast<int (*)()>(dlsym(handle, "ggml_backend_score"));
    const int result = function ? function() : 0;
    dlclose(handle);
    return result;
}

} // namespace

int32_t stt_backend_load_cpu(const char * directory) {
    return stt::guarded([&]() -> int32_t {
        if (!directory || !fs::path(directory).is_absolute()) {
            return stt::fail(STT_INVALID_ARGUMENT, "stt_backend_load_cpu needs an absolute path");
        }
        std::lock_guard<std::mutex> lock(mutex);
        if (!cpu_variant.empty()) return STT_OK;
        stt::route_logs();
        fs::path best;
        int best_score = 0;
        for (const auto & entry : fs::directory_iterator(directory)) {
            if (entry.path().filename().string().rfind(PREFIX, 0) != 0) continue;
            const int value = score(entry.path());
            if (value > best_score) {
                best_score = value;
                best = entry.path();
            }
        }
        if (best.empty()) return stt::fail(STT_NOT_FOUND, "no CPU backend in the library folder runs on this CPU");
        if (!ggml_backend_load(best.c_str())) return stt::fail(STT_FAILED, "the CPU backend library cannot be loaded");
        cpu_variant = best.stem().string().substr(std::string(PREFIX).size());
        return STT_OK;
    });
}

int32_t stt_backend_load(const char * path) {
    return stt::guarded([&]() -> int32_t {
        if (!path || !fs::path(path).is_absolute()) {
            return stt::fail(STT_INVALID_ARGUMENT, "stt_backend_load needs an absolute path");
        }
        stt::route_logs();
        if (!fs::exists(path)) return stt::fail(STT_NOT_FOUND, "the backend library is not there");
        if (!ggml_backend_load(path)) return stt::fail(STT_FAILED, "the backend library cannot be loaded");
        return STT_OK;
    });
}

const char * stt_cpu_variant(void) {
    std::lock_guard<std::mutex> lock(mutex);
    return cpu_variant.c_str();
}
