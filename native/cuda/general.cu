// The general problem on a CUDA device, as plain.cu has the plain one: a block for each portfolio.
#include "batch.hpp"
#include "block.hpp"
#include "goals.hpp"

using namespace parabola;
using namespace parabola::device;

extern "C" __global__ void __launch_bounds__(128, 2) parabolaGeneralBlock(const __grid_constant__ GeneralBatch batch) {
  __shared__ int taken;
  const BlockGroup group;
  const int rows = batch.limits.rows;
  double* const memory = batch.memory + blockIdx.x * batch.memoryStride;
  for (;;) {
    group.one([&] { taken = atomicAdd(batch.next, 1); });
    const int s = taken;
    if (s >= batch.count) {
      return;
    }
    const auto number = [&](const Rows& values, double absent) { return values.at == nullptr ? absent : *values(s); };
    Limits limits = batch.limits;
    double* const prices = batch.prices + s * (rows + 4L);
    const double** const row = reinterpret_cast<const double**>(memory);
    group.items(rows, [&](int r) { row[r] = batch.coefficients(static_cast<long>(s) * batch.coefficientRows + r); });
    limits.row = row;
    limits.rowLower = batch.rowLower(s);
    limits.rowUpper = batch.rowUpper(s);
    limits.current = batch.current(s);
    limits.turnover = number(batch.turnover, INFINITY);
    limits.gross = number(batch.gross, INFINITY);
    limits.buy = batch.buy(s);
    limits.sell = batch.sell(s);
    limits.quadratic = batch.quadratic(s);
    limits.power = batch.power(s);
    limits.benchmark = batch.benchmark(s);
    Structure structure;
    structure.own = batch.own(s);
    structure.scale = batch.scale(s);
    structure.common = batch.common(s);
    structure.factors = batch.factors(s);
    structure.diagonal = batch.diagonal(s);
    Scenario scenario{};
    scenario.goal = batch.goal;
    scenario.goalValue = *batch.goalValue(s);
    scenario.riskAversion = batch.goal == Goal::RiskAversion ? scenario.goalValue : 1;
    scenario.expectedReturns = batch.expectedReturns(s);
    scenario.lower = batch.lower(s);
    scenario.upper = batch.upper(s);
    scenario.budget = *batch.budget(s);
    scenario.start = batch.start(s);
    scenario.limits = &limits;
    scenario.structure = batch.structured ? &structure : nullptr;
    scenario.thinFactors = batch.thinFactors;
    GoalWorkspace workspace;
    workspace.layOut(batch.shared.n, rows, batch.goal == Goal::TargetReturn, batch.thinFactors, memory + rows);
    const Answer answer =
        solveGoal(group, batch.shared, scenario, batch.tolerance, workspace,
                  {prices, prices + 1, prices + 1 + rows, prices + 2 + rows, prices + 3 + rows,
                   batch.reducedCosts == nullptr ? nullptr : batch.reducedCosts + s * batch.weightStride, nullptr});
    const double* const w = workspace.general.program.ws.w;
    double* const weights = batch.weights + s * batch.weightStride;
    group.items(batch.shared.n, [&](int i) { weights[i] = w[i]; });
    group.put([&] { batch.answers[s] = answer; });
  }
}
