// The CPU executor: the scenarios of a batch over all cores.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "kernels.hpp"

namespace parabola {

// Memory aligned to 64 bytes, its contents undefined; the system provides the pages of large blocks as they are
// touched.
struct FreeMemory {
  void operator()(double* p) const;
};
using Memory = std::unique_ptr<double[], FreeMemory>;
Memory allocate(std::size_t numbers);  // throws std::bad_alloc

// The shared values of a problem, or those of one scenario: arrays [n] (start may be null).
struct ProblemView {
  const double* expectedReturns;
  double riskAversion;
  const double* lower;
  const double* upper;
  double budget;
  const double* start;
};

// What `count` scenarios override, if anything: matrices [count, stride], zero beyond column n, and arrays [count],
// null where the problem's value holds.
struct BatchView {
  int count = 0;
  long stride = 0;
  const double* expectedReturns = nullptr;
  const double* riskAversion = nullptr;
  const double* lower = nullptr;
  const double* upper = nullptr;
  const double* budget = nullptr;
  const double* start = nullptr;

  bool overrides() const {
    return expectedReturns != nullptr || riskAversion != nullptr || lower != nullptr || upper != nullptr ||
           budget != nullptr || start != nullptr;
  }
};

// Where the answers go: weights [count, stride], meaningful for the statuses that have weights; answers [count].
struct ResultView {
  double* weights;
  Answer* answers;
};

// A problem with what depends on it alone: the base scenario's face, and on demand the inverse of the covariance.
// Immutable to its users; solve may be called from many threads at once.
class PreparedProblem {
 public:
  // covariance [n, stride], stride at least n rounded up to 8 and zero beyond n, aligned to 64 bytes; kept, not copied.
  // The arrays of `problem` are copied.
  PreparedProblem(const Kernels& kernels, const double* covariance, int n, long stride, const ProblemView& problem);
  PreparedProblem(const PreparedProblem&) = delete;
  PreparedProblem& operator=(const PreparedProblem&) = delete;

  // Takes ownership of the memory that `covariance` above points to.
  void own(Memory covariance) { covariance_ = std::move(covariance); }

  // Solves all scenarios on up to `threads` threads, the calling one among them. Each answer is a pure function of the
  // problem and its scenario: the same bits for any number of threads, any chunking, any order.
  void solve(const BatchView& batch, const ResultView& results, int threads, double tolerance);

 private:
  void factorBase();
  Scenario scenario(const BatchView& batch, int s) const;
  static bool provideInverse(void* self);

  const Kernels& kernels_;
  Shared shared_;
  std::vector<double> expectedReturns_, lower_, upper_, start_, deviation_, baseSide_;
  ProblemView problem_;
  std::vector<int> baseIndex_;
  Memory covariance_, inverse_, balanced_, baseL_, baseInverse_;
  std::once_flag inverseOnce_, factorOnce_;
  std::vector<double> baseWeights_;
  Answer base_;
};

}  // namespace parabola
