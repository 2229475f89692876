// The solving kernels on the CPU: one portfolio after another, by a group of one lane; or of several, which are
// threads.
#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "assemble.hpp"
#include "launches.hpp"
#include "lockstep.hpp"
#include "solve_kernel.hpp"

namespace parabola::cuda {

Launch launchFor(const SolveParameters& p, std::size_t sharedPerBlock, std::size_t sharedPerProcessor) {
  using namespace parabola::device;
  const int n = p.shared.n;
  if (p.plain) {
    return launchPlain(n, Workspace::numbersBesideFace(n), Workspace::numbers(n), sharedPerBlock, sharedPerProcessor);
  }
  std::size_t most = 0;
  for (int thin = -1; thin <= p.thinFactors; thin++) {
    most = std::max(most, GoalWorkspace::numbers(n, p.problem.rows, thin));
  }
  Launch launch;
  launch.threads = 128;
  launch.portfoliosPerBlock = 1;
  launch.memoryStride = most + Assembly::numbers(p.problem, p.covariance, p.batch);
  return launch;
}

std::atomic<int>& lanesOnCpu() {
  static std::atomic<int> lanes{1};
  return lanes;
}

void runOnCpu(const SolveParameters& p) {
  using namespace parabola::device;
  const int lanes = lanesOnCpu();
  std::vector<double> shared(p.launch.sharedStride);
  Lockstep together(lanes);
  const auto solveAll = [&](int lane) {
    const LockstepGroup group(together, lane);
    for (int s = 0; s < p.batch.count; s++) {
      double* const global = p.memory + s % p.groups * static_cast<long>(p.launch.memoryStride);
      if (p.plain) {
        solvePlainScenario(group, p, s, shared.data(), global);
      } else {
        solveGeneralScenario(group, p, s, global);
      }
    }
  };
  std::vector<std::thread> others;
  for (int lane = 1; lane < lanes; lane++) {
    others.emplace_back(solveAll, lane);
  }
  solveAll(0);
  for (std::thread& other : others) {
    other.join();
  }
}

}  // namespace parabola::cuda
