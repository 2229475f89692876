// The CPU executor: the scenarios of a batch over all cores.
#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "batch.hpp"
#include "kernels.hpp"
#include "memory.hpp"

namespace parabola {

// Where the answers go: weights [count, stride], zero beyond n, meaningful for the statuses that have weights; answers
// [count]; prices [count, priceCount()]: budget, rows, turnover, gross exposure, target; reduced costs [count, stride]
// or null.
struct ResultView {
  double* weights;
  Answer* answers;
  double* prices;
  double* reducedCosts;
};

// A problem with what depends on it alone: the base scenario's face, and on demand the inverse of the covariance.
// Immutable to its users; solve may be called from many threads at once.
class PreparedProblem {
 public:
  PreparedProblem(const Kernels& kernels, const CovarianceView& covariance, const ProblemView& problem);
  PreparedProblem(const PreparedProblem&) = delete;
  PreparedProblem& operator=(const PreparedProblem&) = delete;

  // Takes ownership of memory that the covariance points to.
  void own(Memory covariance) { owned_.push_back(std::move(covariance)); }

  int rows() const { return problem_.rows; }
  int priceCount() const { return problem_.rows + 4; }

  // Solves all scenarios on up to `threads` threads, the calling one among them. Each answer is a pure function of the
  // problem and its scenario: the same bits for any number of threads, any chunking, any order.
  void solve(const BatchView& batch, const ResultView& results, int threads, double tolerance);

 private:
  class Desk;

  void solveBase();
  void prepareBatch();
  void factorBase(double* workspace);
  static bool provideInverse(void* self);

  const Kernels& kernels_;
  CovarianceView covariance_;
  Shared shared_;
  ProblemView problem_;
  bool plain_;  // bounds and a budget, a shared dense covariance, and a goal that needs no search

  static constexpr int kOwnVectors = 4;  // of the arrays below, those of [stride]; and shared_.zeros
  Memory numbers_;                       // holds them all, and the problem's
  double *deviation_, *baseSide_, *baseWeights_, *baseRows_, *basePrices_;
  std::vector<const double*> row_;
  std::vector<int> baseIndex_;
  Memory inverse_, balanced_, baseL_, baseInverse_, baseProduct_;
  std::vector<Memory> owned_;
  std::once_flag inverseOnce_, batchOnce_;
  Answer base_;
};

}  // namespace parabola
