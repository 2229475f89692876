// Eight doubles that a CPU core works on at once, and wider bundles of them.
//
// Every instruction set computes the same eight-lane operations in the same order, so AVX-512 (one register) and
// AVX2 (two) give the same bits; the portable path differs only where it lacks a fused multiply-add.
//
// Where many lanes share a portfolio (a CUDA thread block, see lanes.hpp) each of them works on one number at a time: a
// pack is a double, and there is no padding.
//
// All of it lives in a namespace named after the instruction set: the headers are compiled once per set into one
// binary, and the linker must never merge a function built for AVX-512 with its portable twin.
#pragma once

#include <cmath>
#include <type_traits>
#include <utility>

#if defined(__CUDACC__) && !defined(PARABOLA_SINGLE_LANE)
#define PARABOLA_SINGLE_LANE
#endif

#if !defined(PARABOLA_SINGLE_LANE) && (defined(__AVX512F__) || defined(__AVX2__))
#include <immintrin.h>
#endif

#if defined(PARABOLA_SINGLE_LANE)
#define PARABOLA_ISA device
#elif defined(__AVX512F__)
#define PARABOLA_ISA avx512
#elif defined(__AVX2__) && defined(__FMA__)
#define PARABOLA_ISA avx2
#else
#define PARABOLA_ISA portable
#endif

// Before every function of the kernels. The second kind is always inlined, the third kind on CPUs; the fourth tells the
// host sizes. For a GPU functions are calls: with all of it in one, a compiler takes minutes, and every register.
#if defined(__CUDACC__)
#define PARABOLA_FUNCTION inline __device__ __noinline__
#define PARABOLA_INLINE inline __device__ __attribute__((always_inline))
#define PARABOLA_LARGE inline __device__ __noinline__
#define PARABOLA_SIZE inline __host__ __device__
#define PARABOLA_UNROLL _Pragma("unroll")
#define PARABOLA_ROLLED _Pragma("unroll 1")
#else
#define PARABOLA_FUNCTION inline
#define PARABOLA_INLINE inline __attribute__((always_inline))
#define PARABOLA_LARGE inline __attribute__((always_inline))
#define PARABOLA_SIZE inline
#define PARABOLA_UNROLL _Pragma("GCC unroll 8")
#define PARABOLA_ROLLED
#endif

namespace parabola::PARABOLA_ISA {

#if defined(PARABOLA_SINGLE_LANE)
constexpr int kLanes = 1;
#else
constexpr int kLanes = 8;
#endif

// Whether the processor has 32 registers of eight lanes, and not 16 of four.
#if defined(__AVX512F__)
constexpr bool kManyRegisters = true;
#else
constexpr bool kManyRegisters = false;
#endif

// x y + z in one rounding where the lanes below do it so.
PARABOLA_INLINE double fma(double x, double y, double z) {
#if defined(__FMA__) || defined(__CUDACC__)
  return __builtin_fma(x, y, z);
#else
  return x * y + z;
#endif
}

// z - x y in one rounding where the lanes below do it so: the same bits as with fma and -x, but one instruction.
PARABOLA_INLINE double fnma(double x, double y, double z) { return fma(-x, y, z); }

#if defined(PARABOLA_SINGLE_LANE)

using Register = double;
using MaskRegister = bool;

PARABOLA_INLINE Register set(double x) { return x; }
PARABOLA_INLINE Register loadRegister(const double* p) { return *p; }
PARABOLA_INLINE void storeRegister(double* p, Register x) { *p = x; }
PARABOLA_INLINE Register add(Register a, Register b) { return a + b; }
PARABOLA_INLINE Register sub(Register a, Register b) { return a - b; }
PARABOLA_INLINE Register mul(Register a, Register b) { return a * b; }
PARABOLA_INLINE Register divide(Register a, Register b) { return a / b; }
PARABOLA_INLINE Register squareRoot(Register a) { return std::sqrt(a); }
PARABOLA_INLINE Register min(Register a, Register b) { return a < b ? a : b; }
PARABOLA_INLINE Register max(Register a, Register b) { return a > b ? a : b; }
PARABOLA_INLINE MaskRegister less(Register a, Register b) { return a < b; }
PARABOLA_INLINE Register select(MaskRegister m, Register a, Register b) { return m ? a : b; }
PARABOLA_INLINE MaskRegister both(MaskRegister a, MaskRegister b) { return a && b; }
PARABOLA_INLINE MaskRegister either(MaskRegister a, MaskRegister b) { return a || b; }
PARABOLA_INLINE unsigned bits(MaskRegister m) { return m ? 1U : 0U; }
PARABOLA_INLINE Register firstLanes(Register x, int) { return x; }

#elif defined(__AVX512F__)

using Register = __m512d;
using MaskRegister = __mmask8;

PARABOLA_INLINE Register set(double x) { return _mm512_set1_pd(x); }
PARABOLA_INLINE Register loadRegister(const double* p) { return _mm512_loadu_pd(p); }
PARABOLA_INLINE void storeRegister(double* p, Register x) { _mm512_storeu_pd(p, x); }
PARABOLA_INLINE Register add(Register a, Register b) { return _mm512_add_pd(a, b); }
PARABOLA_INLINE Register sub(Register a, Register b) { return _mm512_sub_pd(a, b); }
PARABOLA_INLINE Register mul(Register a, Register b) { return _mm512_mul_pd(a, b); }
PARABOLA_INLINE Register divide(Register a, Register b) { return _mm512_div_pd(a, b); }
PARABOLA_INLINE Register squareRoot(Register a) { return _mm512_sqrt_pd(a); }
PARABOLA_INLINE Register fma(Register a, Register b, Register c) { return _mm512_fmadd_pd(a, b, c); }
PARABOLA_INLINE Register fnma(Register a, Register b, Register c) { return _mm512_fnmadd_pd(a, b, c); }
PARABOLA_INLINE Register min(Register a, Register b) { return _mm512_min_pd(a, b); }
PARABOLA_INLINE Register max(Register a, Register b) { return _mm512_max_pd(a, b); }
PARABOLA_INLINE MaskRegister less(Register a, Register b) { return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ); }
PARABOLA_INLINE Register select(MaskRegister m, Register a, Register b) { return _mm512_mask_blend_pd(m, b, a); }
PARABOLA_INLINE MaskRegister both(MaskRegister a, MaskRegister b) { return a & b; }
PARABOLA_INLINE MaskRegister either(MaskRegister a, MaskRegister b) { return a | b; }
PARABOLA_INLINE unsigned bits(MaskRegister m) { return m; }

template <int kLane>
PARABOLA_INLINE Register spreadLane(Register x) {
  return _mm512_permutexvar_pd(_mm512_set1_epi64(kLane), x);
}
template <int kLane>
PARABOLA_INLINE Register replaceLane(Register x, Register y) {
  return _mm512_mask_blend_pd(1U << kLane, x, y);
}
PARABOLA_INLINE Register firstLanes(Register x, int count) {
  return _mm512_maskz_mov_pd(static_cast<__mmask8>(count < kLanes ? (1U << count) - 1 : 255U), x);
}

#elif defined(__AVX2__) && defined(__FMA__)

struct Register {
  __m256d a, b;
};
using MaskRegister = Register;

PARABOLA_INLINE Register set(double x) { return {_mm256_set1_pd(x), _mm256_set1_pd(x)}; }
PARABOLA_INLINE Register loadRegister(const double* p) { return {_mm256_loadu_pd(p), _mm256_loadu_pd(p + 4)}; }
PARABOLA_INLINE void storeRegister(double* p, Register x) {
  _mm256_storeu_pd(p, x.a);
  _mm256_storeu_pd(p + 4, x.b);
}
PARABOLA_INLINE Register add(Register x, Register y) { return {_mm256_add_pd(x.a, y.a), _mm256_add_pd(x.b, y.b)}; }
PARABOLA_INLINE Register sub(Register x, Register y) { return {_mm256_sub_pd(x.a, y.a), _mm256_sub_pd(x.b, y.b)}; }
PARABOLA_INLINE Register mul(Register x, Register y) { return {_mm256_mul_pd(x.a, y.a), _mm256_mul_pd(x.b, y.b)}; }
PARABOLA_INLINE Register divide(Register x, Register y) { return {_mm256_div_pd(x.a, y.a), _mm256_div_pd(x.b, y.b)}; }
PARABOLA_INLINE Register squareRoot(Register x) { return {_mm256_sqrt_pd(x.a), _mm256_sqrt_pd(x.b)}; }
PARABOLA_INLINE Register fma(Register x, Register y, Register z) {
  return {_mm256_fmadd_pd(x.a, y.a, z.a), _mm256_fmadd_pd(x.b, y.b, z.b)};
}
PARABOLA_INLINE Register fnma(Register x, Register y, Register z) {
  return {_mm256_fnmadd_pd(x.a, y.a, z.a), _mm256_fnmadd_pd(x.b, y.b, z.b)};
}
PARABOLA_INLINE Register min(Register x, Register y) { return {_mm256_min_pd(x.a, y.a), _mm256_min_pd(x.b, y.b)}; }
PARABOLA_INLINE Register max(Register x, Register y) { return {_mm256_max_pd(x.a, y.a), _mm256_max_pd(x.b, y.b)}; }
PARABOLA_INLINE MaskRegister less(Register x, Register y) {
  return {_mm256_cmp_pd(x.a, y.a, _CMP_LT_OQ), _mm256_cmp_pd(x.b, y.b, _CMP_LT_OQ)};
}
PARABOLA_INLINE Register select(MaskRegister m, Register x, Register y) {
  return {_mm256_blendv_pd(y.a, x.a, m.a), _mm256_blendv_pd(y.b, x.b, m.b)};
}
PARABOLA_INLINE MaskRegister both(MaskRegister x, MaskRegister y) {
  return {_mm256_and_pd(x.a, y.a), _mm256_and_pd(x.b, y.b)};
}
PARABOLA_INLINE MaskRegister either(MaskRegister x, MaskRegister y) {
  return {_mm256_or_pd(x.a, y.a), _mm256_or_pd(x.b, y.b)};
}
PARABOLA_INLINE unsigned bits(MaskRegister m) {
  return static_cast<unsigned>(_mm256_movemask_pd(m.a)) | static_cast<unsigned>(_mm256_movemask_pd(m.b)) << 4;
}

template <int kLane>
PARABOLA_INLINE Register spreadLane(Register x) {
  const __m256d v = _mm256_permute4x64_pd(kLane < 4 ? x.a : x.b, kLane % 4 * 0x55);
  return {v, v};
}
template <int kLane>
PARABOLA_INLINE Register replaceLane(Register x, Register y) {
  return {_mm256_blend_pd(x.a, y.a, kLane < 4 ? 1 << kLane % 4 : 0),
          _mm256_blend_pd(x.b, y.b, kLane < 4 ? 0 : 1 << kLane % 4)};
}
PARABOLA_INLINE Register firstLanes(Register x, int count) {
  const __m256d last = _mm256_set1_pd(count);
  return {_mm256_and_pd(x.a, _mm256_cmp_pd(_mm256_set_pd(3, 2, 1, 0), last, _CMP_LT_OQ)),
          _mm256_and_pd(x.b, _mm256_cmp_pd(_mm256_set_pd(7, 6, 5, 4), last, _CMP_LT_OQ))};
}

#else

struct Register {
  double v[kLanes];
};
using MaskRegister = unsigned;

#define PARABOLA_LANES(expression)   \
  Register r;                        \
  for (int l = 0; l < kLanes; l++) { \
    r.v[l] = (expression);           \
  }                                  \
  return r

PARABOLA_INLINE Register set(double x) { PARABOLA_LANES(x); }
PARABOLA_INLINE Register loadRegister(const double* p) { PARABOLA_LANES(p[l]); }
PARABOLA_INLINE void storeRegister(double* p, const Register& x) {
  for (int l = 0; l < kLanes; l++) {
    p[l] = x.v[l];
  }
}
PARABOLA_INLINE Register add(const Register& x, const Register& y) { PARABOLA_LANES(x.v[l] + y.v[l]); }
PARABOLA_INLINE Register sub(const Register& x, const Register& y) { PARABOLA_LANES(x.v[l] - y.v[l]); }
PARABOLA_INLINE Register mul(const Register& x, const Register& y) { PARABOLA_LANES(x.v[l] * y.v[l]); }
PARABOLA_INLINE Register divide(const Register& x, const Register& y) { PARABOLA_LANES(x.v[l] / y.v[l]); }
PARABOLA_INLINE Register squareRoot(const Register& x) { PARABOLA_LANES(std::sqrt(x.v[l])); }
PARABOLA_INLINE Register fma(const Register& x, const Register& y, const Register& z) {
  PARABOLA_LANES(x.v[l] * y.v[l] + z.v[l]);
}
PARABOLA_INLINE Register fnma(const Register& x, const Register& y, const Register& z) {
  PARABOLA_LANES(-x.v[l] * y.v[l] + z.v[l]);
}
PARABOLA_INLINE Register min(const Register& x, const Register& y) {
  PARABOLA_LANES(x.v[l] < y.v[l] ? x.v[l] : y.v[l]);
}
PARABOLA_INLINE Register max(const Register& x, const Register& y) {
  PARABOLA_LANES(x.v[l] > y.v[l] ? x.v[l] : y.v[l]);
}
PARABOLA_INLINE MaskRegister less(const Register& x, const Register& y) {
  unsigned m = 0;
  for (int l = 0; l < kLanes; l++) {
    m |= static_cast<unsigned>(x.v[l] < y.v[l]) << l;
  }
  return m;
}
PARABOLA_INLINE Register select(MaskRegister m, const Register& x, const Register& y) {
  PARABOLA_LANES((m >> l & 1U) != 0 ? x.v[l] : y.v[l]);
}
PARABOLA_INLINE MaskRegister both(MaskRegister a, MaskRegister b) { return a & b; }
PARABOLA_INLINE MaskRegister either(MaskRegister a, MaskRegister b) { return a | b; }
PARABOLA_INLINE unsigned bits(MaskRegister m) { return m; }

template <int kLane>
PARABOLA_INLINE Register spreadLane(const Register& x) {
  return set(x.v[kLane]);
}
template <int kLane>
PARABOLA_INLINE Register replaceLane(Register x, const Register& y) {
  x.v[kLane] = y.v[kLane];
  return x;
}
PARABOLA_INLINE Register firstLanes(const Register& x, int count) { PARABOLA_LANES(l < count ? x.v[l] : 0); }

#undef PARABOLA_LANES

#endif

// The sum of eight lanes as a fixed tree, the same on every instruction set:
// ((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7)).
PARABOLA_INLINE double total(const Register& x) {
#if defined(PARABOLA_SINGLE_LANE)
  return x;
#elif defined(__AVX512F__) || (defined(__AVX2__) && defined(__FMA__))
#if defined(__AVX512F__)
  const __m256d four = _mm256_add_pd(_mm512_castpd512_pd256(x), _mm512_extractf64x4_pd(x, 1));
#else
  const __m256d four = _mm256_add_pd(x.a, x.b);
#endif
  const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
  return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
#else
  return ((x.v[0] + x.v[4]) + (x.v[2] + x.v[6])) + ((x.v[1] + x.v[5]) + (x.v[3] + x.v[7]));
#endif
}
PARABOLA_INLINE double smallest(const Register& x) {
  double v[kLanes];
  storeRegister(v, x);
  double m = v[0];
  for (int l = 1; l < kLanes; l++) {
    m = v[l] < m ? v[l] : m;
  }
  return m;
}

#if !defined(PARABOLA_SINGLE_LANE) && defined(__AVX2__) && defined(__FMA__)
#define PARABOLA_HAS_WORDS

// Eight words of 64 bits, and the doubles that they spell; where the processor works on all of them at once.
struct Words {
#if defined(__AVX512F__)
  __m512i v;
#else
  __m256i a, b;
#endif
};

#if defined(__AVX512F__)
#define PARABOLA_WORDS(name, expression, ...) \
  PARABOLA_INLINE Words name(__VA_ARGS__) { return {expression}; }
PARABOLA_WORDS(words, _mm512_set1_epi64(static_cast<long long>(x)), unsigned long long x)
PARABOLA_WORDS(loadWords, _mm512_loadu_si512(p), const unsigned long long* p)
PARABOLA_WORDS(operator+, _mm512_add_epi64(x.v, y.v), const Words& x, const Words& y)
PARABOLA_WORDS(operator-, _mm512_sub_epi64(x.v, y.v), const Words& x, const Words& y)
PARABOLA_WORDS(operator^, _mm512_xor_si512(x.v, y.v), const Words& x, const Words& y)
PARABOLA_WORDS(operator|, _mm512_or_si512(x.v, y.v), const Words& x, const Words& y)
PARABOLA_WORDS(operator&, _mm512_and_si512(x.v, y.v), const Words& x, const Words& y)
PARABOLA_WORDS(lowProduct, _mm512_mul_epu32(x.v, y.v), const Words& x, const Words& y)
template <int kBits>
PARABOLA_WORDS(shiftLeft, _mm512_slli_epi64(x.v, kBits), const Words& x)
template <int kBits>
PARABOLA_WORDS(shiftRight, _mm512_srli_epi64(x.v, kBits), const Words& x)
PARABOLA_WORDS(spelling, _mm512_castpd_si512(x), const Register& x) PARABOLA_INLINE Register spelt(const Words& x) {
  return _mm512_castsi512_pd(x.v);
}
#undef PARABOLA_WORDS
#else
#define PARABOLA_WORDS(name, function) \
  PARABOLA_INLINE Words name(const Words& x, const Words& y) { return {function(x.a, y.a), function(x.b, y.b)}; }
PARABOLA_WORDS(operator+, _mm256_add_epi64)
PARABOLA_WORDS(operator-, _mm256_sub_epi64)
PARABOLA_WORDS(operator^, _mm256_xor_si256)
PARABOLA_WORDS(operator|, _mm256_or_si256)
PARABOLA_WORDS(operator&, _mm256_and_si256)
PARABOLA_WORDS(lowProduct, _mm256_mul_epu32)
#undef PARABOLA_WORDS
PARABOLA_INLINE Words words(unsigned long long x) {
  const __m256i v = _mm256_set1_epi64x(static_cast<long long>(x));
  return {v, v};
}
PARABOLA_INLINE Words loadWords(const unsigned long long* p) {
  return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)),
          _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 4))};
}
template <int kBits>
PARABOLA_INLINE Words shiftLeft(const Words& x) {
  return {_mm256_slli_epi64(x.a, kBits), _mm256_slli_epi64(x.b, kBits)};
}
template <int kBits>
PARABOLA_INLINE Words shiftRight(const Words& x) {
  return {_mm256_srli_epi64(x.a, kBits), _mm256_srli_epi64(x.b, kBits)};
}
PARABOLA_INLINE Words spelling(const Register& x) { return {_mm256_castpd_si256(x.a), _mm256_castpd_si256(x.b)}; }
PARABOLA_INLINE Register spelt(const Words& x) { return {_mm256_castsi256_pd(x.a), _mm256_castsi256_pd(x.b)}; }
#endif

#endif

// W doubles in W/kLanes registers. Wide packs hide the latency of the multiply-add in loops that accumulate.
template <int W>
struct Pack {
  static constexpr int kRegisters = W / kLanes;
  Register r[kRegisters];

  Pack() = default;
  PARABOLA_INLINE Pack(double x) {  // NOLINT: a number is a pack of equal numbers
    for (int k = 0; k < kRegisters; k++) {
      r[k] = set(x);
    }
  }
};

template <int W>
struct Mask {
  MaskRegister r[W / kLanes];
};

#define PARABOLA_BINARY(name, function)                              \
  template <int W>                                                   \
  PARABOLA_INLINE Pack<W> name(const Pack<W>& a, const Pack<W>& b) { \
    Pack<W> c;                                                       \
    for (int k = 0; k < Pack<W>::kRegisters; k++) {                  \
      c.r[k] = function(a.r[k], b.r[k]);                             \
    }                                                                \
    return c;                                                        \
  }

PARABOLA_BINARY(operator+, add)
PARABOLA_BINARY(operator-, sub)
PARABOLA_BINARY(operator*, mul)
PARABOLA_BINARY(operator/, divide)
PARABOLA_BINARY(min, min)
PARABOLA_BINARY(max, max)

#undef PARABOLA_BINARY

#define PARABOLA_TERNARY(name)                                                         \
  template <int W>                                                                     \
  PARABOLA_INLINE Pack<W> name(const Pack<W>& a, const Pack<W>& b, const Pack<W>& c) { \
    Pack<W> d;                                                                         \
    for (int k = 0; k < Pack<W>::kRegisters; k++) {                                    \
      d.r[k] = name(a.r[k], b.r[k], c.r[k]);                                           \
    }                                                                                  \
    return d;                                                                          \
  }

PARABOLA_TERNARY(fma)
PARABOLA_TERNARY(fnma)

#undef PARABOLA_TERNARY

// p at as many places as there are lanes. On CPUs they are loads of their own: instructions that gather are slow on
// some.
PARABOLA_INLINE Pack<kLanes> pick(const double* p, const int* at) {
  Pack<kLanes> x;
#if defined(PARABOLA_SINGLE_LANE)
  x.r[0] = p[at[0]];
#elif defined(__AVX512F__)
  x.r[0] = _mm512_set_pd(p[at[7]], p[at[6]], p[at[5]], p[at[4]], p[at[3]], p[at[2]], p[at[1]], p[at[0]]);
#elif defined(__AVX2__) && defined(__FMA__)
  x.r[0] = {_mm256_set_pd(p[at[3]], p[at[2]], p[at[1]], p[at[0]]),
            _mm256_set_pd(p[at[7]], p[at[6]], p[at[5]], p[at[4]])};
#else
  for (int l = 0; l < kLanes; l++) {
    x.r[0].v[l] = p[at[l]];
  }
#endif
  return x;
}

// Zeros but in the first `count` lanes, at least one.
PARABOLA_INLINE Pack<kLanes> firstLanes(Pack<kLanes> x, int count) {
  x.r[0] = firstLanes(x.r[0], count);
  return x;
}

#if !defined(PARABOLA_SINGLE_LANE)
// One of eight lanes in all of them; and another number in one of them.
template <int kLane>
PARABOLA_INLINE Pack<kLanes> spreadLane(const Pack<kLanes>& x) {
  Pack<kLanes> y;
  y.r[0] = spreadLane<kLane>(x.r[0]);
  return y;
}
template <int kLane>
PARABOLA_INLINE Pack<kLanes> replaceLane(Pack<kLanes> x, const Pack<kLanes>& y) {
  x.r[0] = replaceLane<kLane>(x.r[0], y.r[0]);
  return x;
}

// f(0), f(1), … f(7), each as a constant.
template <class F, int... kLane>
PARABOLA_INLINE void eachLane(F f, std::integer_sequence<int, kLane...>) {
  (f(std::integral_constant<int, kLane>()), ...);
}
template <class F>
PARABOLA_INLINE void eachLane(F f) {
  eachLane(f, std::make_integer_sequence<int, kLanes>());
}
#endif

template <int W>
PARABOLA_INLINE Pack<W> squareRoot(const Pack<W>& a) {
  Pack<W> b;
  for (int k = 0; k < Pack<W>::kRegisters; k++) {
    b.r[k] = squareRoot(a.r[k]);
  }
  return b;
}

#define PARABOLA_MASK(name, In, function)                        \
  template <int W>                                               \
  PARABOLA_INLINE Mask<W> name(const In<W>& a, const In<W>& b) { \
    Mask<W> m;                                                   \
    for (int k = 0; k < Pack<W>::kRegisters; k++) {              \
      m.r[k] = function(a.r[k], b.r[k]);                         \
    }                                                            \
    return m;                                                    \
  }

PARABOLA_MASK(operator<, Pack, less)
PARABOLA_MASK(operator&&, Mask, both)
PARABOLA_MASK(operator||, Mask, either)

#undef PARABOLA_MASK

template <int W>
PARABOLA_INLINE Pack<W> select(const Mask<W>& m, const Pack<W>& a, const Pack<W>& b) {
  Pack<W> c;
  for (int k = 0; k < Pack<W>::kRegisters; k++) {
    c.r[k] = select(m.r[k], a.r[k], b.r[k]);
  }
  return c;
}

}  // namespace parabola::PARABOLA_ISA
