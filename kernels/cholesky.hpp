// Cholesky's factor with twice the digits, A = U'U, and the solution of linear systems by it.
//
// Matrices lie by rows, [n, stride] with stride a multiple of kLanes and zeros beyond n; of symmetric ones the upper
// triangle counts. The factor's error does not depend on how rows and columns are scaled: Higham, Accuracy and
// Stability of Numerical Algorithms, theorem 10.6.
#pragma once

#include "double_double.hpp"

namespace parabola::PARABOLA_ISA {

constexpr int firstLane(int j) { return j / kLanes * kLanes; }

// Replaces A by U. A pivot that rounding has eaten is made one that rounding has not: along its direction solutions
// are of no use, but finite.
template <class Group>
PARABOLA_FUNCTION void factorCholesky(const Group& group, int n, long stride, const PreciseArray& A) {
  constexpr double kEaten = 0x1p-96;
  constexpr double kNothing = 0x1p-960;
  const int padded = static_cast<int>(stride);
  for (int i = 0; i < n; i++) {
    A.set(i * stride + i, A[i * stride + i].high > kNothing ? A[i * stride + i] : Precise(kNothing));
  }
  // The diagonal as it was is kept in the first column: the lower triangle is free.
  for (int i = 1; i < n; i++) {
    A.set(i * stride, A.high[i * stride + i]);
  }
  const double first = n > 0 ? A.high[0] : 0;
  for (int j = 0; j < n; j++) {
    const PreciseArray row = A.from(j * stride);
    const double before = j == 0 ? first : row.high[0];
    Precise pivot = row[j];
    pivot = pivot.high > kEaten * before ? pivot : Precise(kEaten * before);
    const Precise root = squareRoot(pivot);
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

// x <- U'^-1 x.
template <class Group>
PARABOLA_FUNCTION void solveLower(const Group& group, int n, long stride, const PreciseArray& U,
                                  const PreciseArray& x) {
  for (int j = 0; j < n; j++) {
    const PreciseArray row = U.from(j * stride);
    if (x.high[j] == 0) {
      continue;
    }
    const Precise value = x[j] / row[j];
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
    x.set(j, (own - rest) / row[j]);
  }
}

}  // namespace parabola::PARABOLA_ISA
