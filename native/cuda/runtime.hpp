// What the CUDA engine uses of the CUDA runtime, and nothing else of it: the engine is the same program on a device and
// on the stand-in, which executes the launches on the CPU.
//
// Errors are thrown (errors.hpp). What a stream was given before may fail later; the next call that waits for it says
// so. Host memory in copies is pinned and stays until the stream has come past them; so does what a launch reads.
// Streams, events and memory belong to the device that was selected by the thread that made them.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "errors.hpp"
#include "launches.hpp"

namespace parabola::cuda {

struct DeviceCount {
  int count = 0;
  int code = 0;        // the CUDA runtime's, 0 unless `count` is 0
  std::string reason;  // why there is none, in a sentence
};

struct DeviceProperties {
  std::string name;
  int major = 0;  // of the compute capability
  int minor = 0;
  int multiprocessors = 0;
  std::size_t sharedPerBlock = 0;  // the most that a block may ask for
  std::size_t sharedPerMultiprocessor = 0;
  int registersPerMultiprocessor = 0;
  std::size_t memory = 0;
  std::size_t l2 = 0;
};

struct MemoryInfo {
  std::size_t free = 0;
  std::size_t total = 0;
};

// Destroying one waits for nothing: what it was given goes on.
class Stream {
 public:
  virtual ~Stream() = default;
};

class Event {
 public:
  virtual ~Event() = default;
};

// Products by a library instead of this project's kernel.
class Blas {
 public:
  virtual ~Blas() = default;
  // As SyrkParameters, for one scenario; the order of summation is the library's. Any thread.
  virtual void syrk(const SyrkParameters& parameters, Stream& stream) = 0;
};

class Runtime {
 public:
  virtual ~Runtime() = default;

  virtual DeviceCount devices() = 0;  // throws nothing of CUDA's
  virtual DeviceProperties properties(int device) = 0;
  virtual void select(int device) = 0;  // for the calling thread
  virtual MemoryInfo memory() = 0;

  // Aligned to 256 bytes; contents undefined. Throws OutOfMemory. Freeing is for when no stream uses it any more.
  virtual void* allocate(std::size_t bytes) = 0;
  virtual void free(void* p) noexcept = 0;
  virtual void* allocatePinned(std::size_t bytes) = 0;
  virtual void freePinned(void* p) noexcept = 0;

  virtual std::unique_ptr<Stream> stream() = 0;
  virtual std::unique_ptr<Event> event() = 0;

  virtual void copyToDevice(void* to, const void* from, std::size_t bytes, Stream& stream) = 0;
  virtual void copyToHost(void* to, const void* from, std::size_t bytes, Stream& stream) = 0;
  virtual void copyOnDevice(void* to, const void* from, std::size_t bytes, Stream& stream) = 0;
  virtual void fill(void* to, int byte, std::size_t bytes, Stream& stream) = 0;

  virtual void record(Event& event, Stream& stream) = 0;
  virtual void wait(Stream& stream, Event& event) = 0;  // for the last record; at once if there is none
  virtual bool done(Event& event) = 0;
  virtual void synchronise(Event& event) = 0;
  virtual void synchronise(Stream& stream) = 0;
  virtual double milliseconds(Event& from, Event& to) = 0;  // both have been synchronised with

#define PARABOLA_LAUNCH(Parameters) virtual void launch(const Parameters& parameters, Stream& stream) = 0;
  PARABOLA_LAUNCHES(PARABOLA_LAUNCH)
#undef PARABOLA_LAUNCH

  // Null where there is none.
  virtual Blas* blas() = 0;
};

}  // namespace parabola::cuda
