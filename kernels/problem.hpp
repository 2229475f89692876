// What one portfolio is, and what is known about the covariance and the problem that a batch shares.
//
//     minimise    1/2 gamma (w - b)'Sigma (w - b) - mu'w + sum_i c_i(w_i - w0_i)
//     subject to  1'w = budget,  lower <= w <= upper,  rowLower <= A w <= rowUpper,
//                 sum |w_i - w0_i| <= turnover,  sum |w_i| <= gross
//
// with costs c_i(x) = buy_i max(x, 0) + sell_i max(-x, 0) + quadratic_i x^2 + power_i |x|^exponent. Most portfolios
// have the first two constraints only.
//
// The kernels solve it divided by gamma: H = Sigma, q = mu / gamma, so that a sweep of gamma shares one H.
#pragma once

#include <cstddef>

#include "group.hpp"

namespace parabola {

// The same numbers as io.parabola.Status.ordinal().
enum class Status : signed char { Solved, Infeasible, Invalid, Unbounded, Inaccurate, Cancelled, NoExcessReturn };

// The multiple of 1 1' that makes faces with a riskless asset definite (see face.hpp): the least variance above zero,
// so that it is never the largest number in a face; not below 1e-8 of the largest, where it would drown.
PARABOLA_INLINE double shiftFor(double least, double most) {
  return most == 0 ? 1 : least > 1e-8 * most ? least : 1e-8 * most;
}

// What is asked for. The same numbers as io.parabola.Objective.Kind.ordinal(), and Scenario::goalValue is its value.
enum class Goal : signed char { RiskAversion, MinimumVariance, TargetReturn, TargetRisk, MaximumSharpe };

// What a portfolio may have beside bounds and a budget; null or infinite where it has not. Arrays [n] and rows of A are
// padded with zeros to a multiple of kLanes.
struct Limits {
  bool budgeted = true;
  int rows = 0;
  const double* const* row = nullptr;  // [rows] pointers to rows of A [n]
  const double* rowLower = nullptr;    // [rows], possibly infinite
  const double* rowUpper = nullptr;    // [rows], possibly infinite
  const double* current = nullptr;     // [n] w0
  double turnover = INFINITY;
  double gross = INFINITY;
  const double* buy = nullptr;        // [n]
  const double* sell = nullptr;       // [n]
  const double* quadratic = nullptr;  // [n]
  const double* power = nullptr;      // [n]
  double exponent = 2;                // 1.5 to 2
  const double* benchmark = nullptr;  // [n] b
};

// How the covariance of one scenario differs from the shared one, see Model; null where it does not.
struct Structure {
  const double* own = nullptr;  // [n, ownStride] instead of the shared one
  long ownStride = 0;
  const double* scale = nullptr;     // [n] E
  const double* common = nullptr;    // [n]
  const double* factors = nullptr;   // [factorCount, factorStride] instead of the shared ones; `common` follows them
  const double* diagonal = nullptr;  // [n] instead of the shared one
};

// Arrays are padded with zeros to a multiple of kLanes.
struct Scenario {
  const double* expectedReturns;  // [n] mu
  double riskAversion;            // gamma >= 0
  const double* lower;            // [n]
  const double* upper;            // [n]
  double budget;
  const double* start;  // [n] weights to start from, or null
  Goal goal = Goal::RiskAversion;
  double goalValue = 0;                  // of the goals other than a risk aversion
  const Limits* limits = nullptr;        // null: bounds and budget only
  const Structure* structure = nullptr;  // null: the shared covariance
  // Where the covariance is one of factors, and the specific variances are all of them large enough to divide by: how
  // many factors, the common one of a structure included. Else -1. It decides how much memory the kernels need.
  int thinFactors = -1;
};

struct Answer {
  Status status;
  int iterations;
  double objective;       // as above
  double expectedReturn;  // mu'w
  double variance;        // (w - b)'Sigma (w - b)
  double gap;             // objective - optimum <= gap
  double relativeGap;     // gap / size, see Terms in certificate.hpp
  double costs = 0;
  double turnover = 0;  // sum |w - w0|; NaN without current weights
  double price = 0;     // derivative of the objective by the budget
};

// Where the derivatives of the objective by the binding limits go.
struct Prices {
  double* budget = nullptr;        // [1]
  double* rows = nullptr;          // [rows]
  double* turnover = nullptr;      // [1]
  double* gross = nullptr;         // [1]
  double* target = nullptr;        // [1] of a target return or a target risk
  double* reducedCosts = nullptr;  // [n] by the bounds, or null
  double* sides = nullptr;         // [rows + 3] which rows are active, as Program::side, or null
};

// Memory that few solves need, asked for when one does; aligned to 64 bytes. Each of the two places holds what was
// asked for last until the scenario is solved.
struct Spare {
  static constexpr int kPieces = 0;   // the last resort's, see pieces.hpp
  static constexpr int kGeneral = 1;  // the general solver's, for a plain problem that its own way does not solve

  double* (*provide)(void* context, int place, std::size_t numbers) = nullptr;  // or null if there is none
  void* context = nullptr;

  PARABOLA_INLINE double* ask(int place, std::size_t numbers) const {
    return provide == nullptr ? nullptr : provide(context, place, numbers);
  }
};

// Bounds that have been looked through: whether they are such, and what they sum to. The arrays are there to be known
// again: none but their addresses is asked for, which on a device are those of the copies there.
struct Bounds {
  const double* lower = nullptr;  // [padded]
  const double* upper = nullptr;  // [padded]
  bool valid = false;             // lower <= upper; none is NaN, or infinite the wrong way
  double lowerSum = 0;            // infinite or NaN where a bound is infinite
  double upperSum = 0;
  double width = 0;      // sum of upper - lower
  double lowerSize = 0;  // sum of the sizes of the finite ones
  double upperSize = 0;
};

// Computed once for all scenarios of a problem, read by all threads.
struct Shared {
  int n = 0;
  long stride = 0;                     // numbers from one row of a matrix to the next, at least `padded`
  const double* covariance = nullptr;  // [n, stride] Sigma; columns from n on are zero; null for a factor covariance
  const double* deviation = nullptr;   // [padded] square roots of the variances, zero beyond n
  double sigma = 0;                    // the multiple of 1 1' that makes its faces definite, see shiftFor()

  // The factor covariance, if it is one: sum_k f_k f_k' + diag(d).
  const double* factors = nullptr;  // [factorCount, stride]
  int factorCount = 0;
  const double* diagonal = nullptr;   // [padded]
  const double* precision = nullptr;  // [padded] 1 / d, or zero where d is
  int thinFactors = -1;               // as Scenario has it

  const double* zeros = nullptr;  // [padded]
  Bounds bounds;                  // the problem's own

  // Where each weight of the base scenario's optimum rests: -1 lower, 0 free, 1 upper; null if it has none.
  const double* baseSide = nullptr;     // [padded]
  const double* baseWeights = nullptr;  // [padded] its weights
  const double* baseProduct = nullptr;  // [padded] Sigma times its weights; null where not known
  const double* baseStep = nullptr;     // [padded] how far along its gradient a weight goes in a step from there
  const double* baseRows = nullptr;     // [rows + 3] which of its rows are active, as Program::side
  Prices basePrices;                    // those of its limits
  int rows = 0;                         // how many rows it has, a target return not among them
  int baseFree = 0;
  // [baseFree] the free assets. The first are those that the least of other scenarios bring to rest, so that much of
  // the factor stays.
  const int* baseIndex = nullptr;

  // Where the dual of the factor covariance starts, see startDual(); null where that is not known.
  const double* baseDual = nullptr;

  // The factor of the base scenario's face (see Face); null where not worth keeping.
  int baseStride = 0;
  const double* baseL = nullptr;        // [baseFree, baseStride]
  const double* baseInverse = nullptr;  // [baseFree]

  // P = M - M 1 1'M / 1'M 1 with M = (Sigma + sigma 1 1')^-1, for portfolios with most weights free (see wide.hpp).
  // Null where not needed, or where Sigma + sigma 1 1' is singular.
  const double* inverse = nullptr;   // [n, stride] P
  const double* balanced = nullptr;  // [padded] M 1 / 1'M 1: the minimum-variance portfolio without bounds
  // The same turned on the base scenario's face, as baseSide has it (see turned.hpp): where most of its weights are
  // free, or where a matrix so small is soon made. Null where not needed, or where the face is dependent.
  const double* turned = nullptr;  // [n, stride] K
  const double* turnedBalanced = nullptr;

  PARABOLA_INLINE bool mostAreFree() const { return baseSide != nullptr && 2 * baseFree > n; }
};

}  // namespace parabola
