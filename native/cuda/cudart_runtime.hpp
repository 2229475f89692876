// The CUDA runtime itself, which is linked in: without a driver it loads all the same and says so when asked.
#pragma once

#include "runtime.hpp"

namespace parabola::cuda {

Runtime& cudart();

}  // namespace parabola::cuda
