// Puts a scenario together: what the batch overrides, else what the problem says.
//
// Arrays stay where they lie; only structured covariances have numbers of their own to compute, see Model for the
// kinds.
#pragma once

#include "batch.hpp"
#include "model.hpp"

namespace parabola::PARABOLA_ISA {

// G = L'F' [k, stride] from L [k, k] and F' [k, stride]. Some assets at a time, so that their
// exposures to all factors stay in the cache.
template <class Group>
PARABOLA_FUNCTION void mixFactors(const Group& group, const double* L, int k, const double* exposures, long stride,
                                  int n, double* factors) {
  constexpr int kBlock = 256;
  const int all = padded(n);
  for (int from = 0; from < all; from += kBlock) {
    const int to = from + kBlock < all ? from + kBlock : all;
    for (int j = 0; j < k; j++) {
      group.eachWide(from, to, [&](auto i) {
        auto sum = decltype(load(exposures, i))(0.0);
        for (int f = 0; f < k; f++) {
          // Half of them are zero, though not those of a triangle.
          if (L[f * k + j] != 0) {
            sum = fma(decltype(sum)(L[f * k + j]), load(exposures + f * stride, i), sum);
          }
        }
        store(factors + j * stride, i, sum);
      });
    }
  }
}

// L [k, k] with L L' = Omega [k, k]: a column for the factor with the most variance left, in units of its own, after
// another, and of zeros where none has any. False if Omega is not symmetric or not positive semidefinite; its halves
// may differ by rounding, as those of a covariance may. `left` [k].
template <class Group>
PARABOLA_FUNCTION bool rootOf(const Group& group, const double* omega, int k, double* root, double* left) {
  constexpr double kSymmetric = 1e-12;
  constexpr double kNegligible = 1e-10;
  const double rounding = 1e-13 * k;
  constexpr double kTaken = -1;
  const auto own = [&](int f) { return omega[f * k + f]; };
  const auto other = [&](int f, int h) { return 0.5 * (omega[f * k + h] + omega[h * k + f]); };
  const auto scale = [&](int f, int h) { return std::sqrt(own(f)) * std::sqrt(own(h)); };
  bool valid = true;
  for (int f = 0; f < k; f++) {
    valid = valid && own(f) >= 0 && own(f) < INFINITY;
    for (int h = 0; h < f; h++) {
      valid = valid && std::fabs(omega[f * k + h] - omega[h * k + f]) <= kSymmetric * scale(f, h);
    }
  }
  group.items(k, [&](int f) { left[f] = own(f); });
  for (int g = 0; g < k; g++) {
    const auto share = [&](int f) { return own(f) > 0 ? left[f] / own(f) : 0; };
    int pivot = 0;
    for (int f = 1; f < k; f++) {
      pivot = share(f) > share(pivot) ? f : pivot;
    }
    const double diagonal = share(pivot) > rounding ? std::sqrt(left[pivot]) : 0;
    group.items(k, [&](int f) {
      double sum = 0;
      if (diagonal > 0 && left[f] != kTaken && f != pivot) {
        sum = other(f, pivot);
        for (int p = 0; p < g; p++) {
          sum -= root[f * k + p] * root[pivot * k + p];
        }
        sum /= diagonal;
      }
      root[f * k + g] = f == pivot ? diagonal : sum;
    });
    group.items(diagonal > 0 ? k : 0, [&](int f) {
      const double x = root[f * k + g];
      left[f] = f == pivot || left[f] == kTaken ? kTaken : left[f] - x * x;
    });
  }
  for (int f = 0; f < k; f++) {
    for (int h = 0; h <= f && left[f] != kTaken; h++) {
      double rest = other(f, h);
      for (int p = 0; p < k; p++) {
        rest -= root[f * k + p] * root[h * k + p];
      }
      valid = valid && (left[h] == kTaken || std::fabs(rest) <= kNegligible * scale(f, h));
    }
  }
  return valid;
}

// Whether all specific variances are large enough beside the others to divide by, so that faces need not be dense.
template <class Group>
PARABOLA_FUNCTION bool isThin(const Group& group, const Shared& shared, const Structure& structure) {
  constexpr double kLeast = 1e-8;
  using P = Pack<kLanes>;
  const double* factors = structure.factors != nullptr ? structure.factors : shared.factors;
  const double* diagonal = structure.diagonal != nullptr ? structure.diagonal : shared.diagonal;
  if (structure.own != nullptr || shared.covariance != nullptr || diagonal == nullptr) {
    return false;
  }
  const double least = group.minimum(padded(shared.n), [&](auto i) {
    const P common = structure.common == nullptr ? P(0.0) : load(structure.common, i);
    P rest = common * common;
    for (int k = 0; k < shared.factorCount; k++) {
      const P f = load(factors + k * shared.stride, i);
      rest = rest + f * f;
    }
    const P d = load(diagonal, i);
    // Padding has no variance at all.
    return select(P(0.0) < rest + d, select(P(kLeast) * rest < d, P(1.0), P(-1.0)), P(1.0));
  });
  return least > 0;
}

// The structured covariance of scenario s; false if its numbers are none that it may have.
template <class Group>
PARABOLA_FUNCTION bool assembleStructure(const Group& group, const Shared& shared, const CovarianceView& covariance,
                                         const BatchView& batch, int s, Assembly& a) {
  using P = Pack<kLanes>;
  const int n = padded(shared.n);
  Structure& structure = a.structure;
  const auto row = [&](const double* matrix) { return matrix == nullptr ? nullptr : matrix + s * batch.stride; };
  structure.own = batch.own == nullptr ? nullptr : batch.own + static_cast<long>(s) * shared.n * batch.stride;
  structure.ownStride = batch.stride;
  structure.diagonal = row(batch.specific);
  structure.factors = nullptr;
  structure.scale = nullptr;
  structure.common = nullptr;
  bool valid = true;
  const double* m = row(batch.volatility);
  const double* theta = batch.stress == nullptr ? nullptr : batch.stress + s * batch.stressStride;
  if (m != nullptr || theta != nullptr) {
    structure.scale = a.scale;
    structure.common = theta == nullptr ? nullptr : a.common;
    const auto stress = [&](int i) { return theta == nullptr ? 0 : theta[batch.stressByAsset ? i : 0]; };
    const auto multiplier = [&](int i) { return m == nullptr ? 1 : m[i]; };
    group.items(n, [&](int i) {
      a.scale[i] =
          i >= shared.n || (stress(i) >= 0 && stress(i) <= 1 && multiplier(i) >= 0 && multiplier(i) < INFINITY) ? 0 : 1;
    });
    valid = group.sum(n, [&](auto i) { return load(a.scale, i); }) == 0;
    group.items(n, [&](int i) {
      a.scale[i] = i < shared.n ? multiplier(i) * std::sqrt(1 - stress(i)) : 0;
      a.common[i] = i < shared.n ? multiplier(i) * std::sqrt(stress(i)) * shared.deviation[i] : 0;
    });
  }
  if (structure.scale != nullptr && covariance.dense == nullptr) {
    // A factor covariance has no base to scale: E G'G E + E diag(d) E.
    for (int k = 0; k < covariance.factorCount; k++) {
      const long at = k * covariance.stride;
      group.each(n, [&](auto i) { store(a.factors + at, i, load(a.scale, i) * load(covariance.root + at, i)); });
    }
    group.each(n, [&](auto i) {
      const P e = load(a.scale, i);
      store(a.diagonal, i, shared.diagonal == nullptr ? P(0.0) : e * load(shared.diagonal, i) * e);
    });
    structure.factors = a.factors;
    structure.diagonal = a.diagonal;
    structure.scale = nullptr;
  }
  if (structure.diagonal != nullptr) {
    const double bad = group.sum(n, [&](auto i) {
      const P d = load(structure.diagonal, i);
      return select(P(-0x1p-1074) < d && d < P(INFINITY), P(0.0), P(1.0));
    });
    valid = valid && bad == 0;
  }
  if (batch.factorCovariance != nullptr) {
    valid =
        rootOf(group, batch.factorCovariance + s * batch.omegaStride, covariance.factorCount, a.root, a.left) && valid;
    mixFactors(group, a.root, covariance.factorCount, covariance.exposures, covariance.stride, shared.n, a.factors);
    structure.factors = a.factors;
  }
  return valid;
}

// A scenario's rates of some kind of cost. Costs of nothing are none, as the problem's own are.
template <class Group>
PARABOLA_FUNCTION const double* assembleRates(const Group& group, const double* matrix, long stride, const double* own,
                                              int n, int s, bool& valid) {
  using P = Pack<kLanes>;
  if (matrix == nullptr) {
    return own;
  }
  const double* rates = matrix + s * stride;
  double bad;
  double any;
  group.sums(padded(n), bad, any, [&](auto i, P& a, P& b) {
    const P rate = load(rates, i);
    a = a + select(P(-0x1p-1074) < rate && rate < P(INFINITY), P(0.0), P(1.0));
    b = b + select(P(0.0) < rate, P(1.0), P(0.0));
  });
  valid = valid && bad == 0;
  return any > 0 ? rates : nullptr;
}

// Scenario s. `rows` are the problem's own, padded; `plain` says that no scenario of the batch has more than bounds and
// a budget, and the shared covariance, `thin` is isThin() of that. False if some number is none that it may have.
template <class Group>
PARABOLA_FUNCTION bool assemble(const Group& group, const Shared& shared, const CovarianceView& covariance,
                                const ProblemView& own, const double* const* rows, const BatchView& batch, bool plain,
                                bool thin, int s, Assembly& a, Scenario& scenario) {
  const auto row = [&](const double* matrix, const double* other) {
    return matrix == nullptr ? other : matrix + s * batch.stride;
  };
  const auto value = [&](const double* array, double other) { return array == nullptr ? other : array[s]; };
  scenario = Scenario{};
  scenario.goal = own.goal;
  scenario.goalValue = value(batch.goalValue, own.goalValue);
  scenario.riskAversion = own.goal == Goal::RiskAversion ? scenario.goalValue : 1;
  scenario.expectedReturns = row(batch.expectedReturns, own.expectedReturns);
  scenario.lower = row(batch.lower, own.lower);
  scenario.upper = row(batch.upper, own.upper);
  scenario.budget = value(batch.budget, own.budget);
  // The problem's own start served its base scenario; a batch's start is for its scenarios.
  scenario.start = row(batch.start, shared.baseSide == nullptr ? own.start : nullptr);
  if (plain) {
    return true;
  }
  bool valid = true;
  Limits& limits = a.limits;
  limits.budgeted = own.budgeted;
  limits.rows = own.rows;
  limits.row = rows;
  if (batch.coefficients != nullptr) {
    group.items(own.rows,
                [&](int r) { a.row[r] = batch.coefficients + (static_cast<long>(s) * own.rows + r) * batch.stride; });
    limits.row = a.row;
  }
  limits.rowLower = batch.rowLower == nullptr ? own.rowLower : batch.rowLower + s * batch.rowStride;
  limits.rowUpper = batch.rowUpper == nullptr ? own.rowUpper : batch.rowUpper + s * batch.rowStride;
  limits.current = row(batch.current, own.current);
  limits.turnover = value(batch.turnover, own.turnover);
  limits.gross = value(batch.gross, own.gross);
  limits.buy = assembleRates(group, batch.buy, batch.stride, own.buy, shared.n, s, valid);
  limits.sell = assembleRates(group, batch.sell, batch.stride, own.sell, shared.n, s, valid);
  limits.quadratic = assembleRates(group, batch.quadratic, batch.stride, own.quadratic, shared.n, s, valid);
  limits.power = assembleRates(group, batch.power, batch.stride, own.power, shared.n, s, valid);
  limits.exponent = own.exponent;
  limits.benchmark = row(batch.benchmark, own.benchmark);
  scenario.limits = &limits;
  if (batch.structured()) {
    valid = assembleStructure(group, shared, covariance, batch, s, a) && valid;
    scenario.structure = &a.structure;
    thin = valid && isThin(group, shared, a.structure);
  }
  if (thin) {
    scenario.thinFactors = covariance.factorCount + (a.structure.common != nullptr);
  }
  return valid;
}

}  // namespace parabola::PARABOLA_ISA
