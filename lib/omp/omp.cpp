// A small OpenMP runtime: the few entry points that clang emits for ggml's parallel regions.
//
// Why not libgomp or libomp: libgomp.a cannot be linked into a shared library (its thread-local storage is not
// position independent), the shared ones bind the executable to the build machine's glibc, and both spin for
// milliseconds at a barrier, which starves other work on a busy machine. Waiting here is a short spin, then a futex.
//
// Entry points and their order of calls: "LLVM OpenMP Runtime Library Interface" (openmp/runtime/src/kmp.h).
// A team belongs to the thread that opens regions (one whisper state runs on one thread), and is kept between regions.

#include "omp.h"

#include <atomic>
#include <climits>
#include <cstdarg>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

constexpr int MAX_ARGUMENTS = 16; ///< captured variables of one parallel region; ggml's has two
constexpr int SPIN_LIMIT = 2000;  ///< pause instructions before sleeping: 30-100 us on current x86-64 and arm64

void pause_cpu() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("isb");
#endif
}

/// A counter that threads can wait on: a short spin, then sleep in the kernel.
class Event {
  public:
    uint32_t value() const { return value_.load(std::memory_order_acquire); }

    void advance() {
        value_.fetch_add(1, std::memory_order_seq_cst);
        if (sleepers_.load(std::memory_order_seq_cst) > 0) {
            syscall(SYS_futex, &value_, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
        }
    }

    /// Returns once the counter differs from `seen`.
    void wait_beyond(uint32_t seen) {
        for (int i = 0; i < SPIN_LIMIT; ++i) {
            if (value() != seen) return;
            pause_cpu();
        }
        sleepers_.fetch_add(1, std::memory_order_seq_cst);
        while (value() == seen) {
            syscall(SYS_futex, &value_, FUTEX_WAIT_PRIVATE, seen, nullptr, nullptr, 0);
        }
        sleepers_.fetch_sub(1, std::memory_order_relaxed);
    }

  private:
    alignas(64) std::atomic<uint32_t> value_{0};
    std::atomic<int> sleepers_{0};
};

using Microtask = void (*)(int32_t * global_id, int32_t * bound_id, ...);

struct Region {
    Microtask task = nullptr;
    int argument_count = 0;
    void * arguments[MAX_ARGUMENTS] = {};

    void run(int32_t id) const {
        int32_t bound = id;
        void * const * a = arguments;
        switch (argument_count) { // a variadic call needs its arguments spelled out; extra ones are never read
            case 0: case 1: case 2: return task(&id, &bound, a[0], a[1]);
            case 3: case 4: return task(&id, &bound, a[0], a[1], a[2], a[3]);
            default: return task(&id, &bound, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11],
                                 a[12], a[13], a[14], a[15]);
        }
    }
};

class Team {
  public:
    explicit Team(int size) : size_(size) {
        for (int id = 1; id < size; ++id) helpers_.emplace_back([this, id] { help(id); });
    }

    ~Team() {
        stopping_ = true;
        start_.advance();
        for (auto & helper : helpers_) helper.join();
    }

    int size() const { return size_; }

    void run(const Region & region) {
        region_ = region;
        start_.advance();
        work(0);
    }

    void barrier() {
        const uint32_t generation = released_.value();
        if (arrived_.fetch_add(1, std::memory_order_acq_rel) == size_ - 1) {
            arrived_.store(0, std::memory_order_relaxed);
            released_.advance();
        } else {
            released_.wait_beyond(generation);
        }
    }

  private:
    void help(int id);
    void work(int id);

    const int size_;
    Region region_;
    Event start_;
    Event released_;
    alignas(64) std::atomic<int> arrived_{0};
    std::atomic<bool> stopping_{false};
    std::vector<std::thread> helpers_;
};

thread_local Team * current_team = nullptr; ///< set while inside a region
thread_local int current_id = 0;
thread_local int requested_size = 0; ///< of the next region; 0 = all cores
thread_local std::unique_ptr<Team> own_team; ///< the team that this thread leads

void Team::help(int id) {
    for (uint32_t seen = 0;; ++seen) {
        start_.wait_beyond(seen);
        if (stopping_) return;
        work(id);
    }
}

/// Every member ends in the closing barrier, so the next region cannot overwrite one that still runs.
void Team::work(int id) {
    current_team = this;
    current_id = id;
    region_.run(id);
    barrier();
    current_team = nullptr;
    current_id = 0;
}

} // namespace

extern "C" {

int omp_get_thread_num(void) { return current_id; }
int omp_get_num_threads(void) { return current_team ? current_team->size() : 1; }
int omp_get_max_threads(void) { return static_cast<int>(std::thread::hardware_concurrency()); }

int32_t __kmpc_global_thread_num(void *) { return current_id; }

void __kmpc_push_num_threads(void *, int32_t, int32_t size) { requested_size = size; }

void __kmpc_fork_call(void *, int32_t argument_count, Microtask task, ...) {
    Region region;
    region.task = task;
    region.argument_count = argument_count;
    if (argument_count > MAX_ARGUMENTS) __builtin_trap();
    va_list list;
    va_start(list, task);
    for (int i = 0; i < argument_count; ++i) region.arguments[i] = va_arg(list, void *);
    va_end(list);

    const int wanted = requested_size > 0 ? requested_size : omp_get_max_threads();
    const int size = current_team ? 1 : wanted; // nested regions run on their own thread alone
    requested_size = 0;
    if (size == 1) {
        Team * outer = current_team;
        const int outer_id = current_id;
        current_team = nullptr;
        current_id = 0;
        region.run(0);
        current_team = outer;
        current_id = outer_id;
        return;
    }
    if (!own_team || own_team->size() != size) {
        own_team.reset();
        own_team = std::make_unique<Team>(size);
    }
    own_team->run(region);
}

void __kmpc_barrier(void *, int32_t) {
    if (current_team) current_team->barrier();
}

/// `single` may run on any one thread; the leader is as good as the first to come, and needs no shared state.
int32_t __kmpc_single(void *, int32_t) { return current_id == 0; }
void __kmpc_end_single(void *, int32_t) {}

} // extern "C"
