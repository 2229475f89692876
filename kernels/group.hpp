// The set of lanes that work on one portfolio.
//
// The algorithms are written once against these primitives. Lanes share the indices of a loop, and all of them are done
// when it returns; a sum is a tree of fixed shape. SerialGroup is one CPU thread: eight indices at a time in SIMD
// registers. Every array of n numbers is padded to a multiple of kLanes, and the padding holds values that are neutral
// in every formula (an asset with bounds [0, 0] and zero covariance), so no loop has a tail.
//
// What holds for every group: an array element is written by one lane, inside a primitive, and read by others when the
// primitive has returned; numbers in variables are the same in all lanes, as every decision has to be. So a loop over
// an array that is not one of these primitives may read and must not write.
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

// As many as are worth handling together, whatever the lanes: a matter of speed.
constexpr int kBlock = 8;

// What a search among items found: the first position of the largest value, or -1.
struct Best {
  double value;
  int at;
};

PARABOLA_SIZE constexpr int padded(int n) { return (n + kLanes - 1) / kLanes * kLanes; }

// Writes the indices from i on whose bits are set to `out`; returns how many. All eight places there may be
// overwritten.
PARABOLA_INLINE int writeIndices(unsigned set, int i, int* out) {
#if defined(__AVX512F__) && defined(__AVX512VL__)
  // Without a branch, and by way of a register: to compress straight into memory is slow on some processors.
  const __m256i all = _mm256_add_epi32(_mm256_set1_epi32(i), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm256_maskz_compress_epi32(static_cast<__mmask8>(set), all));
  return __builtin_popcount(set);
#else
  int count = 0;
  for (; set != 0; set &= set - 1) {
    out[count++] = i + __builtin_ctz(set);
  }
  return count;
#endif
}

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
  // places, all of which may be overwritten.
  template <class F>
  PARABOLA_INLINE int select(int n, int* out, F f) const {
    int count = 0;
    for (int i = 0; i < n; i += kLanes) {
      count += writeIndices(bits(f(Lanes<kLanes>{i}).r[0]), i, out + count);
    }
    return count;
  }

  // Several sums at once: out[c] becomes the sum of f(i, c), for c < count <= kBlock.
  template <class F>
  PARABOLA_INLINE void sumEach(int from, int n, int count, double* out, F f) const {
    for (int c = 0; c < count; c++) {
      out[c] = sum(from, n, [&](auto i) { return f(i, c); });
    }
  }

  // What fold(k, x) makes of x for all k < count, from `start`. Where lanes have a share each, all but one of them
  // start from `zero`, and merge(x, y) makes one of two; its order is fixed.
  template <class T, class Fold, class Merge>
  PARABOLA_INLINE T reduce(int count, T start, T, Fold fold, Merge) const {
    for (int k = 0; k < count; k++) {
      fold(k, start);
    }
    return start;
  }

  // The same for a fold that also writes what belongs to its item.
  template <class T, class Fold, class Merge>
  PARABOLA_INLINE T sweep(int count, T start, T zero, Fold fold, Merge merge) const {
    return reduce(count, start, zero, fold, merge);
  }

  // start + a sum over items: f(k, s) is s and something more.
  template <class F>
  PARABOLA_INLINE double accumulate(int count, double start, F f) const {
    for (int k = 0; k < count; k++) {
      start = f(k, start);
    }
    return start;
  }

  // The largest of `start` and all f(k).
  template <class F>
  PARABOLA_INLINE double largest(int count, double start, F f) const {
    for (int k = 0; k < count; k++) {
      const double x = f(k);
      start = x > start ? x : start;
    }
    return start;
  }

  // The first k with the largest f(k) of those above `start`.
  template <class F>
  PARABOLA_INLINE Best best(int count, double start, F f) const {
    Best best{start, -1};
    for (int k = 0; k < count; k++) {
      if (const double x = f(k); x > best.value) {
        best = {x, k};
      }
    }
    return best;
  }

  // For how many k < count f(k) holds.
  template <class F>
  PARABOLA_INLINE int count(int count, F f) const {
    int many = 0;
    for (int k = 0; k < count; k++) {
      many += f(k);
    }
    return many;
  }

  // How many of the first k < count f(k) holds for before it does not.
  template <class F>
  PARABOLA_INLINE int leading(int count, F f) const {
    int k = 0;
    while (k < count && f(k)) {
      k++;
    }
    return k;
  }

  // Whether f(k) holds for all k < count.
  template <class F>
  PARABOLA_INLINE bool all(int count, F f) const {
    bool all = true;
    for (int k = 0; k < count; k++) {
      all = all && f(k);
    }
    return all;
  }

  // Writes those f(k), k < count, that are not negative to `out` in the order of k, the first `most` of them; returns
  // how many.
  template <class F>
  PARABOLA_INLINE int choose(int count, int* out, int most, F f) const {
    int many = 0;
    for (int k = 0; k < count && many < most; k++) {
      if (const int x = f(k); x >= 0) {
        out[many++] = x;
      }
    }
    return many;
  }

  // Of a list keeps the entries for whose position f(k) holds, in their order; returns how many. f may write what
  // belongs to the entry.
  template <class F>
  PARABOLA_INLINE int keep(int count, int* list, F f) const {
    int stay = 0;
    for (int k = 0; k < count; k++) {
      const int entry = list[k];
      if (f(k)) {
        list[stay++] = entry;
      }
    }
    return stay;
  }

  // Takes the entry at `position` out of a list of `count`.
  template <class T>
  PARABOLA_INLINE void takeOut(int count, T* list, int position) const {
    for (int k = position; k + 1 < count; k++) {
      list[k] = list[k + 1];
    }
  }

  // One lane does it, the others wait.
  template <class F>
  PARABOLA_INLINE void one(F f) const {
    f();
  }

  // What put() left is there for all.
  PARABOLA_INLINE void meet() const {}

  // One lane does it and the others do not wait: for numbers that none of them reads before the next primitive.
  template <class F>
  PARABOLA_INLINE void put(F f) const {
    f();
  }
};

}  // namespace parabola::PARABOLA_ISA
