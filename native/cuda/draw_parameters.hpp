// What the drawing kernel is given: a process, which of its paths, and the place for them, all in the device's memory.
#pragma once

#include "process.hpp"

namespace parabola::cuda {

struct DrawParameters {
  ProcessView process;
  DrawView draw;
  int tile = 0;              // paths that a block draws together
  int groups = 0;            // blocks
  double* memory = nullptr;  // [groups, memoryStride]
  std::int64_t memoryStride = 0;
};

// Doubles that a block needs for its tile.
std::int64_t drawMemory(const ProcessView& process, int tile);

}  // namespace parabola::cuda
