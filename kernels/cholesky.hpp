// Factors with twice the digits: Cholesky's, A = U'U, of a matrix, and Q R of columns; and linear systems by them.
//
// Matrices lie by rows, [n, stride] with stride a multiple of kLanes and zeros beyond n; of symmetric ones the upper
// triangle counts. The factor's error does not depend on how rows and columns are scaled: Higham, Accuracy and
// Stability of Numerical Algorithms, theorem 10.6.
#pragma once

#include "double_double.hpp"

namespace parabola::PARABOLA_ISA {

constexpr int firstLane(int j) { return j / kLanes * kLanes; }

// Replaces A by U. A is a semidefinite matrix and the diagonal `least` above zero: no pivot is smaller than that, but
// for rounding.
template <class Group>
PARABOLA_FUNCTION void factorCholesky(const Group& group, int n, long stride, const PreciseArray& least,
                                      const PreciseArray& A) {
  const int padded = static_cast<int>(stride);
  for (int j = 0; j < n; j++) {
    const PreciseArray row = A.from(j * stride);
    const Precise root = squareRoot(row[j] < least[j] ? least[j] : row[j]);
    const Precise inverse = Precise(1.0) / root;
    for (int c = 0; c < j; c++) {
      row.set(c, 0.0);
    }
    row.set(j, 0.0);
    const PreciseLanes scale(Pack<kLanes>(inverse.high), Pack<kLanes>(inverse.low));
    group.each(firstLane(j), padded, [&](auto i) { store(row, i, scale * load(row, i)); });
    for (int i = j + 1; i < n; i++) {
      if (row.high[i] != 0) {
        addMultiple(group, firstLane(i), padded, -row[i], row, A.from(i * stride));
      }
    }
    row.set(j, root);
  }
}

// V = Q R for `count` columns, each of `length` places at V [count, stride]: Q replaces V, R the upper triangle of R
// [count, rStride]. Gram and Schmidt's method, twice where much cancels. Forming V'V would cost half the digits of rows
// that all but depend on each other.
template <class Group>
PARABOLA_FUNCTION void orthogonalise(const Group& group, int count, int length, long stride, const PreciseArray& V,
                                     long rStride, const PreciseArray& R) {
  constexpr double kCancels = 1e-4;
  for (int a = 0; a < count; a++) {
    const PreciseArray v = V.from(a * stride);
    for (int b = 0; b < a; b++) {
      R.set(a * rStride + b, 0.0);
      R.set(b * rStride + a, 0.0);
    }
    const double before = dot(group, 0, length, v, v).high;
    const auto takeOthersOut = [&] {
      for (int b = 0; b < a; b++) {
        const PreciseArray q = V.from(b * stride);
        const Precise across = dot(group, 0, length, q, v);
        R.add(b * rStride + a, across);
        addMultiple(group, 0, length, -across, q, v);
      }
    };
    takeOthersOut();
    if (a > 0 && !(dot(group, 0, length, v, v).high > kCancels * before)) {
      takeOthersOut();
    }
    const Precise norm = squareRoot(dot(group, 0, length, v, v));
    R.set(a * rStride + a, norm);
    const Precise inverse = norm.high > 0 ? Precise(1.0) / norm : Precise(0.0);
    const PreciseLanes scale(Pack<kLanes>(inverse.high), Pack<kLanes>(inverse.low));
    group.each(length, [&](auto i) { store(v, i, scale * load(v, i)); });
  }
}

// x <- U'^-1 x.
template <class Group>
PARABOLA_FUNCTION void solveLower(const Group& group, int n, long stride, const PreciseArray& U,
                                  const PreciseArray& x) {
  for (int j = 0; j < n; j++) {
    const PreciseArray row = U.from(j * stride);
    if (x.high[j] == 0) {
      continue;
    }
    const Precise value = row.high[j] == 0 ? Precise(0.0) : x[j] / row[j];
    addMultiple(group, firstLane(j), static_cast<int>(stride), -value, row, x);
    x.set(j, value);
  }
}

// x <- U^-1 x.
template <class Group>
PARABOLA_FUNCTION void solveUpper(const Group& group, int n, long stride, const PreciseArray& U,
                                  const PreciseArray& x) {
  for (int j = n - 1; j >= 0; j--) {
    const PreciseArray row = U.from(j * stride);
    const Precise own = x[j];
    x.set(j, 0.0);
    const Precise rest = dot(group, firstLane(j), static_cast<int>(stride), row, x);
    x.set(j, row.high[j] == 0 ? Precise(0.0) : (own - rest) / row[j]);
  }
}

}  // namespace parabola::PARABOLA_ISA
