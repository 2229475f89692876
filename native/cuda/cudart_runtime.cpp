#include "cudart_runtime.hpp"

#include <cuda_runtime_api.h>

#include <map>
#include <mutex>

#include "cublas.hpp"

namespace parabola::cuda {

namespace {

// Errors after which the process's use of the device is over.
bool isSticky(cudaError_t error) {
  switch (error) {
    case cudaErrorIllegalAddress:
    case cudaErrorLaunchTimeout:
    case cudaErrorHardwareStackError:
    case cudaErrorIllegalInstruction:
    case cudaErrorMisalignedAddress:
    case cudaErrorInvalidAddressSpace:
    case cudaErrorInvalidPc:
    case cudaErrorLaunchFailure:
    case cudaErrorAssert:
    case cudaErrorECCUncorrectable:
    case cudaErrorNvlinkUncorrectable:
    case cudaErrorContained:
    case cudaErrorExternalDevice:
    case cudaErrorCudartUnloading:
      return true;
    default:
      return false;
  }
}

// Memory may also be short at a launch, whose stacks have to be made room for, or be found so by a later call.
void check(cudaError_t error, const char* what, std::size_t bytes = 0) {
  if (error == cudaSuccess) {
    return;
  }
  // Read back, so that the next launch does not report it as its own; a sticky one stays.
  cudaGetLastError();
  if (error == cudaErrorMemoryAllocation) {
    throw OutOfMemory(
        error, bytes,
        std::string(what) + ": out of memory" + (bytes == 0 ? "" : " for " + std::to_string(bytes) + " bytes"));
  }
  throw CudaError(error, isSticky(error),
                  std::string(what) + ": " + cudaGetErrorString(error) + " (" + cudaGetErrorName(error) + ")");
}

class CudaStream final : public Stream {
 public:
  CudaStream() { check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "making a stream"); }
  ~CudaStream() override { cudaStreamDestroy(stream_); }
  cudaStream_t get() const { return stream_; }

 private:
  cudaStream_t stream_ = nullptr;
};

class CudaEvent final : public Event {
 public:
  CudaEvent() { check(cudaEventCreate(&event_), "making an event"); }
  ~CudaEvent() override { cudaEventDestroy(event_); }
  cudaEvent_t get() const { return event_; }

 private:
  cudaEvent_t event_ = nullptr;
};

cudaStream_t on(Stream& stream) { return static_cast<CudaStream&>(stream).get(); }
cudaEvent_t of(Event& event) { return static_cast<CudaEvent&>(event).get(); }

std::string version(int number) { return std::to_string(number / 1000) + "." + std::to_string(number % 1000 / 10); }

class CudartRuntime final : public Runtime {
 public:
  DeviceCount devices() override {
    int count = 0;
    const cudaError_t error = cudaGetDeviceCount(&count);
    if (error == cudaSuccess && count > 0) {
      return {count, 0, ""};
    }
    cudaGetLastError();
    int driver = 0;
    // Answers 0, and no error, where there is no driver.
    if (cudaDriverGetVersion(&driver) != cudaSuccess) {
      cudaGetLastError();
      driver = 0;
    }
    if (error == cudaErrorInsufficientDriver && driver == 0) {
      return {0, error, "no NVIDIA driver is installed"};
    }
    if (error == cudaErrorInsufficientDriver) {
      int runtime = 0;
      cudaRuntimeGetVersion(&runtime);
      return {0, error,
              "the NVIDIA driver is too old: it knows CUDA " + version(driver) + ", and " + version(runtime) +
                  " is needed"};
    }
    if (error == cudaErrorNoDevice || error == cudaSuccess) {
      return {0, cudaErrorNoDevice, "the NVIDIA driver sees no device"};
    }
    return {0, error, std::string("CUDA does not start: ") + cudaGetErrorString(error)};
  }

  DeviceProperties properties(int device) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto known = properties_.find(device);
    return known != properties_.end() ? known->second : properties_[device] = readProperties(device);
  }

  void select(int device) override { check(cudaSetDevice(device), "selecting a device"); }

  MemoryInfo memory() override {
    MemoryInfo info;
    check(cudaMemGetInfo(&info.free, &info.total), "reading the free memory");
    return info;
  }

  void* allocate(std::size_t bytes) override {
    void* p = nullptr;
    check(cudaMalloc(&p, bytes), "allocating device memory", bytes);
    return p;
  }
  void free(void* p) noexcept override { cudaFree(p); }

  void* allocatePinned(std::size_t bytes) override {
    void* p = nullptr;
    check(cudaMallocHost(&p, bytes), "allocating pinned memory", bytes);
    return p;
  }
  void freePinned(void* p) noexcept override { cudaFreeHost(p); }

  std::unique_ptr<Stream> stream() override { return std::make_unique<CudaStream>(); }
  std::unique_ptr<Event> event() override { return std::make_unique<CudaEvent>(); }

  void copyToDevice(void* to, const void* from, std::size_t bytes, Stream& stream) override {
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, on(stream)), "copying to the device");
  }
  void copyToHost(void* to, const void* from, std::size_t bytes, Stream& stream) override {
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, on(stream)), "copying to the host");
  }
  void copyOnDevice(void* to, const void* from, std::size_t bytes, Stream& stream) override {
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, on(stream)), "copying on the device");
  }
  void fill(void* to, int byte, std::size_t bytes, Stream& stream) override {
    check(cudaMemsetAsync(to, byte, bytes, on(stream)), "filling device memory");
  }

  void record(Event& event, Stream& stream) override {
    check(cudaEventRecord(of(event), on(stream)), "recording an event");
  }
  void wait(Stream& stream, Event& event) override {
    check(cudaStreamWaitEvent(on(stream), of(event), 0), "waiting for an event");
  }
  bool done(Event& event) override {
    const cudaError_t error = cudaEventQuery(of(event));
    if (error == cudaErrorNotReady) {
      return false;
    }
    check(error, "asking for an event");
    return true;
  }
  void synchronise(Event& event) override { check(cudaEventSynchronize(of(event)), "waiting for the device"); }
  void synchronise(Stream& stream) override { check(cudaStreamSynchronize(on(stream)), "waiting for the device"); }
  double milliseconds(Event& from, Event& to) override {
    float elapsed = 0;
    check(cudaEventElapsedTime(&elapsed, of(from), of(to)), "reading a time");
    return elapsed;
  }

#define PARABOLA_LAUNCH(Parameters)                                                                                  \
  void launch(const Parameters& parameters, Stream& stream) override {                                               \
    check(static_cast<cudaError_t>(launchOnDevice(parameters, on(stream))), "launching a kernel (" #Parameters ")"); \
  }
  PARABOLA_LAUNCHES(PARABOLA_LAUNCH)
#undef PARABOLA_LAUNCH

  Blas* blas() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!blasSought_) {
      blas_ = loadCublas([](Stream& stream) -> void* { return on(stream); });
      blasSought_ = true;
    }
    return blas_.get();
  }

 private:
  // Takes the driver milliseconds.
  static DeviceProperties readProperties(int device) {
    cudaDeviceProp from;
    check(cudaGetDeviceProperties(&from, device), "reading a device's properties");
    DeviceProperties p;
    p.name = from.name;
    p.major = from.major;
    p.minor = from.minor;
    p.multiprocessors = from.multiProcessorCount;
    p.sharedPerBlock = from.sharedMemPerBlockOptin;
    p.sharedPerMultiprocessor = from.sharedMemPerMultiprocessor;
    p.registersPerMultiprocessor = from.regsPerMultiprocessor;
    p.memory = from.totalGlobalMem;
    p.l2 = from.l2CacheSize;
    return p;
  }

  std::mutex mutex_;  // of what follows
  std::map<int, DeviceProperties> properties_;
  bool blasSought_ = false;
  std::unique_ptr<Blas> blas_;
};

}  // namespace

Runtime& cudart() {
  // Not destroyed: the driver may be gone by then.
  static Runtime& runtime = *new CudartRuntime();
  return runtime;
}

}  // namespace parabola::cuda
