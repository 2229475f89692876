#include "cpu_engine.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <new>
#include <system_error>
#include <thread>

namespace parabola {

void FreeMemory::operator()(double* p) const { std::free(p); }

Memory allocate(std::size_t numbers) {
  void* p = nullptr;
  if (posix_memalign(&p, 64, std::max<std::size_t>(1, numbers) * sizeof(double)) != 0) {
    throw std::bad_alloc();
  }
  return Memory(static_cast<double*>(p));
}

namespace {

// Scratch memory of solves that ended, for those to come: its pages are there already. A few blocks for all problems.
class Workspaces {
 public:
  Memory take(std::size_t numbers) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      for (auto block = blocks_.begin(); block != blocks_.end(); ++block) {
        if (block->numbers == numbers) {
          Memory memory = std::move(block->memory);
          blocks_.erase(block);
          return memory;
        }
      }
    }
    return allocate(numbers);
  }

  void giveBack(Memory memory, std::size_t numbers) {
    if (numbers > kLargest) {
      return;
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    if (blocks_.size() == kMost) {
      blocks_.erase(blocks_.begin());
    }
    blocks_.push_back({numbers, std::move(memory)});
  }

 private:
  static constexpr std::size_t kMost = 16;
  static constexpr std::size_t kLargest = std::size_t{1} << 23;  // 64 MiB

  struct Block {
    std::size_t numbers;
    Memory memory;
  };
  std::mutex mutex_;
  std::vector<Block> blocks_;
};

Workspaces& workspaces() {
  static Workspaces all;
  return all;
}

// The multiple of 1 1' that makes faces with a riskless asset definite: the smallest variance, so that it is never the
// largest number in a face; not below 1e-8 of the largest, where it would drown.
double shiftFor(const double* covariance, int n, long stride) {
  double least = 0;
  double most = 0;
  for (int i = 0; i < n; i++) {
    const double variance = covariance[i * stride + i];
    most = std::max(most, variance);
    if (variance > 0 && (least == 0 || variance < least)) {
      least = variance;
    }
  }
  return most == 0 ? 1 : std::max(least, 1e-8 * most);
}

}  // namespace

PreparedProblem::PreparedProblem(const Kernels& kernels, const double* covariance, int n, long stride,
                                 const ProblemView& problem)
    : kernels_(kernels), problem_(problem) {
  const auto padded = [&](const double* values) {
    std::vector<double> copy(stride, 0.0);
    std::copy_n(values, n, copy.begin());
    return copy;
  };
  expectedReturns_ = padded(problem.expectedReturns);
  lower_ = padded(problem.lower);
  upper_ = padded(problem.upper);
  if (problem.start != nullptr) {
    start_ = padded(problem.start);
    problem_.start = start_.data();
  }
  problem_.expectedReturns = expectedReturns_.data();
  problem_.lower = lower_.data();
  problem_.upper = upper_.data();
  shared_.n = n;
  shared_.stride = stride;
  shared_.covariance = covariance;
  shared_.sigma = shiftFor(covariance, n, stride);
  deviation_.assign(stride, 0.0);
  for (int i = 0; i < n; i++) {
    deviation_[i] = std::sqrt(covariance[i * stride + i]);
  }
  shared_.deviation = deviation_.data();

  // The base scenario: the problem itself. All others start from the face of its optimum.
  baseWeights_.resize(n);
  const std::size_t numbers = kernels_.workspace(n);
  Memory workspace = workspaces().take(numbers);
  base_ = kernels_.solve(shared_, scenario(BatchView(), 0), 1e-8, workspace.get(), baseWeights_.data(), provideInverse,
                         this);
  workspaces().giveBack(std::move(workspace), numbers);
  if (base_.status == Status::Solved) {
    baseSide_.assign(stride, 0.0);
    for (int i = 0; i < n; i++) {
      baseSide_[i] = baseWeights_[i] <= lower_[i] ? -1 : baseWeights_[i] >= upper_[i] ? 1 : 0;
      if (baseSide_[i] == 0) {
        baseIndex_.push_back(i);
      }
    }
    shared_.baseFree = static_cast<int>(baseIndex_.size());
    shared_.baseIndex = baseIndex_.data();
    shared_.baseSide = baseSide_.data();
  }
}

// The factor of the base scenario's face, once there are other scenarios to start from it.
void PreparedProblem::factorBase() {
  const int free = shared_.baseFree;
  // With most weights free it is not what scenarios are solved by.
  if (shared_.baseSide == nullptr || (free > shared_.n / 2 && shared_.n > 8)) {
    return;
  }
  const std::size_t capacity = static_cast<std::size_t>(free) * (2 * free + 64);
  const std::size_t numbers = kernels_.workspace(shared_.n);
  Memory workspace = workspaces().take(numbers);
  baseL_ = allocate(capacity);
  baseInverse_ = allocate(free);
  const int stride = kernels_.factorBase(shared_, workspace.get(), baseL_.get(), capacity, baseInverse_.get());
  workspaces().giveBack(std::move(workspace), numbers);
  if (stride > 0) {
    shared_.baseStride = stride;
    shared_.baseL = baseL_.get();
    shared_.baseInverse = baseInverse_.get();
  }
}

Scenario PreparedProblem::scenario(const BatchView& batch, int s) const {
  const auto row = [&](const double* matrix, const double* own) {
    return matrix == nullptr ? own : matrix + s * batch.stride;
  };
  // The problem's own start served its base scenario; a batch's start is for its scenarios.
  const double* ownStart = shared_.baseSide == nullptr ? problem_.start : nullptr;
  return {row(batch.expectedReturns, problem_.expectedReturns),
          batch.riskAversion == nullptr ? problem_.riskAversion : batch.riskAversion[s],
          row(batch.lower, problem_.lower),
          row(batch.upper, problem_.upper),
          batch.budget == nullptr ? problem_.budget : batch.budget[s],
          row(batch.start, ownStart)};
}

bool PreparedProblem::provideInverse(void* self) {
  auto& problem = *static_cast<PreparedProblem*>(self);
  std::call_once(problem.inverseOnce_, [&] {
    const Shared& shared = problem.shared_;
    const std::size_t square = static_cast<std::size_t>(shared.n) * shared.stride;
    Memory inverse = allocate(square);
    Memory balanced = allocate(shared.stride);
    const Memory factor = allocate(square);
    const Memory panel = allocate(problem.kernels_.invertPanel(shared.n));
    if (problem.kernels_.invert(shared.covariance, shared.n, shared.stride, shared.sigma, factor.get(), panel.get(),
                                inverse.get(), balanced.get())) {
      problem.inverse_ = std::move(inverse);
      problem.balanced_ = std::move(balanced);
      problem.shared_.inverse = problem.inverse_.get();
      problem.shared_.balanced = problem.balanced_.get();
    }
  });
  return problem.shared_.inverse != nullptr;
}

void PreparedProblem::solve(const BatchView& batch, const ResultView& results, int threads, double tolerance) {
  if (!batch.overrides()) {
    // They are the base scenario, and have been solved.
    for (int s = 0; s < batch.count; s++) {
      std::copy(baseWeights_.begin(), baseWeights_.end(), results.weights + s * batch.stride);
      results.answers[s] = base_;
      if (base_.status == Status::Solved || base_.status == Status::Inaccurate) {
        results.answers[s].status = base_.relativeGap <= tolerance ? Status::Solved : Status::Inaccurate;
      }
    }
    return;
  }
  std::call_once(factorOnce_, [this] { factorBase(); });
  // Few enough scenarios a turn that the threads end together, enough that they do not meet at the counter.
  const int turn = std::max(1, std::min(2000 / shared_.n, batch.count / (8 * threads)));
  alignas(64) std::atomic<int> next{0};
  std::exception_ptr failure;
  std::mutex failureMutex;
  const auto work = [&] {
    try {
      const std::size_t numbers = kernels_.workspace(shared_.n);
      Memory workspace = workspaces().take(numbers);
      for (int from; (from = next.fetch_add(turn, std::memory_order_relaxed)) < batch.count;) {
        const int to = std::min(from + turn, batch.count);
        for (int s = from; s < to; s++) {
          results.answers[s] = kernels_.solve(shared_, scenario(batch, s), tolerance, workspace.get(),
                                              results.weights + s * batch.stride, provideInverse, this);
        }
      }
      workspaces().giveBack(std::move(workspace), numbers);
    } catch (...) {
      const std::lock_guard<std::mutex> lock(failureMutex);
      failure = std::current_exception();
      next = batch.count;
    }
  };
  const int helpers = std::min(threads, (batch.count + turn - 1) / turn) - 1;
  std::vector<std::thread> pool;
  try {
    for (int t = 0; t < helpers; t++) {
      pool.emplace_back(work);
    }
  } catch (const std::system_error&) {
    // The system gives no more threads: those there are do the work.
  }
  work();
  for (std::thread& thread : pool) {
    thread.join();
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
}

}  // namespace parabola
