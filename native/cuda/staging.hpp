// Returns on their way into pinned memory.
#pragma once

#include <cstdint>

namespace parabola::cuda {

// Copies `rows` rows of n numbers, `stride` apart, to `to` [rows, n], on up to `threads` threads; says which of them,
// counted in `to`, is the first that is NaN or infinite, or -1.
std::int64_t copyFinite(double* to, const double* from, std::int64_t rows, int n, std::int64_t stride, int threads);

}  // namespace parabola::cuda
