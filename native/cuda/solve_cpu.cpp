// The solving kernels on the CPU: one portfolio after another, by a group of one lane.
#include <algorithm>
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

void runOnCpu(const SolveParameters& p) {
  using namespace parabola::device;
  std::vector<double> shared(p.launch.sharedStride);
  for (int s = *p.next, taken = 0; s < p.batch.count; s = ++*p.next, taken++) {
    double* const global = p.memory + taken % p.groups * static_cast<long>(p.launch.memoryStride);
    Lockstep one(1);
    const LockstepGroup group(one, 0);
    if (p.plain) {
      solvePlainScenario(group, p, s, shared.data(), global);
    } else {
      solveGeneralScenario(group, p, s, global);
    }
  }
}

}  // namespace parabola::cuda
