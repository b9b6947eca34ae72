// The OpenMP runtime under stress: barriers keep phases apart, whatever the team's size and however busy the machine.
// Prints "N checks, N failed".
#include <atomic>
#include <cstdio>
#include <thread>
#include <vector>

#include "omp.h"

namespace {

std::atomic<int> checks{0}, failures{0};

void check(bool holds, const char * what) {
    checks++;
    if (holds) return;
    failures++;
    std::printf("FAILED: %s\n", what);
}

/// Every thread adds one in each phase; after the barrier all must see the full sum.
void test_barriers(int size, int phases) {
    std::atomic<int> sum{0};
    std::atomic<int> wrong{0};
    std::atomic<int> singles{0};
    std::vector<int> seen(size, 0);
    #pragma omp parallel num_threads(size)
    {
        #pragma omp single
        singles++;
        if (omp_get_num_threads() != size) wrong++;
        seen[omp_get_thread_num()]++;
        for (int phase = 1; phase <= phases; ++phase) {
            sum++;
            #pragma omp barrier
            if (sum.load() != phase * size) wrong++;
            #pragma omp barrier
        }
    }
    check(wrong == 0, "a barrier keeps phases apart");
    check(singles == 1, "single runs once");
    for (const int count : seen) check(count == 1, "each thread number comes once");
    check(omp_get_num_threads() == 1 && omp_get_thread_num() == 0, "outside a region there is one thread");
}

/// Many short regions, as a computation graph is one region.
void test_regions(int size, int count) {
    std::atomic<int> runs{0};
    for (int i = 0; i < count; ++i) {
        #pragma omp parallel num_threads(size)
        runs++;
    }
    check(runs == size * count, "each region runs once on each thread");
}

void test_nested() {
    std::atomic<int> inner{0};
    #pragma omp parallel num_threads(3)
    {
        #pragma omp parallel num_threads(4)
        {
            if (omp_get_num_threads() == 1) inner++;
            #pragma omp barrier
        }
        #pragma omp barrier
    }
    check(inner == 3, "a nested region has its own thread alone");
}

} // namespace

int main() {
    for (int size = 1; size <= 9; ++size) test_barriers(size, 500);
    for (int size = 1; size <= 4; ++size) test_regions(size, 1000);
    test_nested();
    std::vector<std::thread> leaders; // as whisper states do: each leads a team of its own
    for (int i = 0; i < 6; ++i) {
        leaders.emplace_back([i] {
            test_barriers(1 + i % 3, 500);
            test_regions(2, 500);
        });
    }
    for (auto & leader : leaders) leader.join();
    std::printf("%d checks, %d failed\n", checks.load(), failures.load());
    return failures == 0 ? 0 : 1;
}
