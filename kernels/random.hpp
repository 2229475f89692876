// Random numbers that are functions of where they are used: of the seed, the path, the step, the asset and what they
// are for. So any division of scenarios into chunks, any number of threads and any engine draws the same; nothing is
// kept from one number to the next.
//
// Bits: Philox4x32-10, Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy as 1, 2, 3 (2011). Normals: the
// quantile of a uniform number, Wichura's algorithm AS 241 (1988), relative error about 1e-16. Everything here is made
// of sums, products, quotients and square roots in a fixed order, no library's logarithm and no fused multiply-add
// among them: every instruction set, every device and Random.java have the same bits.
#pragma once

#include <cstdint>

#include "pack.hpp"

namespace parabola::PARABOLA_ISA {

// What numbers are for: draws of one kind are independent of all others.
enum class Draw : std::uint32_t {
  Normal = 0,
  Common = 1,
  Mixing = 2,
  JumpCount = 3,
  JumpSize = 4,
  Block = 5,
  Regime = 6,
  State = 7,  // of the market a scenario is in, which Java draws
};

struct Bits {
  std::uint32_t word[4];
};

// Of Philox: two multipliers, and what the key moves on by.
constexpr std::uint32_t kFirst = 0xD2511F53;
constexpr std::uint32_t kSecond = 0xCD9E8D57;
constexpr std::uint32_t kGolden = 0x9E3779B9;
constexpr std::uint32_t kRoot = 0xBB67AE85;

// Philox4x32 with ten rounds.
PARABOLA_INLINE Bits philox(Bits counter, std::uint32_t key0, std::uint32_t key1) {
  for (int round = 0; round < 10; round++) {
    const std::uint64_t a = std::uint64_t{kFirst} * counter.word[0];
    const std::uint64_t b = std::uint64_t{kSecond} * counter.word[2];
    counter = {{static_cast<std::uint32_t>(b >> 32) ^ counter.word[1] ^ key0, static_cast<std::uint32_t>(b),
                static_cast<std::uint32_t>(a >> 32) ^ counter.word[3] ^ key1, static_cast<std::uint32_t>(a)}};
    key0 += kGolden;
    key1 += kRoot;
  }
  return counter;
}

// Where a number belongs. Two numbers come from one block: those of places 2k and 2k + 1.
struct Place {
  std::uint64_t seed;
  std::uint64_t path;  // below 2^40
  std::uint32_t step;  // below 2^24
};

PARABOLA_INLINE Bits bitsAt(const Place& at, Draw draw, std::uint32_t pair) {
  const auto high = static_cast<std::uint32_t>(at.path >> 32);
  return philox({{pair, at.step | static_cast<std::uint32_t>(draw) << 24, static_cast<std::uint32_t>(at.path), high}},
                static_cast<std::uint32_t>(at.seed), static_cast<std::uint32_t>(at.seed >> 32));
}

// Of 52 bits, the middle of their interval: above 0, below 1, symmetric, and exact.
PARABOLA_INLINE double uniformOf(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t bits = (std::uint64_t{high} << 32 | low) >> 12;
  return (static_cast<double>(bits) + 0.5) * 0x1p-52;
}

// ln x for a normal x > 0, by the series of 2 atanh((m - 1)/(m + 1)) for m in [sqrt(1/2), sqrt(2)]; within two
// roundings.
PARABOLA_INLINE double logarithm(double x) {
  constexpr double kLn2High = 0x1.62e42fefa38p-1;  // so many zeros behind it that multiples are exact
  constexpr double kLn2Low = 0x1.ef35793c7673p-45;
  std::uint64_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  // The exponent of x / sqrt(1/2), so that m is on both sides of 1.
  const std::int64_t shifted = static_cast<std::int64_t>(bits) - 0x3FE6A09E667F3BCD;
  const std::int64_t exponent = shifted >> 52;
  bits -= static_cast<std::uint64_t>(exponent) << 52;
  double m;
  __builtin_memcpy(&m, &bits, sizeof m);
  const double f = m - 1;
  const double s = f / (2 + f);
  const double t = s * s;
  double p = 1.0 / 25;
  for (int k = 23; k >= 3; k -= 2) {
    p = p * t + 1.0 / k;
  }
  const auto e = static_cast<double>(exponent);
  // 2 s + 2 s t p, and 2 s = f - s f.
  return e * kLn2High + (f - (s * f - (e * kLn2Low + 2 * s * t * p)));
}

// Wichura's coefficients, of a quotient of polynomials: within 0.425 of the middle, by 0.180625 - q^2; beyond, by r
// - 1.6 with r = sqrt(-ln u), and by r - 5 where that is above 5.
struct Quotient {
  double top[8];
  double bottom[8];
};
PARABOLA_SIZE constexpr Quotient centre() {
  return {{3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
           4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3},
          {1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
           3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3}};
}
PARABOLA_SIZE constexpr Quotient tail() {
  return {{1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
           1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4},
          {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
           1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9}};
}
PARABOLA_SIZE constexpr Quotient farTail() {
  return {
      {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
       2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7},
      {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4,
       1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15}};
}

// The quantile of the standard normal distribution for 0 < u < 1.
PARABOLA_INLINE double normalQuantile(double u) {
  const auto ratio = [](double x, const Quotient& c, double factor) {
    double a = c.top[7];
    double b = c.bottom[7];
    PARABOLA_UNROLL
    for (int k = 6; k >= 0; k--) {
      a = a * x + c.top[k];
      b = b * x + c.bottom[k];
    }
    return factor * a / b;
  };
  const double q = u - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    return ratio(0.180625 - q * q, centre(), q);
  }
  const double r = std::sqrt(-logarithm(q < 0 ? u : 1 - u));
  const double z = r <= 5 ? ratio(r - 1.6, tail(), 1) : ratio(r - 5, farTail(), 1);
  return q < 0 ? -z : z;
}

// The standard normal numbers of places 2 pair and 2 pair + 1.
PARABOLA_INLINE void normalsAt(const Place& at, Draw draw, std::uint32_t pair, double& first, double& second) {
  const Bits bits = bitsAt(at, draw, pair);
  first = normalQuantile(uniformOf(bits.word[0], bits.word[1]));
  second = normalQuantile(uniformOf(bits.word[2], bits.word[3]));
}

#if defined(PARABOLA_HAS_WORDS)

// The functions above for many numbers at once, several registers of them to hide latency: the same operations, so the
// same bits.

// Of whole numbers below 2^52.
PARABOLA_INLINE Register toDoubles(const Words& x) { return sub(spelt(x | words(0x4330000000000000)), set(0x1p52)); }

PARABOLA_INLINE Register uniformsOf(const Words& high, const Words& low) {
  return mul(add(toDoubles(shiftRight<12>(shiftLeft<32>(high) | low)), set(0.5)), set(0x1p-52));
}

template <int W>
PARABOLA_INLINE Pack<W> logarithms(const Pack<W>& x) {
  using P = Pack<W>;
  constexpr unsigned long long kBias = 1024;  // of the exponent, so that it has no sign
  P m;
  P e;
  for (int k = 0; k < P::kRegisters; k++) {
    const Words bits = spelling(x.r[k]);
    const Words biased = shiftRight<52>(bits - words(0x3FE6A09E667F3BCD) + words(kBias << 52));
    m.r[k] = spelt(bits - shiftLeft<52>(biased) + words(kBias << 52));
    e.r[k] = sub(toDoubles(biased), set(static_cast<double>(kBias)));
  }
  const P f = m - P(1.0);
  const P s = f / (P(2.0) + f);
  const P t = s * s;
  P p(1.0 / 25);
  for (int k = 23; k >= 3; k -= 2) {
    p = p * t + P(1.0 / k);
  }
  return e * P(0x1.62e42fefa38p-1) + (f - (s * f - (e * P(0x1.ef35793c7673p-45) + P(2.0) * s * t * p)));
}

template <int W>
PARABOLA_INLINE Pack<W> normalQuantiles(const Pack<W>& u) {
  using P = Pack<W>;
  const P q = u - P(0.5);
  const auto outside = q < P(-0.425) || P(0.425) < q;
  const auto below = q < P(0.0);
  const P r = squareRoot(P(0.0) - logarithms(select(below, u, P(1.0) - u)));
  const auto far = P(5.0) < r;
  bool anyFar = false;
  for (int k = 0; k < P::kRegisters; k++) {
    anyFar = anyFar || bits(far.r[k]) != 0;
  }
  // One quotient, of the coefficients that each number asks for.
  constexpr Quotient kCentre = centre();
  constexpr Quotient kTail = tail();
  constexpr Quotient kFarTail = farTail();
  const auto choice = [&](double inside, double beyond, double farBeyond) {
    const P near = select(outside, P(beyond), P(inside));
    return anyFar ? select(far, P(farBeyond), near) : near;
  };
  const P x = select(outside, select(far, r - P(5.0), r - P(1.6)), P(0.180625) - q * q);
  P a = choice(kCentre.top[7], kTail.top[7], kFarTail.top[7]);
  P b = choice(kCentre.bottom[7], kTail.bottom[7], kFarTail.bottom[7]);
  for (int k = 6; k >= 0; k--) {
    a = a * x + choice(kCentre.top[k], kTail.top[k], kFarTail.top[k]);
    b = b * x + choice(kCentre.bottom[k], kTail.bottom[k], kFarTail.bottom[k]);
  }
  const P z = select(outside, P(1.0), q) * a / b;
  return select(outside && below, P(0.0) - z, z);
}

// The standard normal numbers of places 2 pair to 2 pair + 31.
constexpr int kNormalsTogether = 32;
PARABOLA_INLINE void manyNormalsAt(const Place& at, Draw draw, std::uint32_t pair, double* out) {
  constexpr int kBlocks = kNormalsTogether / (2 * kLanes);
  const Words low = words(0xFFFFFFFF);
  unsigned long long first[kBlocks * kLanes];
  for (int l = 0; l < kBlocks * kLanes; l++) {
    first[l] = pair + l;
  }
  Words c[kBlocks][4];
  for (int b = 0; b < kBlocks; b++) {
    c[b][0] = loadWords(first + b * kLanes);
    c[b][1] = words(at.step | static_cast<std::uint32_t>(draw) << 24);
    c[b][2] = words(at.path & 0xFFFFFFFF);
    c[b][3] = words(at.path >> 32);
  }
  auto key0 = static_cast<std::uint32_t>(at.seed);
  auto key1 = static_cast<std::uint32_t>(at.seed >> 32);
  for (int round = 0; round < 10; round++) {
    for (int b = 0; b < kBlocks; b++) {
      const Words x = lowProduct(c[b][0], words(kFirst));
      const Words y = lowProduct(c[b][2], words(kSecond));
      c[b][0] = shiftRight<32>(y) ^ c[b][1] ^ words(key0);
      c[b][1] = y & low;
      c[b][2] = shiftRight<32>(x) ^ c[b][3] ^ words(key1);
      c[b][3] = x & low;
    }
    key0 += kGolden;
    key1 += kRoot;
  }
  Pack<kNormalsTogether> u;
  for (int b = 0; b < kBlocks; b++) {
    u.r[2 * b] = uniformsOf(c[b][0], c[b][1]);
    u.r[2 * b + 1] = uniformsOf(c[b][2], c[b][3]);
  }
  const Pack<kNormalsTogether> z = normalQuantiles(u);
  for (int b = 0; b < kBlocks; b++) {
    double x[kLanes];
    double y[kLanes];
    storeRegister(x, z.r[2 * b]);
    storeRegister(y, z.r[2 * b + 1]);
    for (int l = 0; l < kLanes; l++) {
      out[2 * (b * kLanes + l)] = x[l];
      out[2 * (b * kLanes + l) + 1] = y[l];
    }
  }
}

#endif

// A standard normal number alone.
PARABOLA_INLINE double normalAt(const Place& at, Draw draw) {
  const Bits bits = bitsAt(at, draw, 0);
  return normalQuantile(uniformOf(bits.word[0], bits.word[1]));
}

// A number of (0, 1) alone; the second one of its block is independent of it.
PARABOLA_INLINE double uniformAt(const Place& at, Draw draw) {
  const Bits bits = bitsAt(at, draw, 0);
  return uniformOf(bits.word[0], bits.word[1]);
}

// Chi squared with more than 2 degrees of freedom, by the rejection of Marsaglia and Tsang, A simple method for
// generating gamma variables (2000). Each attempt has a block of its own.
PARABOLA_FUNCTION double chiSquaredAt(const Place& at, double freedom) {
  const double d = freedom / 2 - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  for (std::uint32_t attempt = 0;; attempt++) {
    const Bits bits = bitsAt(at, Draw::Mixing, attempt);
    const double x = normalQuantile(uniformOf(bits.word[0], bits.word[1]));
    const double root = 1 + c * x;
    if (root > 0) {
      const double v = root * root * root;
      if (logarithm(uniformOf(bits.word[2], bits.word[3])) < 0.5 * x * x + (d - d * v) + d * logarithm(v)) {
        return 2 * d * v;
      }
    }
  }
}

// Poisson by inversion: the least k whose distribution function is above u. `none` is exp(-mean), computed once by
// whoever asks; the mean is small enough for it to be a normal number.
PARABOLA_FUNCTION int poissonAt(const Place& at, double mean, double none) {
  const double u = uniformAt(at, Draw::JumpCount);
  double p = none;
  double below = p;
  int k = 0;
  // Past all rounding of the sum the terms vanish beside it, and u may be above what it comes to.
  while (u >= below && p > 0x1p-60 * below) {
    k++;
    p = p * mean / k;
    below += p;
  }
  return k;
}

}  // namespace parabola::PARABOLA_ISA
