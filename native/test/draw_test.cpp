// Paths of returns: the random numbers against published ones, the same bits from every instruction set, tile, chunk
// and number of threads, and first moments. (Moments at full length, against theory, are Java's to test.)
#include "draw.hpp"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <vector>

#include "check.hpp"
#include "draw_samples.hpp"
#include "random.hpp"

using namespace parabola;

namespace {

void philoxHasThePublishedAnswers() {
  // From the known answers that come with Random123, 10 rounds.
  using PARABOLA_ISA::Bits;
  const auto equal = [](const Bits& a, const Bits& b) { return std::memcmp(&a, &b, sizeof a) == 0; };
  CHECK((equal(PARABOLA_ISA::philox({{0, 0, 0, 0}}, 0, 0), {{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}})),
        "Philox of zeros");
  const std::uint32_t ones = 0xffffffff;
  CHECK((equal(PARABOLA_ISA::philox({{ones, ones, ones, ones}}, ones, ones),
               {{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}})),
        "Philox of ones");
  CHECK((equal(PARABOLA_ISA::philox({{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}}, 0xa4093822, 0x299f31d0),
               {{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}})),
        "Philox of the digits of pi");
}

void quantilesAreThoseOfTheNormalDistribution() {
  // Wichura's own check values, AS 241.
  const auto close = [](double a, double b) { return std::fabs(a - b) <= 4e-16 * std::fabs(b); };
  CHECK((close(PARABOLA_ISA::normalQuantile(0.25), -0.6744897501960817)), "quantile of 0.25");
  CHECK((close(PARABOLA_ISA::normalQuantile(0.001), -3.090232306167814)), "quantile of 0.001");
  CHECK((close(PARABOLA_ISA::normalQuantile(1e-20), -9.262340089798408)), "quantile of 1e-20");
  for (double x = 1e-300; x < 1e300; x *= 1.37) {
    const double exact = std::log(x);
    CHECK((std::fabs(PARABOLA_ISA::logarithm(x) - exact) <= 1e-15 * std::fabs(exact) + 1e-16), "logarithm");
  }
}

void theBitsAreTheSameWhateverDrawsThem() {
  for (int kind = 0; kind < kProcesses; kind++) {
    for (const int n : {1, 5, 8, 37}) {
      const Process process(n, kind);
      const int paths = 101;
      const int steps = 5;
      const long stride = process.view.stride;
      std::vector<double> multipliers(paths * n), theta(paths);
      for (int s = 0; s < paths; s++) {
        theta[s] = s % 3 == 0 ? 0 : s / static_cast<double>(paths);
        for (int i = 0; i < n; i++) {
          multipliers[s * n + i] = 1 + (s + i) % 4 * 0.5;
        }
      }
      DrawView draw;
      draw.seed = 0x123456789abcdef;
      draw.firstPath = (1LL << 33) - 7;
      draw.paths = paths;
      draw.steps = steps;
      draw.multipliers = multipliers.data();
      draw.multiplierStride = n;
      draw.multiplierEach = true;
      draw.stress = theta.data();
      draw.stressStride = 1;
      draw.targetStride = stride;
      draw.padding = static_cast<int>(stride);
      std::vector<double> expected(paths * steps * stride);
      draw.target = expected.data();
      drawOnCpu(kPortable, process.view, draw, 1);
      for (const char* name : {"portable", "avx2", "avx512"}) {
        const Kernels* kernels = kernelsNamed(name);
        if (kernels == nullptr) {
          continue;
        }
        for (const int threads : {1, 3}) {
          std::vector<double> got(expected.size(), -7);
          draw.target = got.data();
          drawOnCpu(*kernels, process.view, draw, threads);
          CHECK((got == expected), "other instructions and threads, the same bits");
        }
        // One step of some paths at a time.
        for (int from = 0; from < paths; from += 13) {
          DrawView part = draw;
          part.firstPath += from;
          part.paths = from + 13 < paths ? 13 : paths - from;
          part.steps = 1;
          part.multipliers += from * n;
          part.stress += from;
          for (part.firstStep = 0; part.firstStep < steps; part.firstStep++) {
            std::vector<double> got(part.paths * stride);
            part.target = got.data();
            drawOnCpu(*kernels, process.view, part, 1);
            for (int s = 0; s < part.paths; s++) {
              CHECK((std::memcmp(&got[s * stride], &expected[((from + s) * steps + part.firstStep) * stride],
                                 stride * sizeof(double)) == 0),
                    "other chunks, the same bits");
            }
          }
        }
      }
    }
  }
}

void jumpsAndTailsAreThereInTheirNumbers() {
  const int draws = 200000;
  double jumps = 0;
  double inverse = 0;
  for (int s = 0; s < draws; s++) {
    const PARABOLA_ISA::Place at{5, static_cast<std::uint64_t>(s), 0};
    jumps += PARABOLA_ISA::poissonAt(at, 0.7, std::exp(-0.7));
    inverse += 4 / PARABOLA_ISA::chiSquaredAt(at, 6);  // of mean 1, as (nu - 2) / chi squared is
  }
  CHECK((std::fabs(jumps / draws - 0.7) < 4 * std::sqrt(0.7 / draws)), "mean of a Poisson number");
  CHECK((std::fabs(inverse / draws - 1) < 4 * std::sqrt(1.0 / draws)), "mean of the mixing of Student-t");
}

}  // namespace

int main() {
  philoxHasThePublishedAnswers();
  quantilesAreThoseOfTheNormalDistribution();
  theBitsAreTheSameWhateverDrawsThem();
  jumpsAndTailsAreThereInTheirNumbers();
  std::printf("%s\n", failures == 0 ? "the same draws" : "different draws");
  return failures == 0 ? 0 : 1;
}
