// What one scenario asks for, as the general solver sees it: checked, divided by gamma, its kinks found; and the first
// guess of its face.
#pragma once

#include "rows.hpp"
#include "solve.hpp"

namespace parabola::PARABOLA_ISA {

// The covariance of a scenario.
PARABOLA_FUNCTION Model covarianceOf(const Shared& shared, const Scenario& scenario) {
  const Structure none;
  const Structure& structure = scenario.structure == nullptr ? none : *scenario.structure;
  Model h;
  h.n = padded(shared.n);
  h.stride = structure.own != nullptr ? structure.ownStride : shared.stride;
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
template <class Group>
PARABOLA_FUNCTION double typicalBound(const Group& group, const Workspace& ws, double open) {
  const auto size = [&](int i) {
    return std::fabs(ws.lower[i]) > std::fabs(ws.upper[i]) ? std::fabs(ws.lower[i]) : std::fabs(ws.upper[i]);
  };
  const double bounds = group.accumulate(ws.n, 0, [&](int i, double s) { return size(i) < open ? s + size(i) : s; });
  const int bounded = group.count(ws.n, [&](int i) { return size(i) < open; });
  return bounds > 0 ? bounds / bounded : 1;
}

// Sets p from the scenario; p.ws holds q and bounds.
template <class Group>
PARABOLA_FUNCTION Status readProgram(const Group& group, const Shared& shared, const Scenario& scenario, double open,
                                     Program& p) {
  using P = Pack<kLanes>;
  Workspace& ws = p.ws;
  p.limits = *scenario.limits;
  p.exact = false;
  const Limits& limits = p.limits;
  const Status status = read(group, shared, scenario, open, ws);
  if (status != Status::Solved) {
    return status;
  }
  const double scale = scenario.riskAversion > 0 ? 1 / scenario.riskAversion : 1;
  if (limits.turnover == 0 && limits.current != nullptr) {
    // Nothing may move.
    group.each(ws.padded, [&](auto i) {
      const P w0 = load(limits.current, i);
      store(ws.ownLower, i, min(max(w0, load(ws.lower, i)), load(ws.upper, i)));
    });
    ws.lower = ws.upper = ws.ownLower;
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
  const bool known =
      curved && scenario.structure == nullptr && shared.baseProduct != nullptr && shared.covariance != nullptr;
  p.baseWeights = known ? shared.baseWeights : nullptr;
  p.baseProduct = known ? shared.baseProduct : nullptr;
  if (!curved) {
    h.base = nullptr;
    h.factorCount = 0;
    h.common = h.diagonal = nullptr;
  }
  p.typical = ws.budget != 0 ? std::fabs(ws.budget) : typicalBound(group, ws, open);
  for (int r = 0; r < p.rows + 2; r++) {
    const double scale = rowScale(group, p, r);
    group.put([&] { p.scale[r] = scale; });
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
  if (!limits.budgeted) {
    p.sigma = 0;
  } else if (p.deviation == shared.deviation) {
    p.sigma = shared.sigma;
  } else {
    const double most = -group.minimum(ws.padded, [&](auto i) { return P(0.0) - load(p.deviation, i); });
    const double least = group.minimum(ws.padded, [&](auto i) {
      const P s = load(p.deviation, i);
      return select(P(0.0) < s, s, P(INFINITY));
    });
    p.sigma = shiftFor(least * least, most * most);
  }
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

// The multipliers of the base scenario.
template <class Group>
PARABOLA_FUNCTION void takeBaseMultipliers(const Group& group, const Shared& shared, const Scenario& scenario,
                                           Program& p) {
  const Prices& prices = shared.basePrices;
  const double unit = scenario.riskAversion > 0 ? 1 / scenario.riskAversion : 1;
  p.at.nu = unit * *prices.budget;
  group.items(p.rows, [&](int r) { p.at.y[r] = unit * (r < shared.rows ? prices.rows[r] : *prices.target); });
  p.at.kappa = 0 - unit * *prices.turnover;
  p.at.rho = 0 - unit * *prices.gross;
}

// The first state: weights to start from, and the rows they violate. With `more` a step follows that finds a state
// itself.
template <class Group>
PARABOLA_FUNCTION void guess(const Group& group, const Shared& shared, const Scenario& scenario, bool more,
                             Program& p) {
  using P = Pack<kLanes>;
  Workspace& ws = p.ws;
  if (scenario.start != nullptr) {
    group.items(ws.padded, [&](int i) { ws.w[i] = i < ws.n ? scenario.start[i] : 0; });
  } else if (shared.baseWeights != nullptr) {
    group.items(p.rows + 2, [&](int r) { p.side[r] = shared.baseRows[r]; });
    group.each(ws.padded, [&](auto i) {
      // A bound that moved is still a bound.
      const P side = load(shared.baseSide, i);
      const P inside = select(P(0.0) < side, load(ws.upper, i), load(shared.baseWeights, i));
      store(ws.w, i, select(side < P(0.0), load(ws.lower, i), inside));
    });
    if (!more) {
      stateFromWeights(group, p);
      activateRows(group, p, true);
    }
    return;
  } else {
    // The optimum without correlations, rows and kinks.
    const double largest = group.largest(ws.n, 0, [&](int i) { return p.deviation[i] * p.deviation[i]; });
    double* s = ws.b;
    group.items(ws.padded, [&](int i) {
      const double v = p.deviation[i] * p.deviation[i];
      s[i] = largest > 0 ? 1 / (v > 1e-9 * largest ? v : 1e-9 * largest) : 1;
    });
    group.each(ws.padded, [&](auto i) { store(ws.a, i, load(ws.q, i) * load(s, i)); });
    if (p.limits.budgeted) {
      project(group, ws.padded, ws.a, s, ws.lower, ws.upper, ws.budget, ws.w);
    } else {
      group.each(ws.padded, [&](auto i) { store(ws.w, i, load(ws.a, i)); });
    }
  }
  stateFromWeights(group, p);
  activateRows(group, p, false);
}

}  // namespace parabola::PARABOLA_ISA
