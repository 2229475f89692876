// NVIDIA's own products, where its library is installed: nothing of it is needed to build or to load.
#pragma once

#include <memory>

#include "runtime.hpp"

namespace parabola::cuda {

// libcublas.so.13 or .12, null if there is neither; `native` is the stream's cudaStream_t.
std::unique_ptr<Blas> loadCublas(void* (*native)(Stream&));

}  // namespace parabola::cuda
