// The kernels, one line each.
//
// A kernel is a struct of parameters, passed by value. To add one: its name here; eachArray(parameters, f), which names
// its arrays of device memory, beside the struct; launchOnDevice(parameters, stream), in a .cu; runOnCpu(parameters).
#pragma once

#include "arrays.hpp"
#include "scatter.hpp"

#define PARABOLA_LAUNCHES(X) \
  X(CentreParameters)        \
  X(JoinParameters)          \
  X(SyrkParameters)          \
  X(FinishParameters)        \
  X(SolveParameters)         \
  X(DrawParameters)

namespace parabola::cuda {

#define PARABOLA_LAUNCH(Parameters)                               \
  /* What cudaGetLastError says; `stream` is a cudaStream_t. */   \
  int launchOnDevice(const Parameters& parameters, void* stream); \
  /* The same launch, lane by lane; returns when it is done. */   \
  void runOnCpu(const Parameters& parameters);
PARABOLA_LAUNCHES(PARABOLA_LAUNCH)
#undef PARABOLA_LAUNCH

}  // namespace parabola::cuda
