// The CUDA runtime that a library is linked with: the real one, the stand-in in the library of the tests, or none where
// there was no nvcc. Each is a source file of its own; a library has one of them.
#pragma once

#include "runtime.hpp"

namespace parabola::cuda {

// Null if there is none. Lives as long as the process.
Runtime* deviceRuntime();

}  // namespace parabola::cuda
