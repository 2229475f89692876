#include "staging.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "shares.hpp"

namespace parabola::cuda {

namespace {

// Below so many numbers a thread costs more than it saves.
constexpr std::int64_t kWorth = std::int64_t{1} << 18;

// True if all are finite. Adding one to an exponent of ones, and only that, carries into the sign: the compiler
// vectorises it, so that it costs nothing beside reading the memory.
bool copyRow(double* to, const double* from, int n) {
  constexpr std::uint64_t kExponent = 0x7FF0000000000000u, kOne = 0x0010000000000000u;
  std::uint64_t any = 0;
  for (int i = 0; i < n; i++) {
    std::uint64_t bits;
    std::memcpy(&bits, from + i, sizeof bits);
    any |= (bits & kExponent) + kOne;
    to[i] = from[i];
  }
  return (any >> 63) == 0;
}

std::int64_t copyRange(double* to, const double* from, std::int64_t first, std::int64_t last, int n,
                       std::int64_t stride) {
  for (std::int64_t row = first; row < last; row++) {
    const double* source = from + row * stride;
    if (!copyRow(to + row * n, source, n)) {
      return row * n + (std::find_if(source, source + n, [](double x) { return !std::isfinite(x); }) - source);
    }
  }
  return -1;
}

}  // namespace

std::int64_t copyFinite(double* target, const double* source, std::int64_t rows, int n, std::int64_t stride,
                        int threads) {
  const std::int64_t parts = std::clamp<std::int64_t>(rows * n / kWorth, 1, std::max(1, threads));
  std::vector<std::int64_t> bad(parts, -1);
  shareOut(static_cast<int>(parts), 1, static_cast<int>(parts), true, [&](auto turns) {
    turns([&](int from, int to) {
      for (int part = from; part < to; part++) {
        bad[part] = copyRange(target, source, rows * part / parts, rows * (part + 1) / parts, n, stride);
      }
    });
  });
  const auto first = std::find_if(bad.begin(), bad.end(), [](std::int64_t at) { return at >= 0; });
  return first == bad.end() ? -1 : *first;
}

}  // namespace parabola::cuda
