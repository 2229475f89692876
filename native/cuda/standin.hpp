// A stand-in for the CUDA runtime, so that the engine's use of it is tested where there is no device.
//
// A stream is a queue with a thread of its own: what is not ordered by events runs in any order, and ThreadSanitizer
// sees it. Fresh memory is NaN. Copies and launches are checked against what was allocated: a host pointer where device
// memory is meant, memory that is not pinned, and arrays that are too short are refused, with CUDA's code for an
// invalid value.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "runtime.hpp"

namespace parabola::cuda {

class StandIn final : public Runtime {
 public:
  struct Options {
    std::size_t memory = std::size_t{1} << 34;
    int devices = 1;        // 0: as without a driver
    bool blas = false;      // whether blas() is there
    int latencyMicros = 0;  // that each operation of a stream takes at least
  };

  // What is allocated now, and the most bytes of a device's at a time.
  struct Count {
    long blocks = 0;
    long pinnedBlocks = 0;
    long streams = 0;
    long events = 0;
    std::size_t bytes = 0;
    std::size_t mostBytes = 0;
    std::size_t pinnedBytes = 0;
    long launches = 0;  // all that there were
    long refused = 0;   // allocations for want of memory
  };

  StandIn();
  explicit StandIn(const Options& options);
  ~StandIn() override;

  Count count() const;
  void limitMemory(std::size_t bytes);
  // The next operation of a stream fails with this code, and after it everything: a sticky error.
  void breakNext(int code);
  // So many launches from now on find no memory for their stacks.
  void refuseLaunches(int count);
  // As new again, which no device is.
  void mend();

  DeviceCount devices() override;
  DeviceProperties properties(int device) override;
  void select(int device) override;
  MemoryInfo memory() override;
  void* allocate(std::size_t bytes) override;
  void free(void* p) noexcept override;
  void* allocatePinned(std::size_t bytes) override;
  void freePinned(void* p) noexcept override;
  std::unique_ptr<Stream> stream() override;
  std::unique_ptr<Event> event() override;
  void copyToDevice(void* to, const void* from, std::size_t bytes, Stream& stream) override;
  void copyToHost(void* to, const void* from, std::size_t bytes, Stream& stream) override;
  void copyOnDevice(void* to, const void* from, std::size_t bytes, Stream& stream) override;
  void fill(void* to, int byte, std::size_t bytes, Stream& stream) override;
  void record(Event& event, Stream& stream) override;
  void wait(Stream& stream, Event& event) override;
  bool done(Event& event) override;
  void synchronise(Event& event) override;
  void synchronise(Stream& stream) override;
  double milliseconds(Event& from, Event& to) override;
#define PARABOLA_LAUNCH(Parameters) void launch(const Parameters& parameters, Stream& stream) override;
  PARABOLA_LAUNCHES(PARABOLA_LAUNCH)
#undef PARABOLA_LAUNCH
  Blas* blas() override;

  struct State;

 private:
  template <class Parameters>
  void launchChecked(const Parameters& parameters, Stream& stream);

  std::unique_ptr<State> state_;
};

}  // namespace parabola::cuda
