// The part of the OpenMP API that ggml calls. Implemented in omp.cpp beside this file.
#pragma once
#ifdef __cplusplus
extern "C" {
#endif

/// Index of the calling thread in its team: 0 for the thread that opened the parallel region.
int omp_get_thread_num(void);

/// Size of the calling thread's team; 1 outside a parallel region.
int omp_get_num_threads(void);

/// Upper bound of a team's size. Regions here always name their size, so this is only informative.
int omp_get_max_threads(void);

#ifdef __cplusplus
}
#endif
