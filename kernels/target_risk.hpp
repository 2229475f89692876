// The largest return less costs at a volatility that is given.
#pragma once

#include "aversion.hpp"

namespace parabola::PARABOLA_ISA {

// The blend of memory.below and memory.above whose variance is the goal. Where the weights jump at one risk tolerance
// all blends are optimal for it; the multipliers at hand are theirs.
template <class Group>
PARABOLA_FUNCTION void blend(const Group& group, const Shared& shared, const Scenario& scenario, double goal,
                             double tolerance, GoalWorkspace& memory, Answer& answer) {
  using P = Pack<kLanes>;
  Program& p = memory.general.program;
  Workspace& ws = p.ws;
  const double* below = memory.below;
  const double open = farthestBound(scenario);
  // Open bounds are where the last portfolio had them, and this one may go beyond.
  if (readProgram(group, shared, scenario, open, p) != Status::Solved) {
    return;
  }
  p.exact = true;
  const Model risk = covarianceOf(shared, scenario);
  double* const step = ws.a;
  double* const product = ws.b;
  group.each(ws.padded, [&](auto i) {
    store(step, i, load(memory.above, i) - load(below, i));
    store(product, i, P(0.0));
  });
  const int count = listNonzero(group, ws, step);
  addProduct(group, risk, ws.list, ws.amount, count, p.scratch, product);
  const double* b = p.limits.benchmark;
  const double slope = group.sum(ws.padded, [&](auto i) {
    const P w = load(below, i);
    return load(product, i) * (b == nullptr ? w : w - load(b, i));
  });
  const double curvature = group.sum(ws.padded, [&](auto i) { return load(product, i) * load(step, i); });
  group.each(ws.padded, [&](auto i) { store(ws.w, i, load(below, i)); });
  evaluateGradient(group, p);
  GeneralTerms t = generalTerms(group, p);
  answer.gap = 0;
  report(group, shared, scenario, p, t, 0, tolerance, answer);
  // variance + 2 slope x + curvature x^2 = goal, from the side that does not cancel
  const double lack = goal - answer.variance;
  const double root = std::sqrt(slope * slope + curvature * lack > 0 ? slope * slope + curvature * lack : 0);
  const double x = slope + root > 0 ? lack / (slope + root) : 0;
  const double part = x > 0 ? (x < 1 ? x : 1) : 0;
  group.each(ws.padded, [&](auto i) {
    const P w = fma(P(part), load(memory.above, i) - load(below, i), load(below, i));
    store(ws.w, i, min(max(w, load(ws.lower, i)), load(ws.upper, i)));
  });
  clean(group, p);
  closeIn(group, scenario, open, ws);
  double gap = certify(group, p, t);
  gap = reachesOpenBound(group, scenario, ws, open) ? INFINITY : gap;
  report(group, shared, scenario, p, t, gap, tolerance, answer);
  answer.status = gap < INFINITY ? answer.status : Status::Inaccurate;  // not invalid
}

// Whether the portfolio at hand, whatever its risk, has the largest return less costs there is, if that is bounded, as
// the multipliers that were kept prove, or none at all: then that is its answer. Else its weights are left. What they
// return less costs goes to `net`.
template <class Group>
PARABOLA_FUNCTION bool hasLargestReturn(const Group& group, const Shared& shared, const Scenario& scenario,
                                        double tolerance, bool bounded, GoalWorkspace& memory, Answer& answer,
                                        double& net) {
  constexpr double kEnough = 0.1;
  Program& p = memory.general.program;
  Scenario at = scenario;
  at.goal = Goal::RiskAversion;
  at.riskAversion = 0;
  const double open = farthestBound(at);
  if (readProgram(group, shared, at, open, p) != Status::Solved) {
    return false;
  }
  closeIn(group, at, open, p.ws);
  p.exact = true;
  for (const bool kept : {true, false}) {
    p.at.clear(group, p.rows);
    if (kept && bounded) {
      group.items(p.rows, [&](int r) { p.at.y[r] = memory.kept[r]; });
      p.at.nu = memory.kept[p.rows];
      p.at.kappa = memory.kept[p.rows + 1];
      p.at.rho = memory.kept[p.rows + 2];
    }
    GeneralTerms t;
    const double gap = certify(group, p, t);
    net = t.linear - t.costs;
    if (!bounded) {
      return false;
    }
    if (gap <= kEnough * tolerance * t.size) {
      report(group, shared, at, p, t, gap, tolerance, answer);
      return true;
    }
  }
  return false;
}

// The largest return less costs with (w - b)'Sigma(w - b) <= risk^2.
template <class Group>
PARABOLA_FUNCTION Answer solveTargetRisk(const Group& group, const Shared& shared, const Scenario& scenario,
                                         double tolerance, GoalWorkspace& memory, double& gamma) {
  constexpr int kRounds = 100;
  constexpr double kExact = 0x1p-46;
  constexpr double kSame = 0x1p-48;
  constexpr double kSmall = 1e-12;
  constexpr double kWide = 256;
  constexpr double kEnough = 0.1;
  const double goal = scenario.goalValue * scenario.goalValue;
  gamma = 0;
  Answer most = solveAt(group, shared, scenario, 0, tolerance, false, memory);
  ToleranceSearch search;
  search.iterations = most.iterations;
  if (!hasPortfolio(most) && most.status != Status::Unbounded) {
    return most;
  }
  if (hasPortfolio(most) && most.variance <= goal) {
    return most;
  }
  const bool bounded = hasPortfolio(most);
  if (bounded) {
    const Multipliers& y = memory.general.program.at;
    const int rows = memory.general.program.rows;
    group.items(rows, [&](int r) { memory.kept[r] = y.y[r]; });
    group.one([&] {
      memory.kept[rows] = y.nu;
      memory.kept[rows + 1] = y.kappa;
      memory.kept[rows + 2] = y.rho;
    });
  }
  // The least risk there is, whatever it costs.
  Limits free = *scenario.limits;
  free.buy = free.sell = free.quadratic = free.power = nullptr;
  Scenario calm = scenario;
  calm.limits = &free;
  Answer answer = solveAt(group, shared, calm, INFINITY, tolerance, false, memory);
  search.iterations += answer.iterations;
  if (!hasPortfolio(answer)) {
    return answer;
  }
  if (answer.variance - 2 * answer.gap > goal * (1 + 0x1p-40)) {
    answer.status = Status::Infeasible;
    return answer;
  }
  const auto keepWeights = [&](double* where) {
    group.each(memory.general.program.ws.padded,
               [&](auto i) { store(where, i, load(memory.general.program.ws.w, i)); });
  };
  const auto blendAt = [&](double riskAversion, Answer& blended) {
    Scenario at = scenario;
    at.goal = Goal::RiskAversion;
    at.riskAversion = riskAversion;
    blend(group, shared, at, goal, tolerance, memory, blended);
  };
  keepWeights(memory.below);
  const double least = answer.variance;
  double net;
  if (hasLargestReturn(group, shared, scenario, tolerance, bounded, memory, answer, net)) {
    answer.iterations = search.iterations;
    return answer;
  }
  // low: the variance is below the goal, high: above.
  double& u = search.u;
  double& low = search.low;
  double& high = search.high;
  double& leap = search.leap;
  double lowVariance = least;
  double lowNet = net;
  double highVariance = bounded ? most.variance : INFINITY;
  double highNet = bounded ? most.expectedReturn - most.costs : INFINITY;
  const double rise = bounded ? highNet - lowNet : 0;
  u = rise > 0 && goal > 0 ? goal / rise : 1;
  search.again = true;
  bool aboveKnown = false;
  bool met = false;
  bool atJump = false;  // u is where the portfolios on both sides are equally good
  bool inVain = false;  // and what lies between them was not good enough
  int slow = 0;         // rounds after which more than half was left between low and high
  for (int round = 0; round < kRounds; round++) {
    const Tried tried = tryTolerance(group, shared, scenario, tolerance, memory, search, answer, gamma);
    if (tried == Tried::Beyond) {
      highVariance = INFINITY;
      highNet = INFINITY;
      aboveKnown = false;
      continue;
    }
    if (tried == Tried::Nothing) {
      break;
    }
    const double beside = std::fabs(answer.variance - goal);
    // Of risk that is hedged, and of none, rounding is what the digits of the weights leave.
    if (beside <= kExact * goal ||
        (gamma * beside <= kSmall * std::fabs(answer.expectedReturn - answer.costs) && goal < answer.variance &&
         answer.variance <= hiddenVariance(group, memory.general.program))) {
      met = true;
      break;
    }
    const double answerNet = answer.expectedReturn - answer.costs;
    // If nothing is better there than those on both sides, what lies between them is as good.
    const double better = (lowVariance - answer.variance) / (2 * u) - (lowNet - answerNet);
    const bool jumps = atJump && aboveKnown && better <= kSame * (answer.variance / u + std::fabs(answerNet));
    const bool calmer = answer.variance < goal;
    const double width = high - low;
    (calmer ? low : high) = u;
    (calmer ? lowVariance : highVariance) = answer.variance;
    (calmer ? lowNet : highNet) = answerNet;
    keepWeights(calmer ? memory.below : memory.above);
    aboveKnown = aboveKnown || !calmer;
    slow = high - low > 0.5 * width ? slow + 1 : 0;
    if (jumps) {
      Answer between = answer;
      blendAt(gamma, between);
      if (between.status == Status::Solved && between.relativeGap <= kEnough * tolerance) {
        answer = between;
        met = true;
        break;
      }
      inVain = true;
    }
    if (high == INFINITY) {
      // However little risk counts, it stays below the target: the largest return needs no more.
      if (hasLargestReturn(group, shared, scenario, tolerance, bounded, memory, answer, net)) {
        gamma = 0;
        met = true;
        break;
      }
      u *= leap;
      leap *= leap < 0x1p60 ? leap : 1;
      if (u > 0x1p200) {
        answer.gap = INFINITY;
        break;
      }
      continue;
    }
    const double part = (goal - lowVariance) / (highVariance - lowVariance);
    const double square = low * low + part * (high * high - low * low);
    double next = std::sqrt(square);
    const double jump = 0.5 * (highVariance - lowVariance) / (highNet - lowNet);
    atJump = slow > 1 && !inVain && low < jump && jump < high;
    if (highVariance == INFINITY) {
      next = nearer(low, high, leap);
    } else if (atJump) {
      next = jump;
    } else if (low == 0 && round > 1) {
      next = 0 < next && next < high / leap ? next : high / leap;
      leap *= leap < 0x1p60 ? leap : 1;
    } else if (round % 4 == 3 || (round % 2 == 1 && high > kWide * low)) {
      next = low > 0 ? std::sqrt(low) * std::sqrt(high) : 0.25 * high;
    }
    if (!(next > low * (1 + kSame) && next < high * (1 - kSame))) {
      if (high - low <= 4 * kSame * high || round > kRounds / 2) {
        break;
      }
      next = 0.5 * (low + high);
    }
    u = next;
    if (u < 0x1p-200) {
      break;
    }
  }
  if (!met && hasPortfolio(answer) && aboveKnown) {
    blendAt(gamma, answer);
  }
  if (!met && hasPortfolio(answer)) {
    const double known = 0x1p-50 * squareBeforeHedging(group, memory.general.program);
    if (answer.variance > goal * (1 + 0x1p-30) + known) {
      answer.relativeGap = answer.gap = INFINITY;  // above the target, whatever its return
    }
  }
  answer.iterations = search.iterations;
  return answer;
}

// How finely the return less costs of a target risk is known. Beside them only the risk counts: its price, the risk
// aversion, is not the caller's and has no end where the target is what rounding makes of hedged risk, so that with a
// floor for its rounding any return would be small. What is left of the floors is that of returns and costs, and of
// their slopes across the bounds. `costs` as in an answer; the program's are divided by `unit`.
template <class Group>
PARABOLA_LARGE double knownOfReturn(const Group& group, const Program& p, const double* mean, double unit,
                                    double costs) {
  using P = Pack<kLanes>;
  const Workspace& ws = p.ws;
  const auto size = [](const P& x) { return max(x, P(0.0) - x); };
  double moved;
  double across;
  group.sums(ws.padded, moved, across, [&](auto i, P& a, P& b) {
    const P w = load(ws.w, i);
    const P mu = load(mean, i);
    const P slope = P(unit) * max(size(slopeUp(p, i, w)), size(slopeDown(p, i, w)));
    a = a + size(mu * w);
    b = b + (size(mu) + slope) * (load(ws.upper, i) - load(ws.lower, i));
  });
  const double here = 0x1p-20 * (moved + costs);
  return here > 0x1p-24 * across ? here : 0x1p-24 * across;
}

}  // namespace parabola::PARABOLA_ISA
