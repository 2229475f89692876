// What one portfolio is, and what is known about the covariance and the problem that a batch shares.
//
//     minimise   1/2 gamma w'Sigma w - mu'w    subject to   1'w = budget,  lower <= w <= upper
//
// The kernels solve it divided by gamma: H = Sigma, q = mu / gamma, so that a sweep of gamma shares one H.
#pragma once

#include "group.hpp"

namespace parabola {

// The same numbers as io.parabola.Status.ordinal().
enum class Status : signed char { Solved, Infeasible, Invalid, Unbounded, Inaccurate, Cancelled };

// Arrays are padded with zeros to a multiple of kLanes.
struct Scenario {
  const double* expectedReturns;  // [n] mu
  double riskAversion;            // gamma >= 0
  const double* lower;            // [n]
  const double* upper;            // [n]
  double budget;
  const double* start;  // [n] weights to start from, or null
};

struct Answer {
  Status status;
  int iterations;
  double objective;       // 1/2 gamma w'Sigma w - mu'w
  double expectedReturn;  // mu'w
  double variance;        // w'Sigma w
  double gap;             // objective - optimum <= gap
  double relativeGap;     // gap / size, see Terms in certificate.hpp
};

// Computed once for all scenarios of a problem, read by all threads.
struct Shared {
  int n = 0;
  long stride = 0;                     // numbers from one row of a matrix to the next, at least `padded`
  const double* covariance = nullptr;  // [n, stride] Sigma; columns from n on are zero
  const double* deviation = nullptr;   // [padded] square roots of the variances, zero beyond n
  double sigma = 0;                    // the multiple of 1 1' that makes faces definite, see face.hpp
  // Where each weight of the base scenario's optimum rests: -1 lower, 0 free, 1 upper; null if it has none.
  const double* baseSide = nullptr;  // [padded]
  int baseFree = 0;
  const int* baseIndex = nullptr;  // [baseFree] the free assets in increasing order

  // The factor of the base scenario's face (see Face); null where not worth keeping.
  int baseStride = 0;
  const double* baseL = nullptr;        // [baseFree, baseStride]
  const double* baseInverse = nullptr;  // [baseFree]

  // P = M - M 1 1'M / 1'M 1 with M = (Sigma + sigma 1 1')^-1, for portfolios with most weights free (see wide.hpp).
  // Null where not needed, or where Sigma + sigma 1 1' is singular.
  const double* inverse = nullptr;   // [n, stride] P
  const double* balanced = nullptr;  // [padded] M 1 / 1'M 1: the minimum-variance portfolio without bounds
};

}  // namespace parabola
