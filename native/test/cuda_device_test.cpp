// The CUDA runtime as it is linked in: says what devices there are, or why none, without failing; and where there is
// one, a covariance made by it is close to the stand-in's, and so are portfolios of every kind; paths of returns have
// the CPU's bits.
//
// Argument: [small], for sizes that compute-sanitizer gets through.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "check.hpp"
#include "covariance.hpp"
#include "cuda_problem.hpp"
#include "cudart_runtime.hpp"
#include "device_draw.hpp"
#include "draw.hpp"
#include "draw_samples.hpp"
#include "solve_samples.hpp"
#include "standin.hpp"

using namespace parabola::cuda;

namespace {

void compare(int rows, int n) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  std::vector<double> returns(static_cast<std::size_t>(rows) * n);
  for (double& x : returns) {
    x = 1e6 + normal(random);
  }
  StandIn standIn;
  std::vector<double> expected(static_cast<std::size_t>(n) * n), found(expected.size());
  SampleCovariance onCpu(standIn, n);
  onCpu.add(returns.data(), rows, n);
  onCpu.covariance(expected.data(), n);
  for (const Products products : {Products::Own, Products::Library}) {
    SampleCovariance onDevice(cudart(), n, {.products = products});
    onDevice.add(returns.data(), rows, n);
    onDevice.covariance(found.data(), n);
    double worst = 0;
    for (std::size_t i = 0; i < expected.size(); i++) {
      worst = std::fmax(worst, std::fabs(found[i] - expected[i]));
    }
    CHECK(worst <= 1e-12, "%d x %d: %g apart", rows, n, worst);
  }
}

void solveEveryKind(bool small) {
  for (int k = 0; k < static_cast<int>(parabola::Kind::Count); k++) {
    for (const int n : {1, 7, 20, 40, 100, 300}) {
      if (small && n > 40) {
        break;
      }
      const auto kind = static_cast<parabola::Kind>(k);
      const int count = small ? 12 : kind == parabola::Kind::Own ? 20 : 500;
      const parabola::Sample s = parabola::draw(kind, n, count, 100 * k + n);
      CudaProblem problem(cudart(), *parabola::bestKernels(), s.sigma, s.problem,
                          {.chunk = small ? 5 : 150, .breakEven = 0});
      parabola::Found found(s);
      problem.solve(s.batch, found.view(), 1, 1e-8);
      parabola::compare(s, found, kind);
    }
  }
}

void drawEveryProcess(bool small) {
  for (int kind = 0; kind < parabola::kProcesses; kind++) {
    for (const int n : {1, 8, 81, 500}) {
      if (small && n > 8) {
        break;
      }
      const parabola::Process process(n, kind);
      const int paths = small ? 21 : 1000;
      const std::vector<double> theta(paths, 0.3);
      parabola::DrawView view;
      view.seed = 3;
      view.paths = paths;
      view.steps = 3;
      view.stress = theta.data();
      view.stressStride = 1;
      view.targetStride = n;
      view.padding = n;
      std::vector<double> expected(static_cast<std::size_t>(paths) * 3 * n);
      view.target = expected.data();
      parabola::drawOnCpu(*parabola::bestKernels(), process.view, view, 2);
      const DeviceNumbers there(cudart(), expected.size());
      view.target = there.get();
      drawOnDevice(cudart(), 0, process.view, view);
      const PinnedNumbers pinned(cudart(), expected.size());
      const auto stream = cudart().stream();
      cudart().copyToHost(pinned.get(), there.get(), expected.size() * sizeof(double), *stream);
      cudart().synchronise(*stream);
      CHECK(std::equal(expected.begin(), expected.end(), pinned.get()), "process %d of %d assets", kind, n);
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  const bool small = count > 1 && std::string(arguments[1]) == "small";
  const auto begin = std::chrono::steady_clock::now();
  const DeviceCount devices = cudart().devices();
  const double taken = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  if (devices.count == 0) {
    std::printf("no CUDA device: %s (error %d), in %.2f ms\n", devices.reason.c_str(), devices.code, taken);
    CHECK(devices.code != 0 && !devices.reason.empty(), "no reason");
    try {
      cudart().allocate(8);
      CHECK(false, "memory without a device");
    } catch (const CudaError& error) {
      CHECK(error.code() == devices.code, "error %d", error.code());
    }
    return failures == 0 ? 0 : 1;
  }
  for (int device = 0; device < devices.count; device++) {
    const DeviceProperties p = cudart().properties(device);
    std::printf("device %d: %s, compute capability %d.%d, %d multiprocessors, %zu MiB\n", device, p.name.c_str(),
                p.major, p.minor, p.multiprocessors, p.memory >> 20);
  }
  compare(1000, 20);
  if (!small) {
    compare(600, 130);
    compare(400, 700);
  }
  solveEveryKind(small);
  drawEveryProcess(small);
  return failures == 0 ? 0 : 1;
}
