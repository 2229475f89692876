// The rate of cuBLAS's DGEMM on the current device: "TFLOPS 62.1" on standard output, or one line on standard error
// that says why there is none. Argument: the size of the square matrices (8192).
#include <cuda_runtime.h>
#include <dlfcn.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

// Of cublas_v2.h, which need not be there.
using Handle = void*;
using Create = int (*)(Handle*);
using Dgemm = int (*)(Handle, int, int, int, int, int, const double*, const double*, int, const double*, int,
                      const double*, double*, int);

[[noreturn]] void stop(const char* what, const char* why) {
  std::fprintf(stderr, "dgemm: %s: %s\n", what, why);
  std::exit(2);
}

void check(cudaError_t error, const char* what) {
  if (error != cudaSuccess) {
    stop(what, cudaGetErrorString(error));
  }
}

}  // namespace

int main(int count, char** arguments) {
  const int n = count > 1 ? std::atoi(arguments[1]) : 8192;
  if (n < 1) {
    stop("size", "must be at least 1");
  }
  void* library = nullptr;
  for (const char* name : {"libcublas.so.13", "libcublas.so.12", "libcublas.so"}) {
    library = library == nullptr ? dlopen(name, RTLD_NOW) : library;
  }
  if (library == nullptr) {
    stop("cuBLAS", dlerror());
  }
  const auto create = reinterpret_cast<Create>(dlsym(library, "cublasCreate_v2"));
  const auto dgemm = reinterpret_cast<Dgemm>(dlsym(library, "cublasDgemm_v2"));
  Handle handle = nullptr;
  if (create == nullptr || dgemm == nullptr || create(&handle) != 0) {
    stop("cuBLAS", "does not start");
  }
  const std::size_t numbers = static_cast<std::size_t>(n) * n;
  std::vector<double> host(numbers);
  for (std::size_t k = 0; k < numbers; k++) {
    host[k] = static_cast<double>(k * 2654435761u % 1000) / 1000 - 0.5;
  }
  double* matrix[3];
  for (double*& m : matrix) {
    check(cudaMalloc(&m, numbers * sizeof(double)), "memory");
    check(cudaMemcpy(m, host.data(), numbers * sizeof(double), cudaMemcpyHostToDevice), "copy");
  }
  cudaEvent_t begin, end;
  check(cudaEventCreate(&begin), "event");
  check(cudaEventCreate(&end), "event");
  const double one = 1, zero = 0;
  std::vector<float> times;
  for (int round = 0; round < 8; round++) {
    check(cudaEventRecord(begin), "event");
    if (dgemm(handle, 0, 0, n, n, n, &one, matrix[0], n, matrix[1], n, &zero, matrix[2], n) != 0) {
      stop("cuBLAS", "DGEMM failed");
    }
    check(cudaEventRecord(end), "event");
    check(cudaEventSynchronize(end), "DGEMM");
    float milliseconds = 0;
    check(cudaEventElapsedTime(&milliseconds, begin, end), "time");
    if (round > 1) {  // the first ones warm up
      times.push_back(milliseconds);
    }
  }
  std::sort(times.begin(), times.end());
  const double flops = 2.0 * n * n * n;
  std::printf("TFLOPS %.2f\n", flops / (times[times.size() / 2] * 1e-3) * 1e-12);
  return 0;
}
