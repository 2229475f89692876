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

// Philox4x32 with ten rounds.
PARABOLA_INLINE Bits philox(Bits counter, std::uint32_t key0, std::uint32_t key1) {
  constexpr std::uint32_t kFirst = 0xD2511F53;
  constexpr std::uint32_t kSecond = 0xCD9E8D57;
  constexpr std::uint32_t kGolden = 0x9E3779B9;
  constexpr std::uint32_t kRoot = 0xBB67AE85;
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

// The quantile of the standard normal distribution for 0 < u < 1.
PARABOLA_INLINE double normalQuantile(double u) {
  const auto horner = [](double x, double a0, double a1, double a2, double a3, double a4, double a5, double a6,
                         double a7) {
    return ((((((a7 * x + a6) * x + a5) * x + a4) * x + a3) * x + a2) * x + a1) * x + a0;
  };
  const double q = u - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    const double r = 0.180625 - q * q;
    return q *
           horner(r, 3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
                  4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3) /
           horner(r, 1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
                  2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3);
  }
  const double r = std::sqrt(-logarithm(q < 0 ? u : 1 - u));
  double z;
  if (r <= 5) {
    const double x = r - 1.6;
    z = horner(x, 1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
               3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2,
               7.74545014278341407640e-4) /
        horner(x, 1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
               1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
               1.05075007164441684324e-9);
  } else {
    const double x = r - 5;
    z = horner(x, 6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
               2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
               2.71155556874348757815e-5, 2.01033439929228813265e-7) /
        horner(x, 1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
               7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
               2.04426310338993978564e-15);
  }
  return q < 0 ? -z : z;
}

// The standard normal numbers of places 2 pair and 2 pair + 1.
PARABOLA_INLINE void normalsAt(const Place& at, Draw draw, std::uint32_t pair, double& first, double& second) {
  const Bits bits = bitsAt(at, draw, pair);
  first = normalQuantile(uniformOf(bits.word[0], bits.word[1]));
  second = normalQuantile(uniformOf(bits.word[2], bits.word[3]));
}

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
