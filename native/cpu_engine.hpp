// The CPU executor: the scenarios of a batch over all cores.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "kernels.hpp"
#include "memory.hpp"
#include "solver.hpp"

namespace parabola {

// A problem with what depends on it alone: the base scenario's face, and on demand the inverse of the covariance.
class PreparedProblem final : public Solver {
 public:
  PreparedProblem(const Kernels& kernels, const CovarianceView& covariance, const ProblemView& problem);
  PreparedProblem(const PreparedProblem&) = delete;
  PreparedProblem& operator=(const PreparedProblem&) = delete;

  // Takes ownership of memory that the covariance points to.
  void own(Memory covariance) { owned_.push_back(std::move(covariance)); }

  int rows() const override { return problem_.rows; }
  void solve(const BatchView& batch, const ResultView& results, int threads, double tolerance) override;

  // What the scenarios of batches are solved from, for executors elsewhere; with the covariance's inverse where most
  // weights of the base scenario are free.
  struct Parts {
    const Shared& shared;
    const CovarianceView& covariance;
    const ProblemView& problem;
    const std::vector<const double*>& rows;
  };
  Parts parts();
  // Whether no scenario has more than bounds and a budget, and the shared covariance, a matrix or thin factors.
  bool isPlain(const BatchView& batch) const;

 private:
  class Desk;

  void solveBase();
  void prepareBatch();
  void factorBase(double* workspace);
  bool isSoonTurned() const;
  void turnInverse();
  // The same, but for the covariances of scenarios.
  bool isPlainBesideCovariance(const BatchView& batch) const;
  static bool provideInverse(void* self);
  // Where the prices of scenario s go; its reduced costs lie `stride` apart.
  Prices pricesOf(const ResultView& results, long stride, int s) const;

  const Kernels& kernels_;
  CovarianceView covariance_;
  Shared shared_;
  ProblemView problem_;
  bool plain_;  // bounds and a budget, a dense or thin shared covariance, and a goal that needs no search

  static constexpr int kOwnVectors = 5;  // of the arrays below, those of [stride]; and shared_.zeros and precision
  Memory numbers_;                       // holds them all, and the problem's
  double *deviation_, *baseSide_, *baseWeights_, *baseRows_, *basePrices_;
  std::vector<const double*> row_;
  std::vector<int> baseIndex_;
  Memory baseL_, baseInverse_, baseStep_, baseDual_;
  std::optional<Scratch> inverse_, balanced_, turned_, turnedBalanced_;
  std::vector<Memory> owned_;
  std::once_flag inverseOnce_, turnOnce_, batchOnce_;
  Answer base_;
};

}  // namespace parabola
