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
  double* below = nullptr;       // [padded] weights with less risk than the target
  double* above = nullptr;       // [padded] and with more
  double* kept = nullptr;        // [rows + 4] multipliers of the largest return: of rows, then nu, kappa, rho
  double* rowLower = nullptr;    // [rows + 1]
  double* rowUpper = nullptr;    // [rows + 1]
  const double** row = nullptr;  // [rows + 1]

  PARABOLA_SIZE static std::size_t numbers(int n, int rows, int thinFactors) {
    return GeneralWorkspace::numbers(n, rows + 1, thinFactors) + 4 * static_cast<std::size_t>(padded(n)) +
           3 * static_cast<std::size_t>(padded(rows + 1)) + static_cast<std::size_t>(padded(rows + 4));
  }
  // With `extra` the problem has one row more than `rows`.
  PARABOLA_FUNCTION void layOut(int n, int rows, bool extra, int thinFactors, double* memory) {
    general.layOut(n, rows + (extra ? 1 : 0), thinFactors, memory);
    memory += GeneralWorkspace::numbers(n, rows + 1, thinFactors);
    zeros = memory;
    start = memory + padded(n);
    below = memory + 2 * padded(n);
    above = memory + 3 * padded(n);
    memory += 4 * padded(n);
    rowLower = memory;
    rowUpper = memory + padded(rows + 1);
    row = reinterpret_cast<const double**>(memory + 2 * padded(rows + 1));
    kept = memory + 3 * padded(rows + 1);
  }
};

// mu'w of the weights found.
template <class Group>
PARABOLA_FUNCTION double expectedReturn(const Group& group, const Workspace& ws, const double* mu) {
  return group.sum(ws.padded, [&](auto i) { return load(mu, i) * load(ws.w, i); });
}

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

// No variance is below zero: a least one that was called unbounded is farther out than others are looked for.
template <class Group>
PARABOLA_FUNCTION void lookFartherOut(const Group& group, const Shared& shared, const Scenario& scenario,
                                      double tolerance, GeneralWorkspace& memory, Answer& answer) {
  constexpr double kFartherOut = 1e6;
  if (answer.status != Status::Unbounded) {
    return;
  }
  answer.status = Status::Inaccurate;
  answer.gap = answer.relativeGap = NAN;
  if constexpr (kLanes > 1) {
    solvePrecisely(group, shared, scenario, kFartherOut * farthestBound(scenario), tolerance, memory, answer);
  }
  answer.status = answer.status == Status::Unbounded ? Status::Inaccurate : answer.status;
}

// Solves the scenario with another risk aversion and the weights found last as a start; gamma = infinity asks for the
// least variance.
template <class Group>
PARABOLA_FUNCTION Answer solveAt(const Group& group, const Shared& shared, const Scenario& scenario, double gamma,
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
    group.each(ws.padded, [&](auto i) { store(memory.start, i, load(ws.w, i)); });
    at.start = memory.start;
  }
  Answer answer = solveGeneral(group, shared, at, tolerance, memory.general);
  if (gamma == INFINITY) {
    lookFartherOut(group, shared, at, tolerance, memory.general, answer);
    answer.expectedReturn = expectedReturn(group, memory.general.program.ws, scenario.expectedReturns);
  }
  return answer;
}

// An inaccurate answer without a gap has no portfolio that meets the constraints either.
PARABOLA_FUNCTION bool hasPortfolio(const Answer& answer) {
  return answer.status == Status::Solved || (answer.status == Status::Inaccurate && finite(answer.gap));
}

// (sum |w_i - b_i| s_i)^2, what the variance would be if nothing hedged anything.
template <class Group>
PARABOLA_FUNCTION double squareBeforeHedging(const Group& group, const Program& p) {
  const double risk = group.sum(p.ws.padded, [&](auto i) {
    using P = Pack<kLanes>;
    const P w = load(p.ws.w, i);
    const P e = p.limits.benchmark == nullptr ? w : w - load(p.limits.benchmark, i);
    return max(e, P(0.0) - e) * load(p.deviation, i);
  });
  return risk * risk;
}

// Whether a return less costs is above `least` by more than rounding.
PARABOLA_INLINE bool exceeds(double expectedReturn, double costs, double least) {
  return expectedReturn - costs - least > 0x1p-50 * (std::fabs(expectedReturn) + std::fabs(least));
}

// Whether the portfolio at hand is riskless but for rounding: for its variance beside what it would be if nothing
// hedged anything, or once the specks of active weights are gone that are to its size what rounding is; and without
// them still returns more than `least` after costs.
template <class Group>
PARABOLA_FUNCTION bool isRiskless(const Group& group, const Shared& shared, const Scenario& scenario,
                                  const Answer& answer, double least, GoalWorkspace& memory) {
  constexpr double kRiskless = 0x1p-44;
  constexpr double kSpeck = 0x1p-44;
  Program& p = memory.general.program;
  Workspace& ws = p.ws;
  if (answer.variance <= kRiskless * squareBeforeHedging(group, p)) {
    return true;
  }
  double* const kept = memory.start;
  const double* b = p.limits.benchmark;
  const auto centre = [&](int i) { return b == nullptr ? 0 : b[i]; };
  const double largest = group.largest(ws.n, p.typical, [&](int i) {
    const double w = std::fabs(ws.w[i]);
    const double c = std::fabs(centre(i));
    return w > c ? w : c;
  });
  const auto isSpeck = [&](int i) {
    return std::fabs(ws.w[i] - centre(i)) <= kSpeck * largest && ws.lower[i] <= centre(i) && centre(i) <= ws.upper[i];
  };
  if (group.count(ws.n, [&](int i) { return isSpeck(i) && ws.w[i] != centre(i); }) == 0) {
    return false;
  }
  group.items(ws.n, [&](int i) {
    kept[i] = ws.w[i];
    ws.w[i] = isSpeck(i) ? centre(i) : ws.w[i];
  });
  using P = Pack<kLanes>;
  group.each(ws.padded, [&](auto i) {
    const P w = load(ws.w, i);
    store(ws.a, i, b == nullptr ? w : w - load(b, i));
    store(ws.b, i, P(0.0));
  });
  const int count = listNonzero(group, ws, ws.a);
  addProduct(group, covarianceOf(shared, scenario), ws.list, ws.amount, count, p.scratch, ws.b);
  const double left = group.sum(ws.padded, [&](auto i) { return load(ws.a, i) * load(ws.b, i); });
  const double mean = expectedReturn(group, ws, scenario.expectedReturns);
  const bool riskless =
      left <= kRiskless * squareBeforeHedging(group, p) && (least == -INFINITY || exceeds(mean, answer.costs, least));
  group.items(ws.n, [&](int i) { ws.w[i] = kept[i]; });
  return riskless;
}

// The blend of memory.below and memory.above whose variance is the goal. Where the weights jump at one risk tolerance
// all blends are optimal for it; the multipliers at hand are theirs.
template <class Group>
PARABOLA_FUNCTION void blend(const Group& group, const Shared& shared, const Scenario& scenario, double goal,
                             double tolerance, GoalWorkspace& memory, Answer& answer) {
  using P = Pack<kLanes>;
  Program& p = memory.general.program;
  Workspace& ws = p.ws;
  const double* below = memory.below;
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
  const double gap = certify(group, p, t);
  report(group, shared, scenario, p, t, gap, tolerance, answer);
}

// Whether the portfolio at hand, whatever its risk, has the largest return less costs there is, as the multipliers that
// were kept prove (if it is bounded), or none at all: then that is its answer. Else its weights are left, and what they
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
    if (gap <= kEnough * tolerance * t.size) {
      report(group, shared, at, p, t, gap, tolerance, answer);
      return true;
    }
  }
  return false;
}

// A search over portfolios ends when more of them than that are inaccurate: it would not end better.
constexpr int kInaccurate = 6;

// Or when so many lie beyond the bounds that infinite ones are taken for. Where little risk is minded they may, and be
// near where more is.
constexpr int kBeyond = 8;

// A risk tolerance below one at which the portfolio was beyond, and above `low`, at which it was not (if not zero).
// Leaps become longer until one is found.
PARABOLA_INLINE double nearer(double low, double beyond, double& leap) {
  if (low > 0) {
    return std::sqrt(low) * std::sqrt(beyond);
  }
  const double u = beyond / leap;
  leap *= leap < 0x1p60 ? leap : 1;
  return u;
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
  int iterations = most.iterations;
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
  iterations += answer.iterations;
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
    answer.iterations = iterations;
    return answer;
  }
  // low: the variance is below the goal, high: above.
  double low = 0;
  double lowVariance = least;
  double lowNet = net;
  double high = INFINITY;
  double highVariance = bounded ? most.variance : INFINITY;
  double highNet = bounded ? most.expectedReturn - most.costs : INFINITY;
  const double rise = bounded ? highNet - lowNet : 0;
  double u = rise > 0 && goal > 0 ? goal / rise : 1;
  bool aboveKnown = false;
  bool met = false;
  bool atJump = false;  // u is where the portfolios on both sides are equally good
  bool tried = false;   // and what lies between them was not good enough
  int slow = 0;         // rounds after which more than half was left between low and high
  int inaccurate = 0;
  int beyond = 0;
  bool again = true;
  double leap = 16;  // from one u to the next where only one side is known
  for (int round = 0; round < kRounds; round++) {
    answer = solveAt(group, shared, scenario, 1 / u, tolerance, again, memory);
    iterations += answer.iterations;
    inaccurate += answer.status == Status::Inaccurate;
    again = answer.status != Status::Unbounded;
    if (!again && ++beyond <= kBeyond) {
      high = u;
      highVariance = INFINITY;
      highNet = INFINITY;
      aboveKnown = false;
      u = nearer(low, high, leap);
      continue;
    }
    if (!hasPortfolio(answer) || inaccurate > kInaccurate) {
      break;
    }
    gamma = 1 / u;
    const double beside = std::fabs(answer.variance - goal);
    // Of risk that is hedged, and of none, rounding is what the digits of the weights leave.
    if (beside <= kExact * goal ||
        (gamma * beside <= kSmall * std::fabs(answer.expectedReturn - answer.costs) && goal < answer.variance &&
         isRiskless(group, shared, scenario, answer, -INFINITY, memory))) {
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
      tried = true;
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
    atJump = slow > 1 && !tried && low < jump && jump < high;
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
  const double known = 0x1p-50 * squareBeforeHedging(group, memory.general.program);
  if (!met && hasPortfolio(answer) && answer.variance > goal * (1 + 0x1p-30) + known) {
    answer.relativeGap = answer.gap = INFINITY;  // above the target, whatever its return
  }
  answer.iterations = iterations;
  return answer;
}

// The largest (mu'w - costs - rf) / volatility.
template <class Group>
PARABOLA_FUNCTION Answer solveSharpe(const Group& group, const Shared& shared, const Scenario& scenario,
                                     double tolerance, GoalWorkspace& memory, double& gamma) {
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
    if (!exceeds(answer.expectedReturn, answer.costs, riskFree)) {
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
  int inaccurate = 0;
  int beyond = 0;
  bool found = false;  // where more risk makes the ratio no larger
  double leap = 16;
  for (int round = 0; round < kRounds; round++) {
    answer = solveAt(group, shared, scenario, 1 / u, tolerance, again, memory);
    iterations += answer.iterations;
    inaccurate += answer.status == Status::Inaccurate;
    again = answer.status != Status::Unbounded;
    if (!again && ++beyond <= kBeyond) {
      high = u;
      highG = INFINITY;
      u = nearer(low, high, leap);
      continue;
    }
    if (!hasPortfolio(answer) || inaccurate > kInaccurate) {
      break;
    }
    gamma = 1 / u;
    const double e = excess(answer);
    const double g = u * e - answer.variance;
    if (e > 0 && isRiskless(group, shared, scenario, answer, riskFree, memory)) {
      answer.status = Status::Unbounded;  // what risk there is, is rounding
      break;
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
      next = nearer(low, high, leap);
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
  if (beyond > 0 && !found && hasPortfolio(answer)) {
    answer.status = Status::Unbounded;
  }
  answer.iterations = iterations;
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
    double size = gamma * answer.variance;
    for (const double other : {std::fabs(answer.expectedReturn), answer.costs}) {
      size = other > size ? other : size;
    }
    answer.objective = answer.costs - answer.expectedReturn;
    if (scenario.goal == Goal::TargetRisk) {
      const double known = knownOfReturn(group, p, scenario.expectedReturns, unit, answer.costs);
      size = known > size ? known : size;
      const double left = scenario.goalValue * scenario.goalValue - answer.variance;
      answer.gap += 0.5 * gamma * std::fabs(left);
      answer.relativeGap = answer.gap == 0 ? 0 : answer.gap / size;
      writePrices(group, p, rows, unit, prices);
      group.one([&] { *prices.target = 0 - gamma * scenario.goalValue; });
    } else {
      if (answer.relativeGap > 0 && answer.gap / answer.relativeGap > size) {
        size = answer.gap / answer.relativeGap;  // it has floors for rounding
      }
      const double excess = answer.expectedReturn - answer.costs - scenario.goalValue;
      answer.gap += 0.5 * std::fabs(gamma - excess / answer.variance) * answer.variance;
      // Half the relative error that rounding leaves of the variance is that of the ratio.
      answer.gap += 0x1p-48 * squareBeforeHedging(group, p) / answer.variance * excess;
      answer.relativeGap = answer.gap == 0 ? 0 : answer.gap / size;
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
