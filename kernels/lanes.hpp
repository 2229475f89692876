// The primitives of group.hpp for many lanes that each work on one number at a time.
//
// What a group of lanes is, is said by seven functions of `Self`:
//
//     lane(), lanes()     which of how many
//     barrier()           all are there before any goes on, and sees what the others wrote
//     combine(x, merge)   one number of all the lanes' numbers, the same bits in each; a barrier
//     total(x)            the same for a sum, and
//     smallest(x)         for a minimum, which are so many that a GPU has them as calls
//     rank(chosen, all)   how many lanes before this one have chosen, and how many `all`; a barrier
//
// Barriers stand before and after everything that writes: before, since others may still be reading what will be
// overwritten, after, since they may read what was written. So code on top of these needs none, and cannot forget one.
#pragma once

#include "group.hpp"

// Loops over a lane's share are short: unrolled, they would be most of the code.

namespace parabola::PARABOLA_ISA {

template <class Self>
class LaneGroup {
 public:
  template <class F>
  PARABOLA_INLINE void each(int from, int n, F f) const {
    share(from, n, [&](int i) { f(Lanes<1>{i}); });
  }
  template <class F>
  PARABOLA_INLINE void each(int n, F f) const {
    each(0, n, f);
  }
  template <class F>
  PARABOLA_INLINE void eachWide(int from, int n, F f) const {
    each(from, n, f);
  }
  template <class F>
  PARABOLA_INLINE void items(int count, F f) const {
    share(0, count, f);
  }

  template <class F>
  PARABOLA_INLINE double sum(int from, int n, F f) const {
    double s = 0;
    PARABOLA_ROLLED
    for (int i = from + self().lane(); i < n; i += self().lanes()) {
      s += f(Lanes<1>{i}).r[0];
    }
    return self().total(s);
  }
  template <class F>
  PARABOLA_INLINE double sum(int n, F f) const {
    return sum(0, n, f);
  }
  template <class F>
  PARABOLA_INLINE void sums(int n, double& x, double& y, F f) const {
    Pack<1> a(0.0), b(0.0);
    PARABOLA_ROLLED
    for (int i = self().lane(); i < n; i += self().lanes()) {
      f(Lanes<1>{i}, a, b);
    }
    struct Two {
      double x, y;
    };
    const Two two = self().combine(Two{a.r[0], b.r[0]}, [](const Two& s, const Two& t) {
      return Two{s.x + t.x, s.y + t.y};
    });
    x = two.x;
    y = two.y;
  }
  template <int K, class F>
  PARABOLA_INLINE void sums(int n, double (&x)[K], F f) const {
    struct Several {
      Pack<1> s[K];
    };
    Several several;
    PARABOLA_UNROLL
    for (int k = 0; k < K; k++) {
      several.s[k] = Pack<1>(0.0);
    }
    for (int i = self().lane(); i < n; i += self().lanes()) {
      f(Lanes<1>{i}, several.s);
    }
    several = self().combine(several, [](Several a, const Several& b) {
      PARABOLA_UNROLL
      for (int k = 0; k < K; k++) {
        a.s[k] = a.s[k] + b.s[k];
      }
      return a;
    });
    PARABOLA_UNROLL
    for (int k = 0; k < K; k++) {
      x[k] = several.s[k].r[0];
    }
  }
  template <class F>
  PARABOLA_INLINE void sumEach(int from, int n, int count, double* out, F f) const {
    struct Block {
      double s[kBlock];
    };
    Block block;
    PARABOLA_UNROLL
    for (int c = 0; c < kBlock; c++) {
      block.s[c] = 0;
    }
    PARABOLA_ROLLED
    for (int i = from + self().lane(); i < n; i += self().lanes()) {
      PARABOLA_UNROLL
      for (int c = 0; c < kBlock; c++) {
        if (c < count) {
          block.s[c] += f(Lanes<1>{i}, c).r[0];
        }
      }
    }
    block = self().combine(block, [](Block s, const Block& t) {
      PARABOLA_UNROLL
      for (int c = 0; c < kBlock; c++) {
        s.s[c] += t.s[c];
      }
      return s;
    });
    PARABOLA_UNROLL
    for (int c = 0; c < kBlock; c++) {
      out[c] = block.s[c];
    }
  }

  template <class F>
  PARABOLA_INLINE double minimum(int n, F f) const {
    double m = INFINITY;
    PARABOLA_ROLLED
    for (int i = self().lane(); i < n; i += self().lanes()) {
      const double x = f(Lanes<1>{i}).r[0];
      m = x < m ? x : m;
    }
    return self().smallest(m);
  }

  template <class F>
  PARABOLA_INLINE int select(int n, int* out, F f) const {
    return compact(n, out, n, [&](int i) { return bits(f(Lanes<1>{i}).r[0]) != 0 ? i : -1; });
  }

  template <class T, class Fold, class Merge>
  PARABOLA_INLINE T reduce(int count, T start, T zero, Fold fold, Merge merge) const {
    T x = self().lane() == 0 ? start : zero;
    PARABOLA_ROLLED
    for (int k = self().lane(); k < count; k += self().lanes()) {
      fold(k, x);
    }
    return self().combine(x, merge);
  }
  template <class T, class Fold, class Merge>
  PARABOLA_INLINE T sweep(int count, T start, T zero, Fold fold, Merge merge) const {
    self().barrier();
    return reduce(count, start, zero, fold, merge);
  }
  template <class F>
  PARABOLA_INLINE double accumulate(int count, double start, F f) const {
    double s = self().lane() == 0 ? start : 0.0;
    PARABOLA_ROLLED
    for (int k = self().lane(); k < count; k += self().lanes()) {
      s = f(k, s);
    }
    return self().total(s);
  }
  template <class F>
  PARABOLA_INLINE double largest(int count, double start, F f) const {
    double m = -start;
    PARABOLA_ROLLED
    for (int k = self().lane(); k < count; k += self().lanes()) {
      const double x = -f(k);
      m = x < m ? x : m;
    }
    return -self().smallest(m);
  }
  template <class F>
  PARABOLA_INLINE Best best(int count, double start, F f) const {
    const Best none{start, -1};
    return reduce(
        count, none, none,
        [&](int k, Best& b) {
          if (const double x = f(k); x > b.value) {
            b = {x, k};
          }
        },
        [](const Best& a, const Best& b) {
          const bool earlier = a.at >= 0 && (b.at < 0 || a.at < b.at);
          return a.value > b.value || (a.value == b.value && earlier) ? a : b;
        });
  }
  template <class F>
  PARABOLA_INLINE int count(int count, F f) const {
    return reduce(
        count, 0, 0, [&](int k, int& many) { many += f(k) ? 1 : 0; }, [](int a, int b) { return a + b; });
  }
  template <class F>
  PARABOLA_INLINE int leading(int count, F f) const {
    return -static_cast<int>(largest(count, -count, [&](int k) { return f(k) ? -count : -k; }));
  }
  template <class F>
  PARABOLA_INLINE bool all(int count, F f) const {
    return this->count(count, [&](int k) { return !f(k); }) == 0;
  }

  template <class F>
  PARABOLA_INLINE int choose(int count, int* out, int most, F f) const {
    return compact(count, out, most, f);
  }
  template <class F>
  PARABOLA_INLINE int keep(int count, int* list, F f) const {
    self().barrier();
    // Entries move towards the front only, so what a chunk overwrites has been read.
    return compact(count, list, count, [&](int k) {
      const int entry = list[k];
      return f(k) ? entry : -1;
    });
  }
  template <class T>
  PARABOLA_INLINE void takeOut(int count, T* list, int position) const {
    PARABOLA_ROLLED
    for (int from = position; from + 1 < count; from += self().lanes()) {
      const int k = from + self().lane();
      const bool moves = k + 1 < count;
      const T next = moves ? list[k + 1] : T();
      self().barrier();
      if (moves) {
        list[k] = next;
      }
    }
    self().barrier();
  }

  template <class F>
  PARABOLA_INLINE void one(F f) const {
    self().barrier();
    if (self().lane() == 0) {
      f();
    }
    self().barrier();
  }
  PARABOLA_INLINE void meet() const { self().barrier(); }
  template <class F>
  PARABOLA_INLINE void put(F f) const {
    if (self().lane() == 0) {
      f();
    }
  }

 private:
  PARABOLA_INLINE const Self& self() const { return static_cast<const Self&>(*this); }

  template <class F>
  PARABOLA_INLINE void share(int from, int n, F f) const {
    self().barrier();
    PARABOLA_ROLLED
    for (int i = from + self().lane(); i < n; i += self().lanes()) {
      f(i);
    }
    self().barrier();
  }

  template <class F>
  PARABOLA_INLINE int compact(int n, int* out, int most, F f) const {
    int many = 0;
    PARABOLA_ROLLED
    for (int from = 0; from < n && many < most; from += self().lanes()) {
      const int k = from + self().lane();
      const int x = k < n ? f(k) : -1;
      int all;
      const int at = many + self().rank(x >= 0, all);
      if (x >= 0 && at < most) {
        out[at] = x;
      }
      many += all;
    }
    self().barrier();
    return many < most ? many : most;
  }
};

}  // namespace parabola::PARABOLA_ISA
