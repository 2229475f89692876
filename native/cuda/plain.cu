// Portfolios of bounds and a budget on a CUDA device: a block or a warp for each, as many groups as the device has room
// for, and each takes the next scenario when it is done with one.
#include "batch.hpp"
#include "block.hpp"
#include "plain.hpp"

using namespace parabola;
using namespace parabola::device;

namespace {

// Registers for 8 warps a multiprocessor: with fewer a thread would spill.
constexpr int kThreads = 128;
constexpr int kBlocks = 2;

extern __shared__ double dynamicMemory[];

// The memory of group number `group`, the `member`th of its block.
__device__ Workspace workspaceOf(const PlainBatch& batch, long group, int member) {
  double* const shared = dynamicMemory + member * batch.sharedStride;
  double* const global = batch.memory + group * batch.memoryStride;
  Workspace ws;
  if (batch.room == Room::Global) {
    ws.layOut(batch.shared.n, global);
  } else {
    ws.layOut(batch.shared.n, shared, batch.room == Room::VectorsShared ? global : nullptr);
  }
  return ws;
}

template <class Group>
__device__ void solveScenario(const Group& group, const PlainBatch& batch, int s, Workspace ws) {
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
  group.put([&] { batch.answers[s] = answer; });
}

}  // namespace

extern "C" __global__ void __launch_bounds__(kThreads, kBlocks)
    parabolaPlainBlock(const __grid_constant__ PlainBatch batch) {
  __shared__ int taken;
  const BlockGroup group;
  for (;;) {
    group.one([&] { taken = atomicAdd(batch.next, 1); });
    const int s = taken;
    if (s >= batch.count) {
      return;
    }
    solveScenario(group, batch, s, workspaceOf(batch, blockIdx.x, 0));
  }
}

extern "C" __global__ void __launch_bounds__(kThreads, kBlocks)
    parabolaPlainWarp(const __grid_constant__ PlainBatch batch) {
  const WarpGroup group;
  const int warps = static_cast<int>(blockDim.x) / kWarp;
  const int warp = static_cast<int>(threadIdx.x) / kWarp;
  for (;;) {
    int s = 0;
    if (group.lane() == 0) {
      s = atomicAdd(batch.next, 1);
    }
    s = __shfl_sync(kAllLanes, s, 0);
    if (s >= batch.count) {
      return;
    }
    solveScenario(group, batch, s, workspaceOf(batch, static_cast<long>(blockIdx.x) * warps + warp, warp));
  }
}
