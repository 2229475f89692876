#include "cublas.hpp"

#include <cuda_runtime_api.h>
#include <dlfcn.h>

#include <map>
#include <mutex>

namespace parabola::cuda {

namespace {

// Of cublas_v2.h, which is not there to be included: these have been the same since CUDA 4.
using Handle = void*;
using Create = int (*)(Handle*);
using SetStream = int (*)(Handle, void*);
using Dsyrk = int (*)(Handle, int triangle, int transpose, int n, int k, const double* alpha, const double* a, int lda,
                      const double* beta, double* c, int ldc);
constexpr int kUpper = 1;        // CUBLAS_FILL_MODE_UPPER
constexpr int kNoTranspose = 0;  // CUBLAS_OP_N
constexpr int kAllocationFailed = 3;

class Cublas final : public Blas {
 public:
  Cublas(Create create, SetStream setStream, Dsyrk dsyrk, void* (*native)(Stream&))
      : create_(create), setStream_(setStream), dsyrk_(dsyrk), native_(native) {}

  void syrk(const SyrkParameters& p, Stream& stream) override {
    // Y [depth, n] by rows is Y' by columns, and the lower triangle by rows is the upper one by columns.
    const double one = 1;
    const int stride = static_cast<int>(p.stride);
    const std::lock_guard<std::mutex> lock(mutex_);
    Handle handle = handleOfDevice();
    check(setStream_(handle, native_(stream)));
    check(dsyrk_(handle, kUpper, kNoTranspose, p.n, p.depth, &one, p.rows, stride, &one, p.scatter, stride));
  }

 private:
  Handle handleOfDevice() {
    int device = 0;
    cudaGetDevice(&device);
    Handle& handle = handles_[device];
    if (handle == nullptr) {
      check(create_(&handle));
    }
    return handle;
  }

  static void check(int status) {
    if (status == kAllocationFailed) {
      throw OutOfMemory(cudaErrorMemoryAllocation, 0, "cuBLAS: out of memory");
    }
    if (status != 0) {
      throw CudaError(cudaErrorUnknown, false, "cuBLAS: status " + std::to_string(status));
    }
  }

  Create create_;
  SetStream setStream_;
  Dsyrk dsyrk_;
  void* (*native_)(Stream&);
  std::mutex mutex_;
  std::map<int, Handle> handles_;
};

}  // namespace

std::unique_ptr<Blas> loadCublas(void* (*native)(Stream&)) {
  for (const char* name : {"libcublas.so.13", "libcublas.so.12"}) {
    void* library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      continue;
    }
    const auto create = reinterpret_cast<Create>(dlsym(library, "cublasCreate_v2"));
    const auto setStream = reinterpret_cast<SetStream>(dlsym(library, "cublasSetStream_v2"));
    const auto dsyrk = reinterpret_cast<Dsyrk>(dlsym(library, "cublasDsyrk_v2"));
    if (create != nullptr && setStream != nullptr && dsyrk != nullptr) {
      return std::make_unique<Cublas>(create, setStream, dsyrk, native);
    }
    dlclose(library);
  }
  return nullptr;
}

}  // namespace parabola::cuda
