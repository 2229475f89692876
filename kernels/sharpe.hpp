// The largest Sharpe ratio.
#pragma once

#include "aversion.hpp"

namespace parabola::PARABOLA_ISA {

// Whether the benchmark, or nothing without one, may be held and returns more than `least` after costs: that is free of
// risk. Near it risk and weights shrink together, so that no search gets to where rounding hides the risk.
template <class Group>
PARABOLA_FUNCTION bool benchmarkReturnsMore(const Group& group, const Shared& shared, const Scenario& scenario,
                                            double least, GoalWorkspace& memory) {
  using P = Pack<kLanes>;
  Program& p = memory.general.program;
  Workspace& ws = p.ws;
  Scenario at = scenario;
  at.goal = Goal::RiskAversion;
  at.riskAversion = 0;
  const double* const b = scenario.limits->benchmark;
  const auto centre = [&](int i) { return b == nullptr ? 0 : b[i]; };
  if (readProgram(group, shared, at, farthestBound(at), p) != Status::Solved ||
      !group.all(ws.n, [&](int i) { return ws.lower[i] <= centre(i) && centre(i) <= ws.upper[i]; })) {
    return false;
  }
  group.each(ws.padded, [&](auto i) { store(ws.w, i, b == nullptr ? P(0.0) : load(b, i)); });
  if (worstViolation(group, p) > kFeasible) {
    return false;
  }
  evaluateGradient(group, p);
  return returnsMore(group, ws, scenario.expectedReturns, generalTerms(group, p).costs, least);
}

// The largest (mu'w - costs - rf) / volatility.
template <class Group>
PARABOLA_FUNCTION Answer solveSharpe(const Group& group, const Shared& shared, const Scenario& scenario,
                                     double tolerance, GoalWorkspace& memory, double& gamma) {
  constexpr int kRounds = 100;
  constexpr double kExact = 0x1p-48;
  constexpr double kClearly = 0x1p12;
  const double riskFree = scenario.goalValue;
  const auto excess = [&](const Answer& a) { return a.expectedReturn - a.costs - riskFree; };
  gamma = 0;
  Answer answer = solveAt(group, shared, scenario, 0, tolerance, false, memory);
  ToleranceSearch search;
  search.iterations = answer.iterations;
  double& u = search.u;
  double& low = search.low;
  double& high = search.high;
  const Program& p = memory.general.program;
  const auto earns = [&] { return returnsMore(group, p.ws, scenario.expectedReturns, answer.costs, riskFree); };
  double ratio = 0;  // the largest so far of risks that are seen clearly, squared
  double mostHidden = 0;
  if (hasPortfolio(answer)) {
    const double best = excess(answer);
    if (!earns()) {
      answer.status = Status::NoExcessReturn;
      return answer;
    }
    u = answer.variance / best;
    mostHidden = hiddenVariance(group, p);
    ratio = answer.variance > kClearly * mostHidden ? best / u : 0;
  } else if (answer.status != Status::Unbounded) {
    return answer;
  }
  if (!(u > 0) || benchmarkReturnsMore(group, shared, scenario, riskFree, memory)) {
    answer.status = Status::Unbounded;  // an excess return without risk
    return answer;
  }
  // G(u) = u excess - variance is negative below the optimum's u and positive above.
  double lowG = -INFINITY;
  double highG = INFINITY;
  bool found = false;  // where more risk makes the ratio no larger
  for (int round = 0; round < kRounds; round++) {
    const Tried tried = tryTolerance(group, shared, scenario, tolerance, memory, search, answer, gamma);
    if (tried == Tried::Beyond) {
      highG = INFINITY;
      continue;
    }
    if (tried == Tried::Nothing) {
      break;
    }
    const double e = excess(answer);
    const double g = u * e - answer.variance;
    const double hidden = hiddenVariance(group, p);
    mostHidden = hidden > mostHidden ? hidden : mostHidden;
    // Rounding may be all its risk; and if that were the most that rounding can hide, it would still be paid for better
    // than any that is seen clearly.
    if (answer.variance <= hidden && earns() && e * e > ratio * hidden) {
      answer.status = Status::Unbounded;
      break;
    }
    if (answer.variance > kClearly * mostHidden && e > 0 && e * e > ratio * answer.variance) {
      ratio = e * e / answer.variance;
    }
    if (std::fabs(g) <= kExact * answer.variance) {
      found = answer.status == Status::Solved;
      break;
    }
    double next;
    if (g > 0) {
      high = u;
      highG = g;
      found = found || answer.status == Status::Solved;
    } else {
      low = u;
      lowG = g;
    }
    if (high == INFINITY) {
      next = 4 * u;
    } else if (lowG == -INFINITY) {
      next = answer.variance / e;
      next = round % 3 == 2 ? 0.25 * next : next;
    } else if (highG == INFINITY) {
      next = nearer(low, high, search.leap);
    } else {
      next = low - lowG * (high - low) / (highG - lowG);
      if (round % 4 == 3) {
        next = low > 0 ? std::sqrt(low) * std::sqrt(high) : 0.5 * high;
      }
    }
    if (!(next > low && next < high)) {
      break;
    }
    u = next;
  }
  if (hasPortfolio(answer) && !(excess(answer) > 0) && highG < INFINITY) {
    // Where rounding hides the risk, any portfolio has the least; the nearest that is better than holding no risk.
    answer = solveAt(group, shared, scenario, 1 / high, tolerance, true, memory);
    search.iterations += answer.iterations;
    gamma = 1 / high;
  }
  if (search.beyond > 0 && !found && hasPortfolio(answer)) {
    answer.status = Status::Unbounded;
  }
  answer.iterations = search.iterations;
  return answer;
}

}  // namespace parabola::PARABOLA_ISA
