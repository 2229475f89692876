// What a portfolio is asked for, beside the most of return less risk: least variance, a return, a risk, or the largest
// Sharpe ratio. Each is one general problem, or a search in one number over a few.
//
// Target risk and Sharpe ratio are searched over the risk tolerance u = 1 / gamma. On one face the weights are a + u d
// with a'Sigma d = 0 and mu'd = d'Sigma d, so there the variance is linear in u^2 and u times the excess return less
// the variance is linear in u: an interpolation between two portfolios of the face is exact.
#pragma once

#include "general.hpp"

namespace parabola::PARABOLA_ISA {

struct GoalWorkspace {
  GeneralWorkspace general;
  double* zeros = nullptr;       // [padded]
  double* start = nullptr;       // [padded]
  double* rowLower = nullptr;    // [rows + 1]
  double* rowUpper = nullptr;    // [rows + 1]
  const double** row = nullptr;  // [rows + 1]

  static std::size_t numbers(int n, int rows) {
    return GeneralWorkspace::numbers(n, rows + 1) + 2 * static_cast<std::size_t>(padded(n)) +
           3 * static_cast<std::size_t>(padded(rows + 1));
  }
  // With `extra` the problem has one row more than `rows`.
  void layOut(int n, int rows, bool extra, double* memory) {
    general.layOut(n, rows + (extra ? 1 : 0), memory);
    memory += GeneralWorkspace::numbers(n, rows + 1);
    zeros = memory;
    start = memory + padded(n);
    memory += 2 * padded(n);
    rowLower = memory;
    rowUpper = memory + padded(rows + 1);
    row = reinterpret_cast<const double**>(memory + 2 * padded(rows + 1));
    for (int i = 0; i < padded(n); i++) {
      zeros[i] = 0;
    }
  }
};

// mu'w of the weights found.
template <class Group>
inline double expectedReturn(const Group& group, const Workspace& ws, const double* mu) {
  return group.sum(ws.padded, [&](auto i) { return load(mu, i) * load(ws.w, i); });
}

// The prices at the multipliers found, times `unit`. Row `rows` is that of the target return, if there is one.
inline void writePrices(const Program& p, int rows, double unit, const Prices& prices) {
  *prices.budget = unit * p.at.nu;
  for (int r = 0; r < rows; r++) {
    prices.rows[r] = unit * p.at.y[r];
  }
  *prices.turnover = 0 - unit * p.at.kappa;
  *prices.gross = 0 - unit * p.at.rho;
  *prices.target = p.rows > rows ? unit * p.at.y[rows] : 0;
  if (prices.sides != nullptr) {
    for (int r = 0; r < p.rows + 2; r++) {
      const double y = r < p.rows ? p.at.y[r] : r == p.rows ? -p.at.kappa : -p.at.rho;
      prices.sides[r] = y > 0 ? -1 : y < 0 ? 1 : 0;
    }
  }
  if (prices.reducedCosts != nullptr) {
    for (int i = 0; i < p.ws.n; i++) {
      const double w = p.ws.w[i];
      const bool bound = w == p.ws.lower[i] || w == p.ws.upper[i];
      prices.reducedCosts[i] = bound ? unit * p.h[i] : 0;
    }
  }
}

// Solves the scenario with another risk aversion and the weights found last as a start; gamma = infinity asks for the
// least variance.
template <class Group>
inline Answer solveAt(const Group& group, const Shared& shared, const Scenario& scenario, double gamma,
                      double tolerance, bool again, GoalWorkspace& memory) {
  Scenario at = scenario;
  at.goal = Goal::RiskAversion;
  at.riskAversion = gamma;
  if (gamma == INFINITY) {
    at.riskAversion = 1;
    at.expectedReturns = memory.zeros;
  }
  if (again) {
    const Workspace& ws = memory.general.program.ws;
    for (int i = 0; i < ws.padded; i++) {
      memory.start[i] = ws.w[i];
    }
    at.start = memory.start;
  }
  Answer answer = solveGeneral(group, shared, at, tolerance, memory.general);
  if (gamma == INFINITY) {
    answer.expectedReturn = expectedReturn(group, memory.general.program.ws, scenario.expectedReturns);
  }
  return answer;
}

inline bool hasPortfolio(const Answer& answer) {
  return answer.status == Status::Solved || answer.status == Status::Inaccurate;
}

// The largest return less costs with (w - b)'Sigma(w - b) <= risk^2.
template <class Group>
inline Answer solveTargetRisk(const Group& group, const Shared& shared, const Scenario& scenario, double tolerance,
                              GoalWorkspace& memory, double& gamma) {
  constexpr int kRounds = 100;
  constexpr double kExact = 0x1p-46;
  const double goal = scenario.goalValue * scenario.goalValue;
  gamma = 0;
  Answer most = solveAt(group, shared, scenario, 0, tolerance, false, memory);
  int iterations = most.iterations;
  if (!hasPortfolio(most) && most.status != Status::Unbounded) {
    return most;
  }
  if (hasPortfolio(most) && most.variance <= goal) {
    return most;
  }
  Answer answer = solveAt(group, shared, scenario, INFINITY, tolerance, false, memory);
  iterations += answer.iterations;
  if (!hasPortfolio(answer)) {
    return answer;
  }
  if (answer.variance > goal * (1 + 0x1p-40)) {
    answer.status = Status::Infeasible;
    return answer;
  }
  // low: the variance is below the goal, high: above.
  double low = 0;
  double lowVariance = answer.variance;
  double high = INFINITY;
  double highVariance = hasPortfolio(most) ? most.variance : INFINITY;
  const double rise = hasPortfolio(most) ? most.expectedReturn - answer.expectedReturn : 0;
  double u = rise > 0 && goal > 0 ? goal / rise : 1;
  for (int round = 0; round < kRounds; round++) {
    answer = solveAt(group, shared, scenario, 1 / u, tolerance, true, memory);
    iterations += answer.iterations;
    if (!hasPortfolio(answer)) {
      break;
    }
    gamma = 1 / u;
    if (std::fabs(answer.variance - goal) <= kExact * goal) {
      break;
    }
    (answer.variance < goal ? low : high) = u;
    (answer.variance < goal ? lowVariance : highVariance) = answer.variance;
    if (high == INFINITY) {
      u *= 16;
      if (u > 0x1p200) {
        break;
      }
      continue;
    }
    const double part = (goal - lowVariance) / (highVariance - lowVariance);
    const double square = low * low + part * (high * high - low * low);
    double next = std::sqrt(square);
    if (round % 4 == 3) {
      next = low > 0 ? std::sqrt(low) * std::sqrt(high) : 0.25 * high;
    }
    if (!(next > low && next < high)) {
      // At this one tolerance the weights jump past the goal; the calmer end is feasible.
      if (answer.variance > goal) {
        answer = solveAt(group, shared, scenario, 1 / (low > 0 ? low : next), tolerance, true, memory);
      }
      break;
    }
    u = next;
  }
  answer.iterations = iterations;
  return answer;
}

// The largest (mu'w - costs - rf) / volatility.
template <class Group>
inline Answer solveSharpe(const Group& group, const Shared& shared, const Scenario& scenario, double tolerance,
                          GoalWorkspace& memory, double& gamma) {
  constexpr int kRounds = 100;
  constexpr double kExact = 0x1p-48;
  const double riskFree = scenario.goalValue;
  const auto excess = [&](const Answer& a) { return a.expectedReturn - a.costs - riskFree; };
  gamma = 0;
  Answer answer = solveAt(group, shared, scenario, 0, tolerance, false, memory);
  int iterations = answer.iterations;
  double u = 1;
  if (hasPortfolio(answer)) {
    const double best = excess(answer);
    if (!(best > 0x1p-50 * (std::fabs(answer.expectedReturn) + std::fabs(riskFree)))) {
      answer.status = Status::NoExcessReturn;
      return answer;
    }
    u = answer.variance / best;
  } else if (answer.status != Status::Unbounded) {
    return answer;
  }
  if (!(u > 0)) {
    answer.status = Status::Unbounded;  // an excess return without risk
    return answer;
  }
  // G(u) = u excess - variance is negative below the optimum's u and positive above.
  double low = 0;
  double lowG = -INFINITY;
  double high = INFINITY;
  double highG = INFINITY;
  bool again = false;
  for (int round = 0; round < kRounds; round++) {
    answer = solveAt(group, shared, scenario, 1 / u, tolerance, again, memory);
    again = true;
    iterations += answer.iterations;
    if (!hasPortfolio(answer)) {
      break;
    }
    gamma = 1 / u;
    const double e = excess(answer);
    const double g = u * e - answer.variance;
    if (e > 0 && !(answer.variance > 0)) {
      answer.status = Status::Unbounded;
      break;
    }
    if (std::fabs(g) <= kExact * answer.variance) {
      break;
    }
    double next;
    if (g > 0) {
      high = u;
      highG = g;
    } else {
      low = u;
      lowG = g;
    }
    if (high == INFINITY) {
      next = 4 * u;
    } else if (lowG == -INFINITY) {
      next = answer.variance / e;
      next = round % 3 == 2 ? 0.25 * next : next;
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
  answer.iterations = iterations;
  return answer;
}

// One scenario, whatever it asks for. The weights are in memory.general.program.ws.w.
template <class Group>
inline Answer solveGoal(const Group& group, const Shared& shared, const Scenario& scenario, double tolerance,
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
  switch (scenario.goal) {
    case Goal::RiskAversion:
      answer = solveGeneral(group, shared, at, tolerance, memory.general);
      unit = scenario.riskAversion > 0 ? scenario.riskAversion : 1;
      break;
    case Goal::MinimumVariance:
      answer = solveAt(group, shared, at, INFINITY, tolerance, false, memory);
      break;
    case Goal::TargetReturn:
      for (int r = 0; r < rows; r++) {
        memory.row[r] = limits.row[r];
        memory.rowLower[r] = limits.rowLower[r];
        memory.rowUpper[r] = limits.rowUpper[r];
      }
      memory.row[rows] = scenario.expectedReturns;
      memory.rowLower[rows] = scenario.goalValue;
      memory.rowUpper[rows] = INFINITY;
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
    double size = gamma * answer.variance;
    for (const double other : {std::fabs(answer.expectedReturn), answer.costs}) {
      size = other > size ? other : size;
    }
    if (answer.relativeGap > 0 && answer.gap / answer.relativeGap > size) {
      size = answer.gap / answer.relativeGap;  // it has floors for rounding
    }
    answer.objective = answer.costs - answer.expectedReturn;
    if (scenario.goal == Goal::TargetRisk) {
      const double left = scenario.goalValue * scenario.goalValue - answer.variance;
      answer.gap += 0.5 * gamma * std::fabs(left);
      answer.relativeGap = answer.gap == 0 ? 0 : answer.gap / size;
      writePrices(p, rows, unit, prices);
      *prices.target = 0 - gamma * scenario.goalValue;
    } else {
      const double excess = answer.expectedReturn - answer.costs - scenario.goalValue;
      answer.gap += 0.5 * std::fabs(gamma - excess / answer.variance) * answer.variance;
      answer.relativeGap = answer.gap == 0 ? 0 : answer.gap / size;
      const double volatility = std::sqrt(answer.variance);
      answer.objective = -excess / volatility;
      answer.gap /= volatility;
      writePrices(p, rows, unit / volatility, prices);
    }
    answer.status = answer.relativeGap <= tolerance ? Status::Solved : Status::Inaccurate;
  } else {
    writePrices(p, rows, unit, prices);
    answer.expectedReturn = expectedReturn(group, ws, scenario.expectedReturns);
  }
  return answer;
}

}  // namespace parabola::PARABOLA_ISA
