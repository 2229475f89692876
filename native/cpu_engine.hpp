// The CPU executor: the scenarios of a batch over all cores.
#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "kernels.hpp"
#include "memory.hpp"

namespace parabola {

// The values of a problem that its scenarios share; arrays [n] unless said otherwise, null where there is none.
struct ProblemView {
  Goal goal = Goal::RiskAversion;
  double goalValue = 0;  // the risk aversion, or what another goal aims at
  const double* expectedReturns = nullptr;
  const double* lower = nullptr;
  const double* upper = nullptr;
  bool budgeted = true;
  double budget = 0;
  const double* start = nullptr;
  int rows = 0;
  const double* coefficients = nullptr;  // [rows, n]
  const double* rowLower = nullptr;      // [rows]
  const double* rowUpper = nullptr;      // [rows]
  const double* current = nullptr;
  double turnover = INFINITY;
  double gross = INFINITY;
  const double* buy = nullptr;
  const double* sell = nullptr;
  const double* quadratic = nullptr;
  const double* power = nullptr;
  double exponent = 2;
  const double* benchmark = nullptr;
};

// Sigma [n, stride], or instead of it G'G + diag(d). Kept, not copied: aligned to 64 bytes, stride at least n rounded
// up to 8, zero beyond n.
struct CovarianceView {
  int n = 0;
  long stride = 0;
  const double* dense = nullptr;
  int factorCount = 0;
  const double* root = nullptr;       // G [factorCount, stride]
  const double* exposures = nullptr;  // F' [factorCount, stride], for factor covariances by scenario
  const double* specific = nullptr;   // d [n], copied
};

// What `count` scenarios override, if anything: matrices [count, stride], zero beyond column n, and arrays [count],
// null where the problem's value holds.
struct BatchView {
  int count = 0;
  long stride = 0;
  const double* expectedReturns = nullptr;
  const double* goalValue = nullptr;
  const double* lower = nullptr;
  const double* upper = nullptr;
  const double* budget = nullptr;
  const double* start = nullptr;
  const double* rowLower = nullptr;  // [count, rowStride]
  const double* rowUpper = nullptr;  // [count, rowStride]
  long rowStride = 0;
  const double* coefficients = nullptr;  // [count * rows, stride]
  const double* current = nullptr;
  const double* turnover = nullptr;
  const double* gross = nullptr;
  const double* buy = nullptr;
  const double* sell = nullptr;
  const double* quadratic = nullptr;
  const double* power = nullptr;
  const double* benchmark = nullptr;
  const double* volatility = nullptr;  // multipliers m
  const double* stress = nullptr;      // theta [count, stressStride]
  long stressStride = 0;
  bool stressByAsset = false;                // or one theta for all
  const double* factorCovariance = nullptr;  // Omega [count, omegaStride]
  long omegaStride = 0;
  const double* specific = nullptr;
  const double* own = nullptr;  // [count * n, stride]

  bool overrides() const {
    return expectedReturns != nullptr || goalValue != nullptr || lower != nullptr || upper != nullptr ||
           budget != nullptr || start != nullptr || rowLower != nullptr || rowUpper != nullptr ||
           coefficients != nullptr || current != nullptr || turnover != nullptr || gross != nullptr ||
           benchmark != nullptr || costly() || structured();
  }
  bool costly() const { return buy != nullptr || sell != nullptr || quadratic != nullptr || power != nullptr; }
  bool structured() const {
    return volatility != nullptr || stress != nullptr || factorCovariance != nullptr || specific != nullptr ||
           own != nullptr;
  }
};

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
