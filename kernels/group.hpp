// The set of lanes that work on one portfolio.
//
// The algorithms are written once against these primitives. Lanes share the indices of a loop, and all of them are done
// when it returns; a sum is a tree of fixed shape. SerialGroup is one CPU thread: eight indices at a time in SIMD
// registers. Every array of n numbers is padded to a multiple of kLanes, and the padding holds values that are neutral
// in every formula (an asset with bounds [0, 0] and zero covariance), so no loop has a tail.
#pragma once

#include "pack.hpp"

namespace parabola::PARABOLA_ISA {

// Indices at, at+1, …, at+W-1.
template <int W>
struct Lanes {
  int at;
};

template <int W>
PARABOLA_INLINE Pack<W> load(const double* p, Lanes<W> i) {
  Pack<W> x;
  for (int k = 0; k < Pack<W>::kRegisters; k++) {
    x.r[k] = loadRegister(p + i.at + k * kLanes);
  }
  return x;
}

template <int W>
PARABOLA_INLINE void store(double* p, Lanes<W> i, const Pack<W>& x) {
  for (int k = 0; k < Pack<W>::kRegisters; k++) {
    storeRegister(p + i.at + k * kLanes, x.r[k]);
  }
}

constexpr int padded(int n) { return (n + kLanes - 1) / kLanes * kLanes; }

class SerialGroup {
 public:
  // f(i) for all indices from `from` (a multiple of kLanes) to n (padded).
  template <class F>
  PARABOLA_INLINE void each(int from, int n, F f) const {
    for (int i = from; i < n; i += kLanes) {
      f(Lanes<kLanes>{i});
    }
  }
  template <class F>
  PARABOLA_INLINE void each(int n, F f) const {
    each(0, n, f);
  }

  // The same for bodies that accumulate over an inner loop: up to four registers at once hide the latency.
  template <class F>
  PARABOLA_INLINE void eachWide(int from, int n, F f) const {
    int i = from;
    for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
      f(Lanes<4 * kLanes>{i});
    }
    switch ((n - i) / kLanes) {
      case 3:
        f(Lanes<3 * kLanes>{i});
        break;
      case 2:
        f(Lanes<2 * kLanes>{i});
        break;
      case 1:
        f(Lanes<kLanes>{i});
        break;
      default:
        break;
    }
  }

  // f(k) for each single item k < count: gathers and scatters over index lists.
  template <class F>
  PARABOLA_INLINE void items(int count, F f) const {
    for (int k = 0; k < count; k++) {
      f(k);
    }
  }

  // The sum of f(i) over all indices, in a fixed order: four running sums of eight lanes, then a tree.
  template <class F>
  PARABOLA_INLINE double sum(int from, int n, F f) const {
    Pack<kLanes> a(0.0);
    int i = from;
    if (n - from < 4 * kLanes) {
      // The other three would be zero, which adds latency and nothing else.
      for (; i < n; i += kLanes) {
        a = a + f(Lanes<kLanes>{i});
      }
      return total(a.r[0]);
    }
    Pack<kLanes> b(0.0), c(0.0), d(0.0);
    for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
      a = a + f(Lanes<kLanes>{i});
      b = b + f(Lanes<kLanes>{i + kLanes});
      c = c + f(Lanes<kLanes>{i + 2 * kLanes});
      d = d + f(Lanes<kLanes>{i + 3 * kLanes});
    }
    for (; i < n; i += kLanes) {
      a = a + f(Lanes<kLanes>{i});
    }
    return total(((a + b) + (c + d)).r[0]);
  }
  template <class F>
  PARABOLA_INLINE double sum(int n, F f) const {
    return sum(0, n, f);
  }

  // Two sums in one pass: f(i, x, y) adds to x and y.
  template <class F>
  PARABOLA_INLINE void sums(int n, double& x, double& y, F f) const {
    Pack<kLanes> a(0.0), b(0.0);
    for (int i = 0; i < n; i += kLanes) {
      f(Lanes<kLanes>{i}, a, b);
    }
    x = total(a.r[0]);
    y = total(b.r[0]);
  }

  // Several sums in one pass: f(i, x) adds to x[0], x[1], …
  template <int K, class F>
  PARABOLA_INLINE void sums(int n, double (&x)[K], F f) const {
    Pack<kLanes> a[K];
    for (int k = 0; k < K; k++) {
      a[k] = Pack<kLanes>(0.0);
    }
    for (int i = 0; i < n; i += kLanes) {
      f(Lanes<kLanes>{i}, a);
    }
    for (int k = 0; k < K; k++) {
      x[k] = total(a[k].r[0]);
    }
  }

  // The smallest f(i); n > 0.
  template <class F>
  PARABOLA_INLINE double minimum(int n, F f) const {
    Pack<kLanes> m = f(Lanes<kLanes>{0});
    for (int i = kLanes; i < n; i += kLanes) {
      m = min(m, f(Lanes<kLanes>{i}));
    }
    return smallest(m.r[0]);
  }

  // Writes the indices for which the mask f(i) is set to `out`, in increasing order; returns how many. `out` has n
  // places.
  template <class F>
  PARABOLA_INLINE int select(int n, int* out, F f) const {
    int count = 0;
    for (int i = 0; i < n; i += kLanes) {
      for (unsigned m = bits(f(Lanes<kLanes>{i}).r[0]); m != 0; m &= m - 1) {
        out[count++] = i + __builtin_ctz(m);
      }
    }
    return count;
  }

  // One lane does it, the others wait.
  template <class F>
  PARABOLA_INLINE void one(F f) const {
    f();
  }
};

}  // namespace parabola::PARABOLA_ISA
