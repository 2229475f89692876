// One scenario of a batch by one group of lanes: the body of the kernels in plain.cu and general.cu, and of their
// stand-in.
#pragma once

#include "assemble.hpp"
#include "goals.hpp"
#include "plain.hpp"
#include "solve_parameters.hpp"

namespace parabola::PARABOLA_ISA {

PARABOLA_FUNCTION Prices pricesOf(const cuda::SolveParameters& p, long s) {
  const int rows = p.problem.rows;
  double* const prices = p.prices + s * (rows + 4);
  return {prices,
          prices + 1,
          prices + 1 + rows,
          prices + 2 + rows,
          prices + 3 + rows,
          p.reducedCosts == nullptr ? nullptr : p.reducedCosts + s * p.batch.stride,
          nullptr};
}

// Weights have room for `stride` numbers.
template <class Group>
PARABOLA_FUNCTION void finishScenario(const Group& group, const cuda::SolveParameters& p, long s,
                                      const Answer& answer) {
  double* const weights = p.weights + s * p.batch.stride;
  group.items(p.padding ? static_cast<int>(p.batch.stride) - p.shared.n : 0,
              [&](int i) { weights[p.shared.n + i] = 0; });
  group.put([&] { p.answers[s] = answer; });
}

template <class Group>
PARABOLA_FUNCTION void solvePlainScenario(const Group& group, const cuda::SolveParameters& p, int s, double* shared,
                                          double* global) {
  Assembly assembly;
  Scenario scenario;
  assemble(group, p.shared, p.covariance, p.problem, p.rows, p.batch, true, false, s, assembly, scenario);
  Workspace ws;
  if (p.launch.room == Room::Global) {
    ws.layOut(p.shared.n, global);
  } else {
    ws.layOut(p.shared.n, shared, p.launch.room == Room::VectorsShared ? global : nullptr);
  }
  const Prices prices = pricesOf(p, s);
  group.put([&] { *prices.turnover = *prices.gross = *prices.target = 0; });
  const Answer answer = solvePlain(group, p.shared, scenario, p.tolerance, ws, p.weights + s * p.batch.stride, prices,
                                   [] { return true; });
  finishScenario(group, p, s, answer);
}

template <class Group>
PARABOLA_FUNCTION void solveGeneralScenario(const Group& group, const cuda::SolveParameters& p, int s, double* memory) {
  Assembly assembly;
  assembly.layOut(p.problem, p.covariance, p.batch, memory);
  memory += Assembly::numbers(p.problem, p.covariance, p.batch);
  Scenario scenario;
  Answer answer{Status::Invalid, 0, NAN, NAN, NAN, NAN, NAN};
  // Of what is invalid there are neither weights nor prices.
  group.items(p.shared.n, [&](int i) { p.weights[s * p.batch.stride + i] = NAN; });
  group.items(p.problem.rows + 4, [&](int k) { p.prices[s * (p.problem.rows + 4L) + k] = NAN; });
  if (assemble(group, p.shared, p.covariance, p.problem, p.rows, p.batch, false, p.thin, s, assembly, scenario)) {
    GoalWorkspace workspace;
    workspace.layOut(p.shared.n, p.problem.rows, p.problem.goal == Goal::TargetReturn, scenario.thinFactors, memory);
    answer = solveGoal(group, p.shared, scenario, p.tolerance, workspace, pricesOf(p, s));
    const double* const w = workspace.general.program.ws.w;
    double* const weights = p.weights + s * p.batch.stride;
    group.items(p.shared.n, [&](int i) { weights[i] = w[i]; });
  }
  finishScenario(group, p, s, answer);
}

}  // namespace parabola::PARABOLA_ISA
