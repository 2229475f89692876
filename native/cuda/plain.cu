// Portfolios of bounds and a budget on a CUDA device: a block or a warp for each, as many groups as the device has room
// for, and each takes the next scenario when it is done with one.
#include "batch.hpp"
#include "block.hpp"
#include "plain.hpp"

namespace parabola::PARABOLA_ISA {

template <class Group>
__device__ void solveScenario(const Group& group, const PlainBatch& batch, int s, double* memory) {
  Workspace ws;
  ws.layOut(batch.shared.n, memory);
  Scenario scenario{};
  scenario.goal = batch.goal;
  scenario.goalValue = *batch.goalValue(s);
  scenario.riskAversion = batch.goal == Goal::RiskAversion ? scenario.goalValue : 1;
  scenario.expectedReturns = batch.expectedReturns(s);
  scenario.lower = batch.lower(s);
  scenario.upper = batch.upper(s);
  scenario.budget = *batch.budget(s);
  scenario.start = batch.start(s);
  Prices prices;
  prices.budget = batch.prices + s;
  prices.reducedCosts = batch.reducedCosts == nullptr ? nullptr : batch.reducedCosts + s * batch.weightStride;
  const Answer answer =
      solvePlain(group, batch.shared, scenario, batch.tolerance, ws, batch.weights + s * batch.weightStride, prices,
                 [&] { return batch.shared.inverse != nullptr; });
  group.one([&] { batch.answers[s] = answer; });
}

extern __shared__ double dynamicMemory[];

}  // namespace parabola::PARABOLA_ISA

using namespace parabola;
using namespace parabola::device;

extern "C" __global__ void parabolaPlainBlock(const PlainBatch batch) {
  __shared__ int taken;
  const BlockGroup group;
  double* const memory = batch.memory == nullptr ? dynamicMemory : batch.memory + blockIdx.x * batch.memoryStride;
  for (;;) {
    group.one([&] { taken = atomicAdd(batch.next, 1); });
    const int s = taken;
    if (s >= batch.count) {
      return;
    }
    solveScenario(group, batch, s, memory);
  }
}

extern "C" __global__ void parabolaPlainWarp(const PlainBatch batch) {
  const WarpGroup group;
  const long warps = blockDim.x / kWarp;
  const long warp = threadIdx.x / kWarp;
  double* const memory = batch.memory == nullptr ? dynamicMemory + warp * batch.memoryStride
                                                 : batch.memory + (blockIdx.x * warps + warp) * batch.memoryStride;
  for (;;) {
    int s = 0;
    if (group.lane() == 0) {
      s = atomicAdd(batch.next, 1);
    }
    s = __shfl_sync(kAllLanes, s, 0);
    if (s >= batch.count) {
      return;
    }
    solveScenario(group, batch, s, memory);
  }
}
