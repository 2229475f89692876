#include "kernels.hpp"

#include <cstring>

namespace parabola {
namespace {

bool runs(const Kernels& kernels) {
#ifdef PARABOLA_X86
  __builtin_cpu_init();
  if (&kernels == &kAvx512) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("fma");
  }
  if (&kernels == &kAvx2) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  }
#endif
  return &kernels == &kPortable;
}

const Kernels* const kAll[] = {
#ifdef PARABOLA_X86
    &kAvx512, &kAvx2,
#endif
    &kPortable};

}  // namespace

const Kernels* bestKernels() {
  for (const Kernels* kernels : kAll) {
    if (runs(*kernels)) {
      return kernels;
    }
  }
  return &kPortable;
}

const Kernels* kernelsNamed(const char* name) {
  for (const Kernels* kernels : kAll) {
    if (std::strcmp(kernels->name, name) == 0 && runs(*kernels)) {
      return kernels;
    }
  }
  return nullptr;
}

}  // namespace parabola
