// Paths of returns over all cores; see process.hpp for what is drawn.
#pragma once

#include "kernels.hpp"

namespace parabola {

// Writes draw.target; the same bits for any number of threads.
void drawOnCpu(const Kernels& kernels, const ProcessView& process, const DrawView& draw, int threads);

}  // namespace parabola
