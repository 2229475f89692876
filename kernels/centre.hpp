// The pass through observations that a sample covariance begins with on the CPU.
#pragma once

#include "group.hpp"

namespace parabola::PARABOLA_ISA {

// Rows that are centred together, so that each column sum is loaded and stored once for all.
constexpr int kCentredTogether = 4;

// One number, or as many as a pack has.
template <class T>
PARABOLA_INLINE T numbers(const double* p) {
  if constexpr (std::is_same_v<T, double>) {
    return *p;
  } else {
    return load(p, Lanes<kLanes>{0});
  }
}

PARABOLA_INLINE void setNumbers(double* p, double x) { *p = x; }
PARABOLA_INLINE void setNumbers(double* p, const Pack<kLanes>& x) { store(p, Lanes<kLanes>{0}, x); }

// `count` rows, in as many columns as T has numbers.
template <class T>
PARABOLA_INLINE void centreColumns(const double* x, long apart, int count, const double* shift, double* y, long stride,
                                   double* sums) {
  const T s = numbers<T>(shift);
  T sum = numbers<T>(sums);
  if (count == kCentredTogether) {
    const T y0 = numbers<T>(x) - s;
    const T y1 = numbers<T>(x + apart) - s;
    const T y2 = numbers<T>(x + 2 * apart) - s;
    const T y3 = numbers<T>(x + 3 * apart) - s;
    if (y != nullptr) {
      setNumbers(y, y0);
      setNumbers(y + stride, y1);
      setNumbers(y + 2 * stride, y2);
      setNumbers(y + 3 * stride, y3);
    }
    sum = sum + ((y0 + y1) + (y2 + y3));
  } else {
    for (int row = 0; row < count; row++) {
      const T difference = numbers<T>(x + row * apart) - s;
      if (y != nullptr) {
        setNumbers(y + row * stride, difference);
      }
      sum = sum + difference;
    }
  }
  setNumbers(sums, sum);
}

// Adds to `sums` [n] the columns of x - shift, for x [rows, apart] and shift [n], and writes these differences to
// y [rows, stride], which may be x, unless it is null. Four rows at a time and then one after another, as the class
// Observations does it in Java: the same bits.
PARABOLA_FUNCTION void centre(const double* x, long apart, int rows, int n, const double* shift, double* y, long stride,
                              double* sums) {
  for (int row = 0; row < rows; row += kCentredTogether) {
    const int count = rows - row < kCentredTogether ? rows - row : kCentredTogether;
    const double* const from = x + row * apart;
    double* const to = y == nullptr ? nullptr : y + row * stride;
    int j = 0;
    for (; j + kLanes <= n; j += kLanes) {
      centreColumns<Pack<kLanes>>(from + j, apart, count, shift + j, to == nullptr ? nullptr : to + j, stride,
                                  sums + j);
    }
    for (; j < n; j++) {
      centreColumns<double>(from + j, apart, count, shift + j, to == nullptr ? nullptr : to + j, stride, sums + j);
    }
  }
}

}  // namespace parabola::PARABOLA_ISA
