// A problem, its covariance and a batch of its scenarios as they lie in memory: what they are put together from.
#pragma once

#include "problem.hpp"

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
  int whole = 0;  // scenarios of the batch that these are a part of; 0: they are all
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

  PARABOLA_INLINE bool overrides() const {
    return expectedReturns != nullptr || goalValue != nullptr || lower != nullptr || upper != nullptr ||
           budget != nullptr || start != nullptr || rowLower != nullptr || rowUpper != nullptr ||
           coefficients != nullptr || current != nullptr || turnover != nullptr || gross != nullptr ||
           benchmark != nullptr || costly() || structured();
  }
  PARABOLA_INLINE bool costly() const {
    return buy != nullptr || sell != nullptr || quadratic != nullptr || power != nullptr;
  }
  PARABOLA_INLINE bool structured() const {
    return volatility != nullptr || stress != nullptr || factorCovariance != nullptr || specific != nullptr ||
           own != nullptr;
  }
};

// Room for what is a scenario's own and not the batch's; see assemble().
struct Assembly {
  Limits limits;
  Structure structure;
  double* scale = nullptr;       // [stride]
  double* common = nullptr;      // [stride]
  double* diagonal = nullptr;    // [stride]
  double* factors = nullptr;     // [factorCount + 1, stride]; the last is `common`
  double* root = nullptr;        // [factorCount, factorCount]
  double* left = nullptr;        // [factorCount]
  const double** row = nullptr;  // [rows]

  PARABOLA_INLINE static std::size_t numbers(const ProblemView& problem, const CovarianceView& covariance,
                                             const BatchView& batch) {
    const auto k = static_cast<std::size_t>(covariance.factorCount);
    const auto stride = static_cast<std::size_t>(covariance.stride);
    const std::size_t covariances = mixes(covariance, batch) ? (k + 2) * stride + k * k + k
                                    : scales(batch)          ? stride
                                                             : 0;
    return (scales(batch) ? stride : 0) + covariances +
           static_cast<std::size_t>(batch.coefficients != nullptr ? problem.rows : 0);
  }
  PARABOLA_INLINE void layOut(const ProblemView& problem, const CovarianceView& covariance, const BatchView& batch,
                              double* memory) {
    const long k = covariance.factorCount;
    if (scales(batch)) {
      scale = memory;
      memory += covariance.stride;
    }
    if (mixes(covariance, batch)) {
      diagonal = memory;
      factors = memory + covariance.stride;
      common = factors + k * covariance.stride;
      memory += (k + 2) * covariance.stride;
      root = memory;
      memory += k * k;
      left = memory;
      memory += k;
    } else if (scales(batch)) {
      common = memory;
      memory += covariance.stride;
    }
    if (batch.coefficients != nullptr && problem.rows > 0) {
      row = reinterpret_cast<const double**>(memory);
    }
  }

 private:
  PARABOLA_INLINE static bool scales(const BatchView& batch) {
    return batch.volatility != nullptr || batch.stress != nullptr;
  }
  PARABOLA_INLINE static bool mixes(const CovarianceView& covariance, const BatchView& batch) {
    return batch.factorCovariance != nullptr || (scales(batch) && covariance.dense == nullptr);
  }
};

}  // namespace parabola
