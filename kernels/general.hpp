// One portfolio of the general problem: rows, turnover, gross exposure, costs, a benchmark, any covariance.
//
//     read       check the data, divide by gamma, find the kinks
//     guess      a state: the given start, the base scenario's weights, or the diagonal model's
//     pivot      to the optimal face, many weights and rows at a time (rows.hpp)
//     descend    from face to face where that gives up and a feasible portfolio is at hand (faces.hpp)
//     interior   where neither does (interior.hpp), and once more to the face it shows
//     refine     Newton's method on the face from the data, and the certificate
#pragma once

#include "faces.hpp"
#include "interior.hpp"
#include "solve.hpp"

namespace parabola::PARABOLA_ISA {

// The general problem's memory: a program, and the interior point method's.
struct GeneralWorkspace {
  Program program;
  Interior interior;
  double* closeLower = nullptr;  // [padded] bounds that are all finite
  double* closeUpper = nullptr;  // [padded]

  // With thinFactors >= 0 for covariances of so many factors at most, see Program.
  static std::size_t numbers(int n, int rows, int thinFactors) {
    return Program::numbers(n, rows, thinFactors) + Interior::numbers(n, rows, thinFactors) +
           2 * static_cast<std::size_t>(padded(n));
  }
  void layOut(int n, int rows, int thinFactors, double* memory) {
    program.layOut(n, rows, thinFactors, memory);
    memory += Program::numbers(n, rows, thinFactors);
    interior.layOut(n, rows, memory);
    memory += Interior::numbers(n, rows, thinFactors);
    closeLower = memory;
    closeUpper = memory + padded(n);
  }
};

// The covariance of a scenario.
inline Model covarianceOf(const Shared& shared, const Scenario& scenario) {
  const Structure none;
  const Structure& structure = scenario.structure == nullptr ? none : *scenario.structure;
  Model h;
  h.n = padded(shared.n);
  h.stride = shared.stride;
  h.base = structure.own != nullptr ? structure.own : shared.covariance;
  h.scale = structure.scale;
  h.common = structure.common;
  h.factors = structure.factors != nullptr ? structure.factors : shared.factors;
  h.factorStride = shared.stride;
  h.factorCount = shared.factorCount;
  h.diagonal = structure.diagonal != nullptr ? structure.diagonal : shared.diagonal;
  if (structure.own != nullptr) {
    h.factorCount = 0;
    h.diagonal = nullptr;
  }
  return h;
}

// The size of weights by their bounds, those that are open aside.
inline double typicalBound(const Workspace& ws, double open) {
  double bounds = 0;
  int bounded = 0;
  for (int i = 0; i < ws.n; i++) {
    const double size =
        std::fabs(ws.lower[i]) > std::fabs(ws.upper[i]) ? std::fabs(ws.lower[i]) : std::fabs(ws.upper[i]);
    if (size < open) {
      bounds += size;
      bounded++;
    }
  }
  return bounds > 0 ? bounds / bounded : 1;
}

// Sets p from the scenario; p.ws holds q and bounds.
template <class Group>
inline Status readProgram(const Group& group, const Shared& shared, const Scenario& scenario, double open, Program& p) {
  using P = Pack<kLanes>;
  Workspace& ws = p.ws;
  p.limits = *scenario.limits;
  p.exact = false;
  const Limits& limits = p.limits;
  const Status status = read(group, scenario, open, ws);
  if (status != Status::Solved) {
    return status;
  }
  const double scale = scenario.riskAversion > 0 ? 1 / scenario.riskAversion : 1;
  if (limits.turnover == 0 && limits.current != nullptr) {
    // Nothing may move.
    group.each(ws.padded, [&](auto i) {
      const P w0 = load(limits.current, i);
      store(ws.lower, i, min(max(w0, load(ws.lower, i)), load(ws.upper, i)));
      store(ws.upper, i, load(ws.lower, i));
    });
  }
  bool valid = !(limits.turnover < 0) && !(limits.gross < 0) && limits.turnover == limits.turnover &&
               limits.gross == limits.gross;
  for (int r = 0; r < limits.rows; r++) {
    valid = valid && limits.rowLower[r] <= limits.rowUpper[r] && limits.rowLower[r] < INFINITY &&
            limits.rowUpper[r] > -INFINITY;
    valid = valid && finite(group.sum(ws.padded, [&](auto i) { return load(limits.row[r], i); }));
  }
  for (const double* a : {limits.current, limits.benchmark, limits.buy, limits.sell, limits.quadratic, limits.power}) {
    valid = valid && (a == nullptr || finite(group.sum(ws.padded, [&](auto i) { return load(a, i); })));
  }
  if (!valid) {
    return Status::Invalid;
  }
  p.trades =
      limits.current != nullptr && (limits.turnover < INFINITY || limits.buy != nullptr || limits.sell != nullptr);
  p.exposed = limits.gross < INFINITY;
  p.powered = limits.power != nullptr;
  group.each(ws.padded, [&](auto i) {
    const P q = load(ws.q, i);
    store(p.mu, i, q);
    store(p.buy, i, limits.buy == nullptr ? P(0.0) : P(scale) * load(limits.buy, i));
    store(p.sell, i, limits.sell == nullptr ? P(0.0) : P(scale) * load(limits.sell, i));
    store(p.power, i, limits.power == nullptr ? P(0.0) : P(scale) * load(limits.power, i));
    store(p.smooth, i, limits.quadratic == nullptr ? P(0.0) : P(2 * scale) * load(limits.quadratic, i));
  });

  Model& h = p.risk;
  h = covarianceOf(shared, scenario);
  const bool curved = scenario.riskAversion > 0;
  const bool known = curved && scenario.structure == nullptr && shared.baseProduct != nullptr;
  p.baseWeights = known ? shared.baseWeights : nullptr;
  p.baseProduct = known ? shared.baseProduct : nullptr;
  if (!curved) {
    h.base = nullptr;
    h.factorCount = 0;
    h.common = h.diagonal = nullptr;
  }
  p.typical = ws.budget != 0 ? std::fabs(ws.budget) : typicalBound(ws, open);
  for (int r = 0; r < p.rows + 2; r++) {
    p.scale[r] = rowScale(group, p, r);
  }
  if (scenario.structure == nullptr && curved) {
    p.deviation = shared.deviation;
  } else {
    group.items(ws.padded, [&](int i) { p.ownDeviation[i] = i < ws.n ? variance(h, i) : 0; });
    const double bad = group.sum(ws.padded, [&](auto i) {
      const P v = load(p.ownDeviation, i);
      return select(P(-0x1p-1074) < v && v < P(INFINITY), P(0.0), P(1.0));
    });
    if (bad != 0) {
      return Status::Invalid;
    }
    group.items(ws.padded, [&](int i) { p.ownDeviation[i] = std::sqrt(p.ownDeviation[i]); });
    p.deviation = p.ownDeviation;
  }
  const double most = -group.minimum(ws.padded, [&](auto i) { return P(0.0) - load(p.deviation, i); });
  const double least = group.minimum(ws.padded, [&](auto i) {
    const P s = load(p.deviation, i);
    return select(P(0.0) < s, s, P(INFINITY));
  });
  p.sigma = !limits.budgeted ? 0 : most == 0 ? 1 : least > 1e-4 * most ? least * least : 1e-8 * most * most;
  p.model = h;
  if (limits.benchmark != nullptr) {
    const int count = listNonzero(group, ws, limits.benchmark);
    addProduct(group, h, ws.list, ws.amount, count, p.scratch, ws.q);
  }
  if (limits.quadratic != nullptr) {
    group.each(ws.padded, [&](auto i) {
      const P d = load(p.smooth, i);
      store(p.diagonal, i, h.diagonal == nullptr ? d : d + load(h.diagonal, i));
      store(ws.q, i, fma(d, load(limits.current, i), load(ws.q, i)));
    });
    p.model.diagonal = p.diagonal;
  }
  return Status::Solved;
}

// The first state: weights to start from, and the rows they violate.
template <class Group>
inline void guess(const Group& group, const Shared& shared, const Scenario& scenario, Program& p) {
  using P = Pack<kLanes>;
  Workspace& ws = p.ws;
  if (scenario.start != nullptr) {
    group.items(ws.padded, [&](int i) { ws.w[i] = i < ws.n ? scenario.start[i] : 0; });
  } else if (shared.baseWeights != nullptr) {
    for (int r = 0; r < p.rows + 2; r++) {
      p.side[r] = shared.baseRows[r];
    }
    group.each(ws.padded, [&](auto i) {
      // A bound that moved is still a bound.
      const P side = load(shared.baseSide, i);
      const P inside = select(P(0.0) < side, load(ws.upper, i), load(shared.baseWeights, i));
      store(ws.w, i, select(side < P(0.0), load(ws.lower, i), inside));
    });
    stateFromWeights(p);
    activateRows(group, p, true);
    return;
  } else {
    // The optimum without correlations, rows and kinks.
    double largest = 0;
    for (int i = 0; i < ws.n; i++) {
      const double v = p.deviation[i] * p.deviation[i];
      largest = v > largest ? v : largest;
    }
    double* s = ws.b;
    for (int i = 0; i < ws.padded; i++) {
      const double v = p.deviation[i] * p.deviation[i];
      s[i] = largest > 0 ? 1 / (v > 1e-9 * largest ? v : 1e-9 * largest) : 1;
    }
    group.each(ws.padded, [&](auto i) { store(ws.a, i, load(ws.q, i) * load(s, i)); });
    if (p.limits.budgeted) {
      project(group, ws.padded, ws.a, s, ws.lower, ws.upper, ws.budget, ws.w);
    } else {
      group.each(ws.padded, [&](auto i) { store(ws.w, i, load(ws.a, i)); });
    }
  }
  stateFromWeights(p);
  activateRows(group, p, false);
}

// Keeps ws.w and the multipliers, and brings them back. Slots: refine's own, and the best so far.
constexpr int kStep = 0;
constexpr int kBest = 1;

inline void remember(Program& p, int slot) {
  double* w = p.best[slot];
  double* y = p.bestY[slot];
  for (int i = 0; i < p.ws.padded; i++) {
    w[i] = p.ws.w[i];
  }
  for (int r = 0; r < p.rows; r++) {
    y[r] = p.at.y[r];
  }
  y[p.rows] = p.at.nu;
  y[p.rows + 1] = p.at.kappa;
  y[p.rows + 2] = p.at.rho;
}
inline void recall(Program& p, int slot) {
  const double* w = p.best[slot];
  const double* y = p.bestY[slot];
  for (int i = 0; i < p.ws.padded; i++) {
    p.ws.w[i] = w[i];
  }
  for (int r = 0; r < p.rows; r++) {
    p.at.y[r] = y[r];
  }
  p.at.nu = y[p.rows];
  p.at.kappa = y[p.rows + 1];
  p.at.rho = y[p.rows + 2];
}

// Relative gaps below are those of the right face.
constexpr double kSure = 1e-10;

// Newton's method on the face of ws.w, from the gradient and rows in the data, as long as the certificate gains from
// it. Returns the gap.
template <class Group>
inline double refine(const Group& group, Program& p, GeneralTerms& t) {
  constexpr double kClean = 0x1p-40;
  Workspace& ws = p.ws;
  Face& face = ws.face;
  clean(group, p);
  double gap = certify(group, p, t);
  for (int round = 0; round < 3 && gap > kClean * t.size; round++) {
    remember(p, kStep);
    stateFromWeights(p);
    activateRows(group, p, false);
    for (int r = 0; r < p.rows + 2; r++) {
      p.side[r] = p.side[r] == 2 ? 2 : bindingSide(p, r);
    }
    bool better = false;
    if (face.size > 0 && factorSystem(group, p, p.sigma, nullptr, 0) == face.size) {
      const int count = stepOnFace(group, p, -1, ws.x);
      for (int c = 0; c < face.size; c++) {
        const int i = face.index[c];
        const double w = ws.w[i] + ws.x[c];
        ws.w[i] = w < p.low[i] ? p.low[i] : w > p.high[i] ? p.high[i] : w;
      }
      addMultipliers(p, count);
      clean(group, p);
      const double refined = certify(group, p, t);
      better = refined < gap && worstViolation(group, p) <= kFeasible;
      gap = better ? refined : gap;
    }
    if (!better) {
      recall(p, kStep);
      return certify(group, p, t);
    }
  }
  return gap;
}

// The same with twice the digits in gradient and certificate, for what is not proven or may owe its proof to rounding;
// and with a sigma that the calmest assets can bear, should it have been too large for them.
template <class Group>
inline void refineExactly(const Group& group, Program& p, double& gap, GeneralTerms& t, int& iterations) {
  constexpr int kPasses = 24;
  p.exact = true;
  gap = refine(group, p, t);
  double least = INFINITY;
  for (int i = 0; i < p.ws.n; i++) {
    const double v = p.deviation[i] * p.deviation[i];
    least = v > 0 && v < least ? v : least;
  }
  if (gap > kSure * t.size && least < p.sigma) {
    p.sigma = least;
    gap = refine(group, p, t);
    if (gap > kSure * t.size) {
      // The face itself may be another.
      remember(p, kBest);
      stateFromWeights(p);
      activateRows(group, p, false);
      for (int r = 0; r < p.rows + 2; r++) {
        p.side[r] = p.side[r] == 2 ? 2 : bindingSide(p, r);
      }
      const bool solved = pivotRows(group, p, 0, kPasses, iterations) == Pivoting::Optimal;
      const double other = solved ? refine(group, p, t) : INFINITY;
      if (!(other < gap) || worstViolation(group, p) > kFeasible) {
        recall(p, kBest);
        gap = certify(group, p, t);
      } else {
        gap = other;
      }
    }
  }
}

// From where the interior point method ended, whose weights are never quite on their bounds: the face that it shows,
// solved exactly. A term that holds the weights where they are makes up for curvature that H may lack.
template <class Group>
inline void sharpen(const Group& group, Program& p, const Interior& in, double& gap, GeneralTerms& t, int& iterations) {
  constexpr double kHold = 1e-7;
  Workspace& ws = p.ws;
  const GeneralTerms before = t;
  remember(p, kBest);
  double most = 0;
  for (int i = 0; i < ws.n; i++) {
    most = p.deviation[i] > most ? p.deviation[i] : most;
  }
  double steepest = 0;
  for (int i = 0; i < ws.n; i++) {
    steepest = std::fabs(ws.g[i]) > steepest ? std::fabs(ws.g[i]) : steepest;
  }
  const Model model = p.model;
  for (int i = 0; i < ws.padded; i++) {
    const double v = p.deviation[i] * p.deviation[i];
    const double floor = most > 0 ? 1e-8 * most * most : steepest > 0 ? steepest : 1;
    const double hold = i < ws.n ? kHold * (v > floor ? v : floor) : 0;
    p.held[i] = (model.diagonal == nullptr ? 0 : model.diagonal[i]) + hold;
    ws.a[i] = hold * ws.w[i];
  }
  p.model.diagonal = p.held;
  for (int i = 0; i < ws.padded; i++) {
    in.rhs[i] = ws.q[i];
    ws.q[i] += ws.a[i];
  }
  stateFromPairs(group, p, in, t.size);
  const bool solved = pivotRows(group, p, 0, 8, iterations) == Pivoting::Optimal;
  double sharper = INFINITY;
  if (solved) {
    sharper = refine(group, p, t);
  }
  for (int i = 0; i < ws.padded; i++) {
    ws.q[i] = in.rhs[i];
  }
  p.model = model;
  if (sharper < gap && worstViolation(group, p) <= kFeasible) {
    gap = sharper;
  } else {
    recall(p, kBest);
    t = before;
    gap = refine(group, p, t);
  }
}

// Pivoting with power costs. At a trade of size x the cost is, but for a constant, s |x| + 1/2 D x^2 to second order,
// with D = phi''(x) and s = phi'(x) - D x >= 0: a linear and a quadratic cost. Newton's method over those, each step
// solved by pivoting from the one before. A weight that rests on its current one is given the size that its multiplier
// asks for. `keep` are three arrays [padded] for the rates that are the portfolio's own. Returns the gap, with ws.w and
// p.at.
template <class Group>
inline double pivotPowers(const Group& group, Program& p, double* const keep[3], GeneralTerms& t, int& iterations) {
  constexpr int kRounds = 40;
  constexpr int kPasses = 24;
  Workspace& ws = p.ws;
  const int n = ws.padded;
  const Model model = p.model;
  const bool trades = p.trades;
  const double* w0 = p.limits.current;
  const double e = p.limits.exponent;
  double* const own = keep[2];
  group.items(n, [&](int i) {
    keep[0][i] = p.buy[i];
    keep[1][i] = p.sell[i];
    own[i] = ws.q[i];
  });
  double* const size = p.best[kBest];
  const double typical = p.typical;
  group.items(n, [&](int i) {
    const double x = i < ws.n ? std::fabs(ws.w[i] - w0[i]) : 0;
    size[i] = x > 1e-4 * typical ? x : 1e-4 * typical;
  });
  double gap = INFINITY;
  double last = INFINITY;
  for (int round = 0; round < kRounds; round++) {
    group.items(n, [&](int i) {
      const double curvature = i < ws.n ? powerCurvature(p, i, size[i]) : 0;
      const double slope = i < ws.n ? powerSlope(p, i, size[i]) - curvature * size[i] : 0;
      p.buy[i] = keep[0][i] + slope;
      p.sell[i] = keep[1][i] + slope;
      p.held[i] = (model.diagonal == nullptr ? 0 : model.diagonal[i]) + curvature;
      ws.q[i] = fma(curvature, w0[i], own[i]);
    });
    p.model.diagonal = p.held;
    p.trades = true;
    if (round > 0) {
      stateFromWeights(p);
      for (int r = 0; r < p.rows + 2; r++) {
        p.side[r] = p.side[r] == 2 ? 2 : bindingSide(p, r);
      }
    }
    const bool solved = pivotRows(group, p, 0, kPasses, iterations) == Pivoting::Optimal;
    group.items(n, [&](int i) {
      p.buy[i] = keep[0][i];
      p.sell[i] = keep[1][i];
      ws.q[i] = own[i];
    });
    p.model = model;
    p.trades = trades;
    if (!solved) {
      return INFINITY;
    }
    clean(group, p);
    gap = certify(group, p, t);
    if (gap <= 0x1p-44 * t.size || (round > 6 && gap >= 0.5 * last && gap <= 1e-10 * t.size)) {
      return gap;
    }
    last = gap;
    group.items(ws.n, [&](int i) {
      const double x = std::fabs(ws.w[i] - w0[i]);
      if (x > 0) {
        size[i] = x;
      } else if (p.power[i] > 0) {
        // What the slopes of costs and limits leave of the multiplier.
        const double kink = p.at.kappa + (p.h[i] < 0 ? p.buy[i] : p.sell[i]);
        const double asks = std::fabs(p.h[i]) - (trades ? kink : 0);
        size[i] = asks > 0 ? std::pow(asks / (e * p.power[i]), 1 / (e - 1)) : 0;
      }
    });
  }
  return gap;
}

// Whether no portfolio meets the constraints: the smallest sum of squared violations, each relative to its row, over
// the bounds. Where that is not zero the violations are multipliers that prove it.
template <class Group>
inline bool infeasible(const Group& group, Program& p, Interior& in, int& iterations) {
  Workspace& ws = p.ws;
  const int n = ws.padded;
  const double typical = p.typical;
  const Model risk = p.risk;
  const Model model = p.model;
  const double* const baseProduct = p.baseProduct;
  Limits& limits = p.limits;
  const Limits all = limits;
  // Nothing but a hold on the weights, for a solution to be one.
  for (int i = 0; i < n; i++) {
    p.diagonal[i] = i < ws.n ? 1e-12 / (typical * typical) : 0;
    in.dw[i] = p.mu[i];
    p.best[kBest][i] = p.buy[i];
    p.mu[i] = p.buy[i] = p.sell[i] = p.power[i] = 0;
  }
  p.risk = Model();
  p.baseProduct = nullptr;
  p.risk.n = n;
  p.risk.diagonal = p.diagonal;
  p.model = p.risk;
  limits.benchmark = nullptr;
  limits.quadratic = nullptr;
  for (int r = 0; r < p.rows + 3; r++) {
    const double scale = r < p.rows ? reachOfRow(p, r) : p.typical;
    in.soften[r] = scale * scale;
  }
  double gap;
  GeneralTerms t;
  const bool proven = interior(group, p, in, 1, 1e-13, iterations, gap, t) == Outcome::Infeasible;
  p.risk = risk;
  p.model = model;
  p.baseProduct = baseProduct;
  limits = all;
  return proven;
}

// Multipliers that could not change the objective by a rounding are zero: the interior point method leaves some.
template <class Group>
inline void dropSpecks(const Group& group, Program& p, double& gap, GeneralTerms& t) {
  constexpr double kSpeck = 0x1p-50;
  const auto speck = [&](double y, int r) { return y != 0 && std::fabs(y) * p.scale[r] < kSpeck * t.size; };
  bool any = speck(p.at.kappa, p.rows) || speck(p.at.rho, p.rows + 1);
  for (int r = 0; r < p.rows; r++) {
    any = any || speck(p.at.y[r], r);
  }
  if (!any) {
    return;
  }
  remember(p, kStep);
  for (int r = 0; r < p.rows; r++) {
    p.at.y[r] = speck(p.at.y[r], r) ? 0 : p.at.y[r];
  }
  p.at.kappa = speck(p.at.kappa, p.rows) ? 0 : p.at.kappa;
  p.at.rho = speck(p.at.rho, p.rows + 1) ? 0 : p.at.rho;
  const double without = certify(group, p, t);
  if (!(without <= gap + 0x1p-40 * t.size)) {
    recall(p, kStep);
  }
  gap = certify(group, p, t);
}

// Where the budget, or a turnover of zero, leaves one feasible point, `read` has closed the bounds around it. Prices
// are those of the bounds as given: with all weights on their upper ones the budget's is no less than any gradient, and
// so on.
template <class Group>
inline void pricesOfSinglePoint(const Group& group, const Scenario& scenario, Program& p) {
  Workspace& ws = p.ws;
  p.at.clear(p.rows);
  evaluateGradient(group, p);
  reduceGradient(group, p);
  // The slopes that a rise and a fall of each weight would meet, to ws.a and ws.b.
  group.each(ws.padded, [&](auto i) {
    const Pack<kLanes> w = load(ws.w, i);
    store(ws.a, i, load(p.h, i) + slopeUp(p, i, w));
    store(ws.b, i, load(p.h, i) + slopeDown(p, i, w));
  });
  if (p.limits.turnover == 0) {
    for (int i = 0; i < ws.n; i++) {
      const double rise = ws.w[i] < scenario.upper[i] ? -ws.a[i] : 0;
      const double fall = scenario.lower[i] < ws.w[i] ? ws.b[i] : 0;
      p.at.kappa = rise > p.at.kappa ? rise : p.at.kappa;
      p.at.kappa = fall > p.at.kappa ? fall : p.at.kappa;
    }
  } else if (p.limits.budgeted) {
    bool canRise = false;
    double least = INFINITY;
    double most = -INFINITY;
    for (int i = 0; i < ws.n; i++) {
      if (scenario.lower[i] < scenario.upper[i]) {
        canRise = canRise || ws.w[i] < scenario.upper[i];
        least = ws.a[i] < least ? ws.a[i] : least;
        most = ws.b[i] > most ? ws.b[i] : most;
      }
    }
    const double nu = canRise ? least : most;
    p.at.nu = finite(nu) ? nu : 0;
  }
  reduceGradient(group, p);
}

// Puts what is known of ws.w into the answer: `t` and `gap` are its terms and its certificate.
template <class Group>
inline void report(const Group& group, const Shared& shared, const Scenario& scenario, Program& p, GeneralTerms& t,
                   double gap, double tolerance, Answer& answer) {
  const bool curved = scenario.riskAversion > 0;
  Workspace& ws = p.ws;
  if (!curved || t.before > 64 * t.quadratic) {
    // Risk played no part but is reported; or it was taken from a gradient that has other, far larger terms.
    Model risk = covarianceOf(shared, scenario);
    group.each(ws.padded, [&](auto i) {
      const Pack<kLanes> w = load(ws.w, i);
      store(ws.a, i, p.limits.benchmark == nullptr ? w : w - load(p.limits.benchmark, i));
      store(ws.b, i, Pack<kLanes>(0.0));
    });
    const int count = listNonzero(group, ws, ws.a);
    addProduct(group, risk, ws.list, ws.amount, count, p.scratch, ws.b);
    t.quadratic = group.sum(ws.padded, [&](auto i) { return load(ws.a, i) * load(ws.b, i); });
  }
  const double scale = curved ? scenario.riskAversion : 1;
  answer.expectedReturn = scale * t.linear;
  answer.variance = t.quadratic > 0 ? t.quadratic : 0;
  answer.costs = scale * t.costs;
  answer.turnover = p.limits.current == nullptr ? NAN : group.sum(ws.padded, [&](auto i) {
    const Pack<kLanes> d = load(ws.w, i) - load(p.limits.current, i);
    return max(d, Pack<kLanes>(0.0) - d);
  });
  answer.objective = curved ? scale * (0.5 * t.quadratic - t.linear + t.costs) : t.costs - t.linear;
  answer.gap = scale * gap;
  answer.relativeGap = gap == 0 ? 0 : gap / t.size;
  answer.price = scale * p.at.nu;
  if (!finite(answer.objective) || !finite(answer.gap) || !finite(answer.variance)) {
    answer.status = Status::Invalid;
    return;
  }
  answer.status = answer.relativeGap <= tolerance ? Status::Solved : Status::Inaccurate;
}

// The method of multipliers, for problems whose feasible set has no inside or whose multipliers are not bounded: every
// row gives way by d_r (y_r - centre_r), which gives each problem an inside and a single least set of multipliers, and
// those become the next centre. The violations die out at the rate of d, which is made smaller where they do not.
// Returns with the best of what it found and what it was given (gap = infinity: nothing).
template <class Group>
inline void solveBySoftening(const Group& group, Program& p, Interior& in, double& gap, GeneralTerms& t,
                             int& iterations) {
  constexpr int kRounds = 8;
  constexpr double kSoft = 1e-7;
  constexpr double kHarder = 1e-3;
  constexpr double kMet = 2;
  const int rows = p.rows + 2;
  const double size = t.size > 0 ? t.size : 1;
  in.harden(p.rows);
  remember(p, kBest);
  double softness = kSoft;
  double lastViolation = INFINITY;
  for (int round = 0; round < kRounds && !(gap <= kSure * t.size); round++) {
    for (int r = 0; r < rows; r++) {
      const double reach = r < p.rows ? reachOfRow(p, r) : p.typical;
      in.soften[r] = softness * reach * reach / size;
    }
    in.objective = size;
    double found;
    GeneralTerms terms;
    if (interior(group, p, in, 1, 1e-13, iterations, found, terms) == Outcome::Infeasible) {
      break;
    }
    const double violation = worstViolation(group, p);
    softness *= violation > 0.1 * lastViolation ? kHarder : 1;
    lastViolation = violation;
    for (int r = 0; r < rows; r++) {
      in.centre[r] = multiplier(p, r);
    }
    // The first rounds can do better than just pass for feasible.
    const double allowed = round < kRounds - 2 ? kMet : kFeasible;
    if (violation <= allowed) {
      found = refine(group, p, terms);
      if (found < gap && worstViolation(group, p) <= allowed) {
        gap = found;
        t = terms;
        remember(p, kBest);
      }
    }
  }
  in.harden(p.rows);
  recall(p, kBest);
  if (gap < INFINITY) {
    gap = certify(group, p, t);
  }
}

// What searchInside found.
enum class Search { Found, Infeasible, Stopped };

// The interior point method, and the face that it shows. p is read, with open bounds at `open`.
template <class Group>
inline Search searchInside(const Group& group, const Shared& shared, const Scenario& scenario, double open,
                           GeneralWorkspace& memory, double& gap, GeneralTerms& t, int& iterations) {
  constexpr double kTight = 1e-13;  // the relative gap to go for
  constexpr double kFar = 100;
  Program& p = memory.program;
  memory.interior.harden(p.rows);
  Outcome outcome = interior(group, p, memory.interior, 1, kTight, iterations, gap, t);
  if (outcome == Outcome::Infeasible) {
    return Search::Infeasible;
  }
  if (outcome == Outcome::Stopped) {
    if (infeasible(group, p, memory.interior, iterations)) {
      return Search::Infeasible;
    }
    readProgram(group, shared, scenario, open, p);
    memory.interior.harden(p.rows);
    outcome = interior(group, p, memory.interior, kFar, kTight, iterations, gap, t);
  }
  gap = outcome == Outcome::Solved ? gap : INFINITY;
  if (!p.powered) {
    sharpen(group, p, memory.interior, gap, t, iterations);
  } else if (outcome == Outcome::Stopped) {
    return Search::Stopped;
  }
  if (worstViolation(group, p) > kFeasible) {
    gap = INFINITY;
  }
  if (!p.powered && !(gap <= kSure * t.size)) {
    solveBySoftening(group, p, memory.interior, gap, t, iterations);
  }
  return worstViolation(group, p) > kFeasible ? Search::Stopped : Search::Found;
}

// Solves one scenario, its infinite bounds drawn out as far as is looked; Unbounded if the optimum lies on one of them.
template <class Group>
inline Answer solveWithin(const Group& group, const Shared& shared, const Scenario& scenario, double tolerance,
                          GeneralWorkspace& memory) {
  constexpr int kPasses = 24;
  constexpr int kFaces = 200;
  Program& p = memory.program;
  Workspace& ws = p.ws;
  Answer answer{Status::Invalid, 0, NAN, NAN, NAN, NAN, NAN};
  const double open = farthestBound(scenario);
  answer.status = readProgram(group, shared, scenario, open, p);
  if (answer.status != Status::Solved) {
    return answer;
  }
  guess(group, shared, scenario, p);
  const bool curved = scenario.riskAversion > 0;
  GeneralTerms t{};
  double gap = INFINITY;
  const bool linear = !curved && p.rows == 0 && p.limits.budgeted && !p.trades && !p.exposed && !p.powered &&
                      p.limits.quadratic == nullptr;
  if (linear) {
    group.each(ws.padded, [&](auto i) { store(ws.a, i, Pack<kLanes>(0.0) - load(p.mu, i)); });
    p.at.nu = knapsack(group, ws.padded, ws.a, ws.lower, ws.upper, ws.budget, ws.w);
    p.at.kappa = p.at.rho = 0;
    clean(group, p);
    gap = certify(group, p, t);
  } else if (p.powered) {
    double* const keep[3] = {memory.interior.zeta[0], memory.interior.zeta[1], memory.interior.rhs};
    gap = pivotPowers(group, p, keep, t, answer.iterations);
  } else if (curved) {
    bool found = pivotRows(group, p, 0, kPasses, answer.iterations) == Pivoting::Optimal;
    if (!found && findFeasible(group, shared, scenario, p)) {
      descendFaces(group, p, kFaces, answer.iterations);
      found = true;
    }
    gap = found ? refine(group, p, t) : gap;
  }
  // The certificate takes open bounds as near as the weights allow.
  const auto drawIn = [&](double farthest) {
    for (int i = 0; i < ws.n; i++) {
      if (openAbove(scenario, ws, farthest, i) || openBelow(scenario, ws, farthest, i)) {
        closeIn(scenario, farthest, ws);
        gap = certify(group, p, t);
        return;
      }
    }
  };
  bool unbounded = gap < INFINITY && reachesOpenBound(scenario, ws, open);
  if (gap < INFINITY && !unbounded) {
    drawIn(open);
  }
  if (!(gap <= kSure * t.size) || unbounded || worstViolation(group, p) > kFeasible) {
    // Open bounds far away are drawn to where the others could reach, and further out where that is not enough.
    const double near = nearBound(scenario, ws.n);
    Search outcome = Search::Stopped;
    for (const double farthest : {near, open}) {
      if (farthest == near && !(near < open && hasOpenBound(scenario, ws.n))) {
        continue;
      }
      readProgram(group, shared, scenario, farthest, p);
      outcome = searchInside(group, shared, scenario, farthest, memory, gap, t, answer.iterations);
      unbounded = reachesOpenBound(scenario, ws, farthest) ||
                  (!(gap <= kSure * t.size) && comesNearOpenBound(scenario, ws, farthest));
      if (outcome == Search::Found && !unbounded && !(farthest < open && comesNearOpenBound(scenario, ws, farthest))) {
        drawIn(farthest);
        break;
      }
    }
    if (outcome != Search::Found) {
      answer.status = outcome == Search::Infeasible ? Status::Infeasible : Status::Inaccurate;
      return answer;
    }
  }
  if (gap > kSure * (t.quadratic + std::fabs(t.linear) + t.costs)) {
    // Where the objective is zero all over, so are its multipliers.
    remember(p, kBest);
    p.at.clear(p.rows);
    const double other = certify(group, p, t);
    if (!(other < gap)) {
      recall(p, kBest);
    }
    gap = certify(group, p, t);
  }
  dropSpecks(group, p, gap, t);
  if (group.minimum(ws.padded, [&](auto i) { return load(ws.lower, i) - load(ws.upper, i); }) == 0) {
    pricesOfSinglePoint(group, scenario, p);
  }
  if (unbounded) {
    answer.status = Status::Unbounded;
    return answer;
  }
  if (gap > tolerance * t.size || (t.size > 0 && roundingOfGap(group, p, t) > 0.1 * tolerance * t.size)) {
    refineExactly(group, p, gap, t, answer.iterations);
  }
  report(group, shared, scenario, p, t, gap, tolerance, answer);
  return answer;
}

// Solves one scenario. Where the optimum lies on a bound that is infinite, the objective falls without end or is flat
// that way: then a portfolio nearer by is as good, and the certificate shows it, against the bounds farthest out.
template <class Group>
inline Answer solveGeneral(const Group& group, const Shared& shared, const Scenario& scenario, double tolerance,
                           GeneralWorkspace& memory) {
  Answer answer = solveWithin(group, shared, scenario, tolerance, memory);
  if (answer.status != Status::Unbounded) {
    return answer;
  }
  Program& p = memory.program;
  const double open = farthestBound(scenario);
  Scenario close = scenario;
  close.lower = memory.closeLower;
  close.upper = memory.closeUpper;
  for (double near = nearBound(scenario, shared.n); near < open; near *= kOutwards) {
    for (int i = 0; i < p.ws.padded; i++) {
      const double l = scenario.lower[i];
      const double u = scenario.upper[i];
      memory.closeLower[i] = l > -INFINITY ? l : u < -near ? u : -near;
      memory.closeUpper[i] = u < INFINITY ? u : l > near ? l : near;
    }
    Answer found = solveWithin(group, shared, close, tolerance, memory);
    answer.iterations += found.iterations;
    if (found.status != Status::Solved && found.status != Status::Inaccurate) {
      continue;
    }
    readProgram(group, shared, scenario, open, p);
    GeneralTerms t;
    const double gap = certify(group, p, t);
    if (gap <= kFlat * t.size && worstViolation(group, p) <= kFeasible) {
      found.iterations = answer.iterations;
      report(group, shared, scenario, p, t, gap, tolerance, found);
      return found;
    }
  }
  return answer;
}

}  // namespace parabola::PARABOLA_ISA
