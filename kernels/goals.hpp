// What a portfolio is asked for, beside the most of return less risk: least variance, a return, a risk, or the largest
// Sharpe ratio. Each is one general problem, or a search in one number over a few.
#pragma once

#include "sharpe.hpp"
#include "target_risk.hpp"

namespace parabola::PARABOLA_ISA {

// The prices at the multipliers found, times `unit`. Row `rows` is that of the target return, if there is one.
template <class Group>
PARABOLA_FUNCTION void writePrices(const Group& group, const Program& p, int rows, double unit, const Prices& prices) {
  group.one([&] {
    *prices.budget = unit * p.at.nu;
    *prices.turnover = 0 - unit * p.at.kappa;
    *prices.gross = 0 - unit * p.at.rho;
    *prices.target = p.rows > rows ? unit * p.at.y[rows] : 0;
  });
  group.items(rows, [&](int r) { prices.rows[r] = unit * p.at.y[r]; });
  if (prices.sides != nullptr) {
    group.items(p.rows + 2, [&](int r) { prices.sides[r] = bindingSide(p, r); });
  }
  if (prices.reducedCosts != nullptr) {
    // At a bound the costs' slope is that on the inner side.
    const Workspace& ws = p.ws;
    group.each(ws.padded, [&](auto i) {
      using P = Pack<kLanes>;
      const P w = load(ws.w, i);
      const P h = load(p.h, i);
      const P above = select(load(ws.lower, i) < w, P(0.0), h + slopeUp(p, i, w));
      const P below = select(w < load(ws.upper, i), above, h + slopeDown(p, i, w));
      store(p.scratch, i, P(unit) * below);
    });
    group.items(ws.n, [&](int i) { prices.reducedCosts[i] = p.scratch[i]; });
  }
}
// One scenario, whatever it asks for. The weights are in memory.general.program.ws.w.
template <class Group>
PARABOLA_FUNCTION Answer solveGoal(const Group& group, const Shared& shared, const Scenario& scenario, double tolerance,
                                   GoalWorkspace& memory, const Prices& prices) {
  Program& p = memory.general.program;
  const Workspace& ws = p.ws;
  Scenario at = scenario;
  Limits limits = *scenario.limits;
  at.limits = &limits;
  const int rows = limits.rows;
  double unit = 1;
  double gamma = 0;
  Answer answer{Status::Invalid, 0, NAN, NAN, NAN, NAN, NAN};
  group.each(ws.padded, [&](auto i) { store(memory.zeros, i, Pack<kLanes>(0.0)); });
  switch (scenario.goal) {
    case Goal::RiskAversion:
      answer = solveGeneral(group, shared, at, tolerance, memory.general);
      unit = scenario.riskAversion > 0 ? scenario.riskAversion : 1;
      break;
    case Goal::MinimumVariance:
      answer = solveAt(group, shared, at, INFINITY, tolerance, false, memory);
      break;
    case Goal::TargetReturn:
      group.items(rows + 1, [&](int r) {
        memory.row[r] = r < rows ? limits.row[r] : scenario.expectedReturns;
        memory.rowLower[r] = r < rows ? limits.rowLower[r] : scenario.goalValue;
        memory.rowUpper[r] = r < rows ? limits.rowUpper[r] : INFINITY;
      });
      limits.row = memory.row;
      limits.rowLower = memory.rowLower;
      limits.rowUpper = memory.rowUpper;
      limits.rows = rows + 1;
      answer = solveAt(group, shared, at, INFINITY, tolerance, false, memory);
      break;
    case Goal::TargetRisk:
    case Goal::MaximumSharpe:
      if (!finite(scenario.goalValue) || (scenario.goal == Goal::TargetRisk && scenario.goalValue < 0)) {
        return answer;
      }
      answer = scenario.goal == Goal::TargetRisk ? solveTargetRisk(group, shared, at, tolerance, memory, gamma)
                                                 : solveSharpe(group, shared, at, tolerance, memory, gamma);
      unit = gamma > 0 ? gamma : 1;
      break;
  }
  if (!hasPortfolio(answer)) {
    return answer;
  }
  if (scenario.goal == Goal::TargetRisk || scenario.goal == Goal::MaximumSharpe) {
    if (scenario.goal == Goal::TargetRisk) {
      double size = knownOfReturn(group, p, scenario.expectedReturns, unit, answer.costs);
      for (const double other : {std::fabs(answer.expectedReturn), answer.costs}) {
        size = other > size ? other : size;
      }
      const double left = scenario.goalValue * scenario.goalValue - answer.variance;
      answer.objective = answer.costs - answer.expectedReturn;
      answer.gap += 0.5 * gamma * std::fabs(left);
      answer.relativeGap = answer.gap == 0 ? 0 : answer.gap / size;
      writePrices(group, p, rows, unit, prices);
      group.one([&] { *prices.target = 0 - gamma * scenario.goalValue; });
    } else {
      const double excess = answer.expectedReturn - answer.costs - scenario.goalValue;
      answer.gap += 0.5 * std::fabs(gamma - excess / answer.variance) * answer.variance;
      // Half the relative error that rounding leaves of the variance is that of the ratio.
      answer.gap += 0x1p-48 * squareBeforeHedging(group, p) / answer.variance * excess;
      answer.gap += 0x1p-50 * excessTerms(group, ws, scenario.expectedReturns, answer.costs, scenario.goalValue);
      answer.gap = answer.variance > 0 && excess > 0 ? answer.gap : INFINITY;
      answer.relativeGap = answer.gap / std::fabs(excess);
      const double volatility = std::sqrt(answer.variance);
      answer.objective = -excess / volatility;
      answer.gap /= volatility;
      writePrices(group, p, rows, unit / volatility, prices);
    }
    answer.status = answer.relativeGap <= tolerance ? Status::Solved : Status::Inaccurate;
  } else {
    writePrices(group, p, rows, unit, prices);
    answer.expectedReturn = expectedReturn(group, ws, scenario.expectedReturns);
  }
  return answer;
}

}  // namespace parabola::PARABOLA_ISA
