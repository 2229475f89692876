// Numbers of twice the digits: the unevaluated sum of two doubles, 106 bits of significand.
//
// Formulas: Dekker, "A floating-point technique for extending the available precision" (1971); Knuth, The Art of
// Computer Programming 2, 4.2.2; Hida, Li and Bailey, "Algorithms for quad-double precision floating point arithmetic"
// (2001). T is a double, or a pack of them.
#pragma once

#include "group.hpp"

namespace parabola::PARABOLA_ISA {

// What rounding took from p = a b.
template <class T>
PARABOLA_INLINE T productError(const T& a, const T& b, const T& p) {
#if defined(__FMA__)
  return fma(a, b, T(0.0) - p);
#else
  // Halves of 26 digits, whose products are exact.
  const auto upper = [](const T& x) {
    const T c = T(0x1p27 + 1) * x;
    return c - (c - x);
  };
  const T ah = upper(a);
  const T bh = upper(b);
  const T al = a - ah;
  const T bl = b - bh;
  return ((ah * bh - p) + ah * bl + al * bh) + al * bl;
#endif
}

template <class T>
struct DoubleDouble {
  T high;
  T low;

  DoubleDouble() = default;
  PARABOLA_INLINE DoubleDouble(const T& x) : high(x), low(0.0) {}  // NOLINT: a number is one of more digits
  PARABOLA_INLINE DoubleDouble(const T& h, const T& l) : high(h), low(l) {}
};

// A number in the arithmetic below, and eight of them.
using Precise = DoubleDouble<double>;
using PreciseLanes = DoubleDouble<Pack<kLanes>>;

// a + b where |a| >= |b|.
template <class T>
PARABOLA_INLINE DoubleDouble<T> renormalise(const T& a, const T& b) {
  const T s = a + b;
  return {s, b - (s - a)};
}
template <class T>
PARABOLA_INLINE DoubleDouble<T> exactSum(const T& a, const T& b) {
  const T s = a + b;
  const T z = s - a;
  return {s, (a - (s - z)) + (b - z)};
}
template <class T>
PARABOLA_INLINE DoubleDouble<T> operator+(const DoubleDouble<T>& a, const DoubleDouble<T>& b) {
  const DoubleDouble<T> s = exactSum(a.high, b.high);
  const DoubleDouble<T> t = exactSum(a.low, b.low);
  const DoubleDouble<T> c = renormalise(s.high, s.low + t.high);
  return renormalise(c.high, c.low + t.low);
}
template <class T>
PARABOLA_INLINE DoubleDouble<T> operator-(const DoubleDouble<T>& a) {
  return {T(0.0) - a.high, T(0.0) - a.low};
}
template <class T>
PARABOLA_INLINE DoubleDouble<T> operator-(const DoubleDouble<T>& a, const DoubleDouble<T>& b) {
  return a + -b;
}
template <class T>
PARABOLA_INLINE DoubleDouble<T> operator*(const DoubleDouble<T>& a, const DoubleDouble<T>& b) {
  const T p = a.high * b.high;
  return renormalise(p, productError(a.high, b.high, p) + (a.high * b.low + a.low * b.high));
}
// y + a b for long sums, whose error is small beside the terms but, where they cancel, not beside the result.
template <class T>
PARABOLA_INLINE DoubleDouble<T> multiplyAdd(const DoubleDouble<T>& a, const DoubleDouble<T>& b,
                                            const DoubleDouble<T>& y) {
  const T p = a.high * b.high;
  const T e = productError(a.high, b.high, p) + (a.high * b.low + a.low * b.high);
  const DoubleDouble<T> s = exactSum(y.high, p);
  return renormalise(s.high, s.low + (y.low + e));
}

PARABOLA_INLINE Precise operator+(const Precise& a, double b) { return a + Precise(b); }
PARABOLA_INLINE Precise operator-(const Precise& a, double b) { return a - Precise(b); }
PARABOLA_INLINE Precise operator*(double a, const Precise& b) { return Precise(a) * b; }
PARABOLA_INLINE Precise operator/(const Precise& a, const Precise& b) {
  const double first = a.high / b.high;
  Precise rest = a - first * b;
  const double second = rest.high / b.high;
  rest = rest - second * b;
  return renormalise(first, second) + rest.high / b.high;
}
PARABOLA_INLINE bool operator<(const Precise& a, const Precise& b) {
  return a.high < b.high || (a.high == b.high && a.low < b.low);
}
PARABOLA_INLINE Precise squareRoot(const Precise& a) {
  if (!(a.high > 0)) {
    return 0.0;
  }
  const double root = std::sqrt(a.high);
  return Precise(root) + (a - root * Precise(root)).high / (2 * root);
}

// An array of them: high parts and low parts apart, so that eight are read at once.
struct PreciseArray {
  double* high = nullptr;
  double* low = nullptr;

  PARABOLA_INLINE Precise operator[](long i) const { return {high[i], low[i]}; }
  PARABOLA_INLINE void set(long i, const Precise& x) const {
    high[i] = x.high;
    low[i] = x.low;
  }
  PARABOLA_INLINE void add(long i, const Precise& x) const { set(i, (*this)[i] + x); }
  PARABOLA_INLINE PreciseArray from(long i) const { return {high + i, low + i}; }
};

PARABOLA_INLINE PreciseLanes load(const PreciseArray& p, Lanes<kLanes> i) { return {load(p.high, i), load(p.low, i)}; }
PARABOLA_INLINE void store(const PreciseArray& p, Lanes<kLanes> i, const PreciseLanes& x) {
  store(p.high, i, x.high);
  store(p.low, i, x.low);
}
PARABOLA_INLINE Precise total(const PreciseLanes& x) {
  double high[kLanes];
  double low[kLanes];
  storeRegister(high, x.high.r[0]);
  storeRegister(low, x.low.r[0]);
  Precise sum = 0.0;
  for (int l = 0; l < kLanes; l++) {
    sum = sum + Precise(high[l], low[l]);
  }
  return sum;
}

// sum a_i b_i over from <= i < n, both multiples of kLanes.
template <class Group>
PARABOLA_FUNCTION Precise dot(const Group& group, int from, int n, const PreciseArray& a, const PreciseArray& b) {
  PreciseLanes sum(Pack<kLanes>(0.0));
  group.each(from, n, [&](auto i) { sum = multiplyAdd(load(a, i), load(b, i), sum); });
  return total(sum);
}
template <class Group>
PARABOLA_FUNCTION Precise dot(const Group& group, int n, const double* a, const PreciseArray& b) {
  PreciseLanes sum(Pack<kLanes>(0.0));
  group.each(n, [&](auto i) { sum = multiplyAdd(PreciseLanes(load(a, i)), load(b, i), sum); });
  return total(sum);
}
// y += c x.
template <class Group>
PARABOLA_FUNCTION void addMultiple(const Group& group, int from, int n, const Precise& c, const PreciseArray& x,
                                   const PreciseArray& y) {
  const PreciseLanes factor(Pack<kLanes>(c.high), Pack<kLanes>(c.low));
  group.each(from, n, [&](auto i) { store(y, i, multiplyAdd(factor, load(x, i), load(y, i))); });
}

}  // namespace parabola::PARABOLA_ISA
