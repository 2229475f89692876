// Whole scenarios as the CUDA kernels solve them, by groups whose lanes are threads, under ThreadSanitizer: from the
// batch's arrays, put together, to the answers. What comes out is what a group of one lane finds. And paths of returns,
// which have the CPU's bits.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "check.hpp"
#include "cuda_problem.hpp"
#include "device_draw.hpp"
#include "draw.hpp"
#include "draw_samples.hpp"
#include "solve_samples.hpp"
#include "standin.hpp"

using namespace parabola;

namespace {

// Each scenario with coefficients, limits and bounds of its own.
void loosen(Sample& s, std::vector<double>& coefficients, std::vector<double>& limits, std::vector<double>& upper) {
  const int rows = s.problem.rows;
  for (int c = 0; c < s.count; c++) {
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < s.stride; i++) {
        const double a = i < s.n ? s.coefficients[r * s.n + i] : 0;
        coefficients.push_back(r == 0 ? a : a * (1 + 0.01 * c));
      }
      limits.push_back(s.rowLower[r]);
    }
    for (int i = 0; i < s.stride; i++) {
      upper.push_back(i < s.n ? 1 - 0.05 * (c % 3) : 0);
    }
  }
  s.batch.coefficients = coefficients.data();
  s.batch.rowLower = limits.data();
  s.batch.rowStride = rows;
  s.batch.upper = upper.data();
}

void compareLanes(Kind kind, int n, bool own) {
  Sample s = draw(kind, n, 4, 7 + n);
  std::vector<double> coefficients, limits, upper;
  if (own) {
    loosen(s, coefficients, limits, upper);
  }
  cuda::StandIn runtime;
  cuda::CudaProblem problem(runtime, *kernelsNamed("portable"), s.sigma, s.problem, {.breakEven = 0});
  Found expected(s);
  cuda::lanesOnCpu() = 1;
  problem.solve(s.batch, expected.view(), 1, 1e-8);
  for (const int lanes : {2, 3}) {
    Found found(s);
    cuda::lanesOnCpu() = lanes;
    problem.solve(s.batch, found.view(), 1, 1e-8);
    for (int c = 0; c < s.count; c++) {
      const Answer& a = found.answers[c];
      const Answer& b = expected.answers[c];
      CHECK(a.status == b.status, "kind %d n=%d with %d lanes: status %d, not %d", static_cast<int>(kind), n, lanes,
            static_cast<int>(a.status), static_cast<int>(b.status));
      if (b.status == Status::Solved) {
        const double size = std::fmax(std::fabs(b.expectedReturn), b.variance);
        CHECK(std::fabs(a.objective - b.objective) <= 1e-9 * size, "kind %d n=%d with %d lanes: objective %g, not %g",
              static_cast<int>(kind), n, lanes, a.objective, b.objective);
      }
    }
  }
  cuda::lanesOnCpu() = 1;
  CHECK(runtime.count().launches > 0, "nothing was launched");
}

void drawWithLanes(int kind, int n) {
  const Process process(n, kind);
  constexpr int kPaths = 19;
  constexpr int kSteps = 3;
  const std::vector<double> theta(kPaths, 0.3);
  DrawView view;
  view.seed = 3;
  view.paths = kPaths;
  view.steps = kSteps;
  view.stress = theta.data();
  view.stressStride = 1;
  view.targetStride = n + 2;
  view.padding = n;
  std::vector<double> expected(kPaths * kSteps * (n + 2), -1);
  view.target = expected.data();
  drawOnCpu(kPortable, process.view, view, 1);
  for (const int lanes : {1, 2, 3}) {
    cuda::StandIn runtime;
    cuda::lanesOnCpu() = lanes;
    cuda::DeviceNumbers target(runtime, expected.size());
    std::fill_n(target.get(), expected.size(), -1);
    view.target = target.get();
    cuda::drawOnDevice(runtime, 0, process.view, view);
    CHECK(std::equal(expected.begin(), expected.end(), target.get()), "process %d of %d assets with %d lanes", kind, n,
          lanes);
    CHECK(runtime.count().launches > 0, "nothing was launched");
  }
  cuda::lanesOnCpu() = 1;
}

}  // namespace

int main() {
  for (int kind = 0; kind < kProcesses; kind++) {
    drawWithLanes(kind, 1);
    drawWithLanes(kind, 11);
  }
  for (int k = 0; k < static_cast<int>(Kind::Count); k++) {
    for (const int n : {1, 6, 17}) {
      compareLanes(static_cast<Kind>(k), n, false);
    }
  }
  for (const int n : {3, 14}) {
    compareLanes(Kind::Rows, n, true);
  }
  return failures == 0 ? 0 : 1;
}
