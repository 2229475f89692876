// The CUDA executor on the stand-in: what it finds is what the CPU executor finds, in chunks of any size, with little
// memory and from many threads, and nothing of it is left.
#include <algorithm>
#include <thread>
#include <vector>

#include "check.hpp"
#include "cuda_problem.hpp"
#include "solve_samples.hpp"
#include "standin.hpp"

using namespace parabola;
using cuda::CudaProblem;
using cuda::StandIn;

namespace {

void everyKindIsSolvedAsOnTheCpu() {
  for (int k = 0; k < static_cast<int>(Kind::Count); k++) {
    for (const int n : {1, 7, 20, 40}) {
      const Kind kind = static_cast<Kind>(k);
      const Sample s = draw(kind, n, n == 20 ? 40 : 9, 100 * k + n);
      StandIn runtime;
      {
        CudaProblem problem(runtime, *bestKernels(), s.sigma, s.problem, {.chunk = 7, .breakEven = 0});
        Found found(s);
        problem.solve(s.batch, found.view(), 1, 1e-8);
        compare(s, found, kind);
        CHECK(runtime.count().launches > 0, "nothing was launched");
      }
      const StandIn::Count left = runtime.count();
      CHECK(left.blocks == 0 && left.pinnedBlocks == 0 && left.streams == 0 && left.events == 0, "something is left");
    }
  }
}

void chunksChangeNothing() {
  const Sample s = draw(Kind::Stress, 12, 100, 5);
  StandIn runtime;
  Found once(s);
  CudaProblem(runtime, *bestKernels(), s.sigma, s.problem, {.breakEven = 0}).solve(s.batch, once.view(), 1, 1e-8);
  for (const int chunk : {1, 3, 50, 99}) {
    Found found(s);
    CudaProblem(runtime, *bestKernels(), s.sigma, s.problem, {.chunk = chunk, .breakEven = 0})
        .solve(s.batch, found.view(), 1, 1e-8);
    CHECK(sameBits(once, found), "other bits in chunks of %d", chunk);
  }
}

void littleMemoryMeansSmallerChunksOrTheCpu() {
  const Sample s = draw(Kind::Plain, 30, 400, 6);
  StandIn ample;
  Found once(s);
  CudaProblem(ample, *bestKernels(), s.sigma, s.problem, {.breakEven = 0}).solve(s.batch, once.view(), 1, 1e-8);
  for (const std::size_t bytes : {20'000'000, 1'000'000, 300'000, 100'000, 10'000}) {
    StandIn::Options options;
    options.memory = bytes;
    StandIn runtime(options);
    Found found(s);
    CudaProblem(runtime, *bestKernels(), s.sigma, s.problem, {.breakEven = 0}).solve(s.batch, found.view(), 1, 1e-8);
    compare(s, found, Kind::Plain);
    CHECK(runtime.count().mostBytes <= bytes, "%zu bytes of %zu", runtime.count().mostBytes, bytes);
    CHECK(bytes < 300'000 || sameBits(once, found), "other bits with %zu bytes", bytes);
    // Memory that others take between plan and allocation.
    StandIn contested;
    contested.limitMemory(bytes);
    Found again(s);
    CudaProblem(contested, *bestKernels(), s.sigma, s.problem, {.breakEven = 0}).solve(s.batch, again.view(), 1, 1e-8);
    compare(s, again, Kind::Plain);
  }
}

void tenThousandSolvesLeaveNothing() {
  const Sample s = draw(Kind::Plain, 3, 4, 7);
  StandIn runtime;
  CudaProblem problem(runtime, *bestKernels(), s.sigma, s.problem, {.breakEven = 0});
  Found found(s);
  problem.solve(s.batch, found.view(), 1, 1e-8);
  const StandIn::Count before = runtime.count();
  for (int k = 0; k < 10'000; k++) {
    problem.solve(s.batch, found.view(), 1, 1e-8);
  }
  const StandIn::Count after = runtime.count();
  CHECK(after.blocks == before.blocks && after.bytes == before.bytes && after.pinnedBytes == before.pinnedBytes &&
            after.streams == before.streams && after.events == before.events,
        "%ld blocks and %zu bytes, before %ld and %zu", after.blocks, after.bytes, before.blocks, before.bytes);
  CHECK(after.launches >= before.launches + 10'000, "%ld launches", after.launches);
}

void manyThreadsShareOneProblem() {
  const Sample s = draw(Kind::Turnover, 15, 30, 8);
  StandIn runtime;
  CudaProblem problem(runtime, *bestKernels(), s.sigma, s.problem, {.chunk = 8, .breakEven = 0});
  std::vector<Found> found(4, Found(s));
  std::vector<std::thread> threads;
  for (Found& f : found) {
    threads.emplace_back([&] { problem.solve(s.batch, f.view(), 1, 1e-8); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  compare(s, found[0], Kind::Turnover);
  for (const Found& f : found) {
    CHECK(sameBits(found[0], f), "threads found different weights");
  }
}

void aBrokenDeviceIsSaidToBe() {
  constexpr int kIllegalAddress = 700;
  const Sample s = draw(Kind::Plain, 10, 50, 9);
  StandIn runtime;
  {
    CudaProblem problem(runtime, *bestKernels(), s.sigma, s.problem, {.chunk = 10, .breakEven = 0});
    Found found(s);
    runtime.breakNext(kIllegalAddress);
    bool said = false;
    try {
      problem.solve(s.batch, found.view(), 1, 1e-8);
    } catch (const cuda::CudaError& e) {
      said = e.sticky() && e.code() == kIllegalAddress;
    }
    CHECK(said, "no error");
  }
  CHECK(runtime.count().blocks == 0 && runtime.count().streams == 0, "something is left");
}

// A gap that rounding does not reach: the device gives all of them up, and the CPU has the last word.
void whatIsInaccurateIsSolvedByTheCpu() {
  const Sample s = draw(Kind::Rows, 20, 30, 12);
  StandIn runtime;
  CudaProblem problem(runtime, *bestKernels(), s.sigma, s.problem, {.breakEven = 0});
  Found found(s);
  problem.solve(s.batch, found.view(), 2, 0);
  PreparedProblem onCpu(*bestKernels(), s.sigma, s.problem);
  Found expected(s);
  onCpu.solve(s.batch, expected.view(), 1, 0);
  int inaccurate = 0;
  for (int c = 0; c < s.count; c++) {
    if (expected.answers[c].status != Status::Inaccurate || found.answers[c].status != Status::Inaccurate) {
      continue;
    }
    inaccurate++;
    CHECK(std::memcmp(found.weights.data() + c * s.stride, expected.weights.data() + c * s.stride,
                      s.stride * sizeof(double)) == 0,
          "scenario %d is not the CPU's", c);
  }
  CHECK(inaccurate > 0, "none was inaccurate");
  CHECK(runtime.count().launches > 0, "nothing was launched");
}

// A launch that finds no memory is tried with less, and in the end the CPU does it.
void aRefusedLaunchMeansSmallerChunksOrTheCpu() {
  for (const Kind kind : {Kind::Plain, Kind::Costs}) {
    const Sample s = draw(kind, 20, 300, 41);
    for (const int refused : {1, 2, 5, 1000}) {
      StandIn runtime;
      CudaProblem problem(runtime, *bestKernels(), s.sigma, s.problem, {.chunk = 64, .breakEven = 0});
      Found expected(s);
      problem.solve(s.batch, expected.view(), 1, 1e-8);
      runtime.refuseLaunches(refused);
      Found found(s);
      problem.solve(s.batch, found.view(), 1, 1e-8);
      runtime.refuseLaunches(0);
      for (int c = 0; c < s.count; c++) {
        CHECK(found.answers[c].status == Status::Solved, "scenario %d: status %d", c,
              static_cast<int>(found.answers[c].status));
        for (int i = 0; i < s.n; i++) {
          CHECK(std::fabs(found.weights[c * s.stride + i] - expected.weights[c * s.stride + i]) <= 1e-9,
                "%d refused: scenario %d, asset %d", refused, c, i);
        }
      }
    }
  }
}

// Eight threads at once have sixteen chunks' rooms; the problem keeps a few of them.
void whatManyThreadsHadIsNotKept() {
  const Sample s = draw(Kind::Plain, 20, 300, 43);
  StandIn::Options slow;
  slow.latencyMicros = 300;
  StandIn runtime(slow);
  CudaProblem problem(runtime, *bestKernels(), s.sigma, s.problem, {.chunk = 50, .breakEven = 0});
  Found once(s);
  problem.solve(s.batch, once.view(), 1, 1e-8);
  const long streams = runtime.count().streams;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; t++) {
    threads.emplace_back([&] {
      Found found(s);
      problem.solve(s.batch, found.view(), 1, 1e-8);
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(runtime.count().streams <= streams + 2, "%ld streams are kept, %ld after one batch", runtime.count().streams,
        streams);
}

// Numbers of the device, filled from the host.
struct There {
  There(cuda::Runtime& runtime, const std::vector<double>& numbers)
      : numbers(runtime, numbers.size()), runtime(runtime) {
    cuda::PinnedNumbers pinned(runtime, numbers.size());
    std::copy(numbers.begin(), numbers.end(), pinned.get());
    const std::unique_ptr<cuda::Stream> stream = runtime.stream();
    runtime.copyToDevice(this->numbers.get(), pinned.get(), numbers.size() * sizeof(double), *stream);
    runtime.synchronise(*stream);
  }
  std::vector<double> read() const {
    cuda::PinnedNumbers pinned(runtime, numbers.count());
    const std::unique_ptr<cuda::Stream> stream = runtime.stream();
    runtime.copyToHost(pinned.get(), numbers.get(), numbers.count() * sizeof(double), *stream);
    runtime.synchronise(*stream);
    return {pinned.get(), pinned.get() + numbers.count()};
  }
  cuda::DeviceNumbers numbers;
  cuda::Runtime& runtime;
};

// Returns come from the device and weights stay there, with another stride than the host's: bits, and the gaps between
// the rows, are as they would be.
void whatIsOnTheDeviceStaysThere() {
  for (const Kind kind : {Kind::Plain, Kind::Turnover, Kind::Costs, Kind::Stress, Kind::Own, Kind::Rows}) {
    for (const double tolerance : {1e-8, 0.0}) {  // 0: the CPU solves what is inaccurate once more
      for (const std::size_t memory : {std::size_t{1} << 30, std::size_t{1} << 17}) {
        const int n = 13;
        const Sample s = draw(kind, n, 60, 31);
        StandIn runtime;
        CudaProblem problem(runtime, *bestKernels(), s.sigma, s.problem, {.chunk = 25, .breakEven = 0});
        Found expected(s);
        problem.solve(s.batch, expected.view(), 1, tolerance);
        for (const int stride : {16, 13, 19}) {
          std::vector<double> means(60 * stride, NAN);
          for (int c = 0; c < 60; c++) {
            std::copy_n(s.means.data() + c * s.stride, n, means.data() + c * stride);
          }
          const There returns(runtime, means);
          const There weights(runtime, std::vector<double>(60 * stride, -5.0));
          BatchView batch = s.batch;
          batch.expectedReturns = nullptr;
          cuda::OnDevice there;
          there.expectedReturns = returns.numbers.get();
          there.weights = weights.numbers.get();
          there.stride = stride;
          std::vector<double> matrices(kind == Kind::Own ? 60 * n * stride : 1, NAN);
          for (int row = 0; kind == Kind::Own && row < 60 * n; row++) {
            std::copy_n(s.own.data() + row * s.stride, n, matrices.data() + row * stride);
          }
          const There own(runtime, matrices);
          if (kind == Kind::Own) {
            batch.own = nullptr;
            there.own = own.numbers.get();
          }
          Found found(s);
          ResultView view = found.view();
          view.weights = nullptr;
          runtime.limitMemory(memory);
          problem.solve(batch, there, view, 2, tolerance);
          runtime.limitMemory(std::size_t{1} << 34);
          const std::vector<double> stayed = weights.read();
          for (int c = 0; c < 60; c++) {
            CHECK(found.answers[c].status == expected.answers[c].status, "kind %d, scenario %d: status %d", (int)kind,
                  c, (int)found.answers[c].status);
            for (int i = 0; i < stride; i++) {
              const double is = stayed[c * stride + i];
              // Too little memory has the CPU solve it, whose bits are its own.
              const double should = i < n ? expected.weights[c * s.stride + i] : -5;
              CHECK(memory > (1 << 20) ? is == should : std::fabs(is - should) <= 1e-9,
                    "kind %d, stride %d, scenario %d, asset %d: %g, not %g", (int)kind, stride, c, i, is, should);
            }
          }
          // The other way round: weights to the host.
          Found host(s);
          there.weights = nullptr;
          problem.solve(batch, there, host.view(), 2, tolerance);
          for (std::size_t k = 0; k < host.weights.size(); k++) {
            CHECK(host.weights[k] == expected.weights[k], "number %zu: %g, not %g", k, host.weights[k],
                  expected.weights[k]);
          }
        }
      }
    }
  }
}

void smallBatchesStayOnTheCpu() {
  const Sample s = draw(Kind::Plain, 10, 50, 10);
  StandIn runtime;
  CudaProblem problem(runtime, *bestKernels(), s.sigma, s.problem, {.breakEven = 501});
  Found found(s);
  problem.solve(s.batch, found.view(), 1, 1e-8);
  compare(s, found, Kind::Plain);
  CHECK(runtime.count().launches == 0, "%ld launches", runtime.count().launches);
}

}  // namespace

int main() {
  everyKindIsSolvedAsOnTheCpu();
  chunksChangeNothing();
  littleMemoryMeansSmallerChunksOrTheCpu();
  tenThousandSolvesLeaveNothing();
  manyThreadsShareOneProblem();
  aBrokenDeviceIsSaidToBe();
  whatIsInaccurateIsSolvedByTheCpu();
  aRefusedLaunchMeansSmallerChunksOrTheCpu();
  whatManyThreadsHadIsNotKept();
  whatIsOnTheDeviceStaysThere();
  smallBatchesStayOnTheCpu();
  return failures == 0 ? 0 : 1;
}
