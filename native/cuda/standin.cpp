#include "standin.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <thread>

namespace parabola::cuda {

namespace {

// The CUDA runtime's codes.
constexpr int kInvalidValue = 1;
constexpr int kOutOfMemory = 2;
constexpr int kNoDevice = 100;
constexpr int kInvalidDevice = 101;

thread_local int selected = 0;

// One record of an event.
class Mark {
 public:
  void set() {
    const std::lock_guard<std::mutex> lock(mutex_);
    time_ = std::chrono::steady_clock::now();
    done_ = true;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return done_; });
  }
  bool done() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return done_;
  }
  std::chrono::steady_clock::time_point time() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return time_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::chrono::steady_clock::time_point time_;
  bool done_ = false;
};

class Queue {
 public:
  Queue() : thread_([this] { run(); }) {}
  ~Queue() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  void add(std::function<void()> task) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    changed_.notify_all();
  }

 private:
  void run() {
    while (true) {
      std::function<void()> task;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [this] { return closed_ || !tasks_.empty(); });
        if (tasks_.empty()) {
          return;
        }
        task = std::move(tasks_.front());
        tasks_.pop_front();
      }
      task();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool closed_ = false;
  std::thread thread_;
};

}  // namespace

struct StandIn::State {
  explicit State(const Options& o) : options(o), limit(o.memory) {}

  // A block of this kind of memory that holds [p, p + bytes).
  static bool holds(const std::map<std::uintptr_t, std::size_t>& blocks, const void* p, std::size_t bytes) {
    const auto at = reinterpret_cast<std::uintptr_t>(p);
    auto block = blocks.upper_bound(at);
    if (block == blocks.begin()) {
      return false;
    }
    --block;
    return at - block->first <= block->second && bytes <= block->second - (at - block->first);
  }
  void check(const void* p, std::size_t bytes, bool pinned, const char* what) {
    const std::lock_guard<std::mutex> lock(mutex);
    if (!holds(pinned ? pinnedBlocks : blocks, p, bytes)) {
      throw CudaError(kInvalidValue, false,
                      std::string("stand-in: ") + what + ": " + std::to_string(bytes) + " bytes that are not " +
                          (pinned ? "pinned" : "device") + " memory");
    }
  }
  void checkAlive() {
    const int code = broken;
    if (code != 0) {
      throw CudaError(code, true, "stand-in: error " + std::to_string(code) + " in an earlier launch");
    }
  }

  Options options;
  mutable std::mutex mutex;
  std::map<std::uintptr_t, std::size_t> blocks, pinnedBlocks;
  std::size_t limit;
  Count count;
  std::atomic<int> breaking{0};
  std::atomic<int> broken{0};
  std::atomic<int> refusing{0};
  std::unique_ptr<Blas> blas;
};

namespace {

class StandInStream final : public Stream {
 public:
  explicit StandInStream(StandIn::State& state) : state_(state) {
    const std::lock_guard<std::mutex> lock(state_.mutex);
    state_.count.streams++;
  }
  ~StandInStream() override {
    const std::lock_guard<std::mutex> lock(state_.mutex);
    state_.count.streams--;
  }

  // `always`: also after an error, so that nobody waits for ever.
  void add(std::function<void()> task, bool always = false) {
    state_.checkAlive();
    queue_.add([this, task = std::move(task), always] {
      if (state_.options.latencyMicros > 0) {
        std::this_thread::sleep_for(std::chrono::microseconds(state_.options.latencyMicros));
      }
      if (!always) {
        const int code = state_.breaking.exchange(0);
        if (code != 0) {
          state_.broken = code;
        }
      }
      if (always || state_.broken == 0) {
        task();
      }
    });
  }

 private:
  StandIn::State& state_;
  Queue queue_;
};

class StandInEvent final : public Event {
 public:
  explicit StandInEvent(StandIn::State& state) : state_(state) {
    const std::lock_guard<std::mutex> lock(state_.mutex);
    state_.count.events++;
  }
  ~StandInEvent() override {
    const std::lock_guard<std::mutex> lock(state_.mutex);
    state_.count.events--;
  }

  std::shared_ptr<Mark> last() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return mark_;
  }
  std::shared_ptr<Mark> next() {
    const std::lock_guard<std::mutex> lock(mutex_);
    mark_ = std::make_shared<Mark>();
    return mark_;
  }

 private:
  StandIn::State& state_;
  std::mutex mutex_;
  std::shared_ptr<Mark> mark_;
};

StandInStream& queueOf(Stream& stream) { return static_cast<StandInStream&>(stream); }
StandInEvent& markOf(Event& event) { return static_cast<StandInEvent&>(event); }

// Sums in another order than the kernels'.
class StandInBlas final : public Blas {
 public:
  void syrk(const SyrkParameters& p, Stream& stream) override {
    queueOf(stream).add([p] {
      for (int i = 0; i < p.n; i++) {
        for (int j = 0; j <= i; j++) {
          double sum = 0;
          for (int row = p.depth - 1; row >= 0; row--) {
            sum += p.rows[row * p.stride + i] * p.rows[row * p.stride + j];
          }
          p.scatter[i * p.stride + j] += sum;
        }
      }
    });
  }
};

}  // namespace

StandIn::StandIn() : StandIn(Options()) {}
StandIn::StandIn(const Options& options) : state_(std::make_unique<State>(options)) {
  if (options.blas) {
    state_->blas = std::make_unique<StandInBlas>();
  }
}
StandIn::~StandIn() {
  for (const auto& blocks : {state_->blocks, state_->pinnedBlocks}) {
    for (const auto& block : blocks) {
      std::free(reinterpret_cast<void*>(block.first));
    }
  }
}

StandIn::Count StandIn::count() const {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  return state_->count;
}

void StandIn::limitMemory(std::size_t bytes) {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  state_->limit = bytes;
}

void StandIn::breakNext(int code) { state_->breaking = code; }
void StandIn::refuseLaunches(int count) { state_->refusing = count; }
void StandIn::mend() { state_->broken = state_->breaking = 0; }

DeviceCount StandIn::devices() {
  if (state_->options.devices == 0) {
    return {0, kNoDevice, "no CUDA-capable device is detected"};
  }
  return {state_->options.devices, 0, ""};
}

DeviceProperties StandIn::properties(int device) {
  select(device);
  DeviceProperties p;
  p.name = "stand-in";
  p.major = 9;
  p.multiprocessors = 4;
  p.sharedPerBlock = 232448;
  p.sharedPerMultiprocessor = 233472;
  p.registersPerMultiprocessor = 65536;
  p.memory = state_->options.memory;
  p.l2 = std::size_t{50} << 20;
  return p;
}

void StandIn::select(int device) {
  if (device < 0 || device >= state_->options.devices) {
    throw CudaError(kInvalidDevice, false, "stand-in: there is no device " + std::to_string(device));
  }
  selected = device;
}

MemoryInfo StandIn::memory() {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  const std::size_t used = state_->count.bytes;
  return {state_->limit > used ? state_->limit - used : 0, state_->options.memory};
}

void* StandIn::allocate(std::size_t bytes) {
  state_->checkAlive();
  const std::lock_guard<std::mutex> lock(state_->mutex);
  void* p = nullptr;
  const std::size_t used = state_->count.bytes;
  if (bytes > state_->limit || used > state_->limit - bytes || posix_memalign(&p, 256, bytes) != 0) {
    state_->count.refused++;
    throw OutOfMemory(kOutOfMemory, bytes, "stand-in: out of device memory for " + std::to_string(bytes) + " bytes");
  }
  std::memset(p, 0xFF, bytes);
  state_->blocks[reinterpret_cast<std::uintptr_t>(p)] = bytes;
  state_->count.blocks++;
  state_->count.bytes += bytes;
  state_->count.mostBytes = std::max(state_->count.mostBytes, state_->count.bytes);
  return p;
}

void StandIn::free(void* p) noexcept {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  const auto block = state_->blocks.find(reinterpret_cast<std::uintptr_t>(p));
  if (block == state_->blocks.end()) {
    std::abort();
  }
  // What still reads it finds no numbers.
  std::memset(p, 0xFF, block->second);
  state_->count.blocks--;
  state_->count.bytes -= block->second;
  state_->blocks.erase(block);
  std::free(p);
}

void* StandIn::allocatePinned(std::size_t bytes) {
  state_->checkAlive();
  const std::lock_guard<std::mutex> lock(state_->mutex);
  void* p = nullptr;
  if (posix_memalign(&p, 256, bytes) != 0) {
    throw OutOfMemory(kOutOfMemory, bytes, "stand-in: out of pinned memory");
  }
  std::memset(p, 0xFF, bytes);
  state_->pinnedBlocks[reinterpret_cast<std::uintptr_t>(p)] = bytes;
  state_->count.pinnedBlocks++;
  state_->count.pinnedBytes += bytes;
  return p;
}

void StandIn::freePinned(void* p) noexcept {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  const auto block = state_->pinnedBlocks.find(reinterpret_cast<std::uintptr_t>(p));
  if (block == state_->pinnedBlocks.end()) {
    std::abort();
  }
  state_->count.pinnedBlocks--;
  state_->count.pinnedBytes -= block->second;
  state_->pinnedBlocks.erase(block);
  std::free(p);
}

std::unique_ptr<Stream> StandIn::stream() {
  state_->checkAlive();
  return std::make_unique<StandInStream>(*state_);
}

std::unique_ptr<Event> StandIn::event() {
  state_->checkAlive();
  return std::make_unique<StandInEvent>(*state_);
}

void StandIn::copyToDevice(void* to, const void* from, std::size_t bytes, Stream& stream) {
  state_->check(to, bytes, false, "copy to device");
  state_->check(from, bytes, true, "copy to device");
  queueOf(stream).add([=] { std::memcpy(to, from, bytes); });
}

void StandIn::copyToHost(void* to, const void* from, std::size_t bytes, Stream& stream) {
  state_->check(to, bytes, true, "copy to host");
  state_->check(from, bytes, false, "copy to host");
  queueOf(stream).add([=] { std::memcpy(to, from, bytes); });
}

void StandIn::copyOnDevice(void* to, const void* from, std::size_t bytes, Stream& stream) {
  state_->check(to, bytes, false, "copy on device");
  state_->check(from, bytes, false, "copy on device");
  queueOf(stream).add([=] { std::memmove(to, from, bytes); });
}

void StandIn::fill(void* to, int byte, std::size_t bytes, Stream& stream) {
  state_->check(to, bytes, false, "fill");
  queueOf(stream).add([=] { std::memset(to, byte, bytes); });
}

void StandIn::record(Event& event, Stream& stream) {
  state_->checkAlive();
  queueOf(stream).add([mark = markOf(event).next()] { mark->set(); }, true);
}

void StandIn::wait(Stream& stream, Event& event) {
  if (const std::shared_ptr<Mark> mark = markOf(event).last()) {
    queueOf(stream).add([mark] { mark->wait(); }, true);
  }
}

bool StandIn::done(Event& event) {
  const std::shared_ptr<Mark> mark = markOf(event).last();
  state_->checkAlive();
  return mark == nullptr || mark->done();
}

void StandIn::synchronise(Event& event) {
  if (const std::shared_ptr<Mark> mark = markOf(event).last()) {
    mark->wait();
  }
  state_->checkAlive();
}

void StandIn::synchronise(Stream& stream) {
  const auto mark = std::make_shared<Mark>();
  queueOf(stream).add([mark] { mark->set(); }, true);
  mark->wait();
  state_->checkAlive();
}

double StandIn::milliseconds(Event& from, Event& to) {
  state_->checkAlive();
  return std::chrono::duration<double, std::milli>(markOf(to).last()->time() - markOf(from).last()->time()).count();
}

template <class Parameters>
void StandIn::launchChecked(const Parameters& parameters, Stream& stream) {
  eachArray(parameters, [this](const auto* p, std::int64_t count) {
    if (p != nullptr) {
      state_->check(p, count * sizeof(*p), false, "launch");
    }
  });
  if (state_->refusing > 0) {
    state_->refusing--;
    throw OutOfMemory(kOutOfMemory, 0, "stand-in: out of memory for a launch");
  }
  {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    state_->count.launches++;
  }
  queueOf(stream).add([parameters] { runOnCpu(parameters); });
}

#define PARABOLA_LAUNCH(Parameters) \
  void StandIn::launch(const Parameters& parameters, Stream& stream) { launchChecked(parameters, stream); }
PARABOLA_LAUNCHES(PARABOLA_LAUNCH)
#undef PARABOLA_LAUNCH

Blas* StandIn::blas() { return state_->blas.get(); }

}  // namespace parabola::cuda
