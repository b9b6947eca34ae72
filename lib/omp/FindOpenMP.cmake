# Found before CMake's own FindOpenMP: ggml's OpenMP is clang's code generation with the runtime in this folder.
if (NOT TARGET OpenMP::OpenMP_CXX)
    add_library(stt-omp SHARED "${CMAKE_CURRENT_LIST_DIR}/omp.cpp")
    target_compile_features(stt-omp PRIVATE cxx_std_17)
    foreach (language C CXX)
        add_library(OpenMP::OpenMP_${language} INTERFACE IMPORTED GLOBAL)
        set_target_properties(OpenMP::OpenMP_${language} PROPERTIES
            INTERFACE_COMPILE_OPTIONS "-fopenmp"
            INTERFACE_INCLUDE_DIRECTORIES "${CMAKE_CURRENT_LIST_DIR}"
            INTERFACE_LINK_LIBRARIES stt-omp)
    endforeach ()
endif ()
set(OpenMP_FOUND TRUE)
set(OpenMP_C_FOUND TRUE)
set(OpenMP_CXX_FOUND TRUE)
