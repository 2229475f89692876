// The bounds of a portfolio: looked through, and made finite.
//
// A solve works within finite bounds. Those that are infinite are replaced by what budget and other bounds imply, or
// failing that by one far out; and where the optimum turns out to be much nearer, by one nearer for the certificate.
#pragma once

#include "workspace.hpp"

namespace parabola::PARABOLA_ISA {

// An infinite bound that budget and the other bounds leave open is taken as this many budgets (at least as many units).
constexpr double kOpenBound = 1e6;

// How much farther out infinite bounds are drawn from one try to find such a portfolio to the next.
constexpr double kOutwards = 100;

// Whether bounds are read where the scenario has them. A GPU's lanes copy them to the memory next to them.
constexpr bool kReadInPlace = kLanes > 1;

PARABOLA_FUNCTION bool finite(double x) { return x - x == 0; }

// The size of bounds, and zero for those that are infinite.
PARABOLA_INLINE Pack<kLanes> finiteSize(const Pack<kLanes>& bound) {
  using P = Pack<kLanes>;
  const P size = max(bound, P(0.0) - bound);
  return select(size < P(INFINITY), size, P(0.0));
}

// How far out infinite bounds are drawn.
PARABOLA_FUNCTION double farthestBound(const Scenario& scenario) {
  return kOpenBound * (std::fabs(scenario.budget) > 1 ? std::fabs(scenario.budget) : 1);
}

template <class Group>
PARABOLA_FUNCTION Bounds lookThrough(const Group& group, const double* lower, const double* upper, int padded) {
  using P = Pack<kLanes>;
  double sums[6];
  group.sums(padded, sums, [&](auto i, P* sum) {
    const P l = load(lower, i);
    const P u = load(upper, i);
    // Comparisons with NaN are false: this holds for good numbers only.
    const auto good = l < P(INFINITY) && P(-INFINITY) < u && P(-0x1p-1074) < u - l;
    sum[0] = sum[0] + select(good, P(0.0), P(1.0));
    sum[1] = sum[1] + l;
    sum[2] = sum[2] + u;
    sum[3] = sum[3] + (u - l);
    sum[4] = sum[4] + finiteSize(l);
    sum[5] = sum[5] + finiteSize(u);
  });
  return {lower, upper, sums[0] == 0, sums[1], sums[2], sums[3], sums[4], sums[5]};
}

// Sets ws.lower, ws.upper, ws.width and ws.open from the scenario and ws.budget. Bounds that are infinite are replaced
// by what the budget implies, or failing that by `open`.
template <class Group>
PARABOLA_FUNCTION Status readBounds(const Group& group, const Shared& shared, const Scenario& scenario, double open,
                                    Workspace& ws) {
  using P = Pack<kLanes>;
  const int n = ws.n;
  const bool budgeted = scenario.limits == nullptr || scenario.limits->budgeted;
  // Those of the problem have been looked through once for all.
  const bool known = scenario.lower == shared.bounds.lower && scenario.upper == shared.bounds.upper;
  const Bounds bounds = known ? shared.bounds : lookThrough(group, scenario.lower, scenario.upper, ws.padded);
  if (!bounds.valid) {
    return Status::Invalid;
  }
  double lowest = bounds.lowerSum;
  double highest = bounds.upperSum;
  ws.width = bounds.width;
  ws.open = !finite(lowest) || !finite(highest);
  ws.lower = scenario.lower;
  ws.upper = scenario.upper;
  if (ws.open || !kReadInPlace) {
    group.each(ws.padded, [&](auto i) {
      store(ws.ownLower, i, load(scenario.lower, i));
      store(ws.ownUpper, i, load(scenario.upper, i));
    });
    ws.useOwnBounds();
  }
  int openBelow = 0;
  int openAbove = 0;
  if (ws.open) {
    // From here on the sums of the finite bounds.
    openBelow = group.count(n, [&](int i) { return ws.lower[i] == -INFINITY; });
    openAbove = group.count(n, [&](int i) { return ws.upper[i] == INFINITY; });
    lowest = group.accumulate(n, 0, [&](int i, double s) { return ws.lower[i] == -INFINITY ? s : s + ws.lower[i]; });
    highest = group.accumulate(n, 0, [&](int i, double s) { return ws.upper[i] == INFINITY ? s : s + ws.upper[i]; });
  }
  // Bounds that miss the budget by their own rounding, such as ten of 0.1, do meet it: on either side by that of the
  // bounds there. None is larger than all of them together, and mostly that says enough.
  const auto slackOf = [&](double bound) {
    return 0x1p-52 * n * (bound > std::fabs(ws.budget) ? bound : std::fabs(ws.budget));
  };
  const auto largest = [&](const double* side) {
    return -group.minimum(ws.padded, [&](auto i) { return P(0.0) - finiteSize(load(side, i)); });
  };
  double below = slackOf(bounds.lowerSize);
  double above = slackOf(bounds.upperSize);
  if (!(lowest < ws.budget - below && ws.budget + above < highest)) {
    below = slackOf(largest(ws.lower));
    above = slackOf(largest(ws.upper));
  }
  if (!budgeted) {
    openBelow += 2;  // nothing is implied
    openAbove += 2;
  }
  if ((openBelow == 0 && lowest > ws.budget + below) || (openAbove == 0 && highest < ws.budget - above)) {
    return Status::Infeasible;
  }
  // Where the bounds leave one feasible point, it is that point to the last bit.
  if (openBelow == 0 && ws.budget - lowest <= below) {
    ws.upper = ws.lower;
    ws.width = 0;
    return Status::Solved;
  }
  if (openAbove == 0 && highest - ws.budget <= above) {
    ws.lower = ws.upper;
    ws.width = 0;
    return Status::Solved;
  }
  group.items(ws.open ? n : 0, [&](int i) {
    const double l = scenario.lower[i];
    const double u = scenario.upper[i];
    if (u == INFINITY) {
      const bool implied = openBelow == 0 || (openBelow == 1 && l == -INFINITY);
      const double most = ws.budget - (l == -INFINITY ? lowest : lowest - l);
      ws.ownUpper[i] = implied && most < open ? (most > l ? most : l) : l > open ? l : open;
    }
    if (l == -INFINITY) {
      const bool implied = openAbove == 0 || (openAbove == 1 && u == INFINITY);
      const double least = ws.budget - (u == INFINITY ? highest : highest - u);
      ws.ownLower[i] = implied && least > -open ? (least < u ? least : u) : u < -open ? u : -open;
    }
  });
  // Nor is a bound far beyond what the budget leaves of it any bound: gaps are judged by how wide bounds are.
  constexpr double kWide = 4096;
  const auto width = [&] {
    return group.sum(ws.padded, [&](auto i) { return load(ws.upper, i) - load(ws.lower, i); });
  };
  if (ws.open) {
    ws.width = width();
  }
  const double rise = openBelow == 0 ? ws.budget - lowest : INFINITY;
  const double fall = openAbove == 0 ? highest - ws.budget : INFINITY;
  if (ws.width > kWide * (rise < fall ? rise : fall)) {
    const P most(rise + slackOf(bounds.lowerSize));
    const P least(fall + slackOf(bounds.upperSize));
    group.each(ws.padded, [&](auto i) {
      const P l = load(ws.lower, i);
      const P u = load(ws.upper, i);
      store(ws.ownLower, i, max(l, u - least));
      store(ws.ownUpper, i, min(u, l + most));
    });
    ws.useOwnBounds();
    ws.width = width();
  }
  return Status::Solved;
}

// Whether only `open` closed the bound above weight i, or the one below it.
PARABOLA_FUNCTION bool openAbove(const Scenario& scenario, const Workspace& ws, double open, int i) {
  return scenario.upper[i] == INFINITY && ws.upper[i] == open;
}
PARABOLA_FUNCTION bool openBelow(const Scenario& scenario, const Workspace& ws, double open, int i) {
  return scenario.lower[i] == -INFINITY && ws.lower[i] == -open;
}

template <class Group>
PARABOLA_LARGE bool hasOpenBound(const Group& group, const Scenario& scenario, int padded) {
  return group.minimum(padded, [&](auto i) { return load(scenario.lower, i) - load(scenario.upper, i); }) == -INFINITY;
}

// Whether a weight is as far out as the bounds that only `open` closed: what is not certified there has no optimum
// nearer.
template <class Group>
PARABOLA_FUNCTION bool comesNearOpenBound(const Group& group, const Scenario& scenario, const Workspace& ws,
                                          double open) {
  return !group.all(ws.n, [&](int i) {
    return !(openAbove(scenario, ws, open, i) && ws.w[i] > 0.5 * open) &&
           !(openBelow(scenario, ws, open, i) && ws.w[i] < -0.5 * open);
  });
}

// Whether a weight lies on such a bound, but for what an interior point leaves.
template <class Group>
PARABOLA_FUNCTION bool reachesOpenBound(const Group& group, const Scenario& scenario, const Workspace& ws,
                                        double open) {
  const double there = (1 - 0x1p-20) * open;
  return !group.all(ws.n, [&](int i) {
    return !(openAbove(scenario, ws, open, i) && ws.w[i] >= there) &&
           !(openBelow(scenario, ws, open, i) && ws.w[i] <= -there);
  });
}

// Draws open bounds in to ten times the largest weight found, for the certificate: against the farthest of all,
// rounding of the gradient would be certified as a gap, a million times over. Of weights that are nothing beside those
// now held or the benchmark's, to ten times these, and if all are zero, to ten: a box of nothing would certify
// anything. Returns where they are now.
template <class Group>
PARABOLA_FUNCTION double closeIn(const Group& group, const Scenario& scenario, double open, Workspace& ws) {
  double largest = group.largest(ws.n, std::fabs(ws.budget), [&](int i) { return std::fabs(ws.w[i]); });
  if (scenario.limits != nullptr) {
    for (const double* other : {scenario.limits->current, scenario.limits->benchmark}) {
      largest = other == nullptr ? largest : group.largest(ws.n, largest, [&](int i) { return std::fabs(other[i]); });
    }
  }
  largest = largest > 0 ? largest : 1;
  if (!(10 * largest < open)) {
    return open;
  }
  group.items(ws.n, [&](int i) {
    if (openAbove(scenario, ws, open, i)) {
      ws.ownUpper[i] = 10 * largest;
    }
    if (openBelow(scenario, ws, open, i)) {
      ws.ownLower[i] = -10 * largest;
    }
  });
  return 10 * largest;
}

// The same after weights have moved within bounds that were drawn in to `closed`: if one came to lie on them, nothing
// is certified there. Returns whether one did.
template <class Group>
PARABOLA_FUNCTION bool closeInAgain(const Group& group, const Scenario& scenario, double closed, double open,
                                    Workspace& ws) {
  if (!(closed < open) || !reachesOpenBound(group, scenario, ws, closed)) {
    return false;
  }
  group.items(ws.n, [&](int i) {
    ws.ownUpper[i] = openAbove(scenario, ws, closed, i) ? open : ws.upper[i];
    ws.ownLower[i] = openBelow(scenario, ws, closed, i) ? -open : ws.lower[i];
  });
  closeIn(group, scenario, open, ws);
  return true;
}

// Ten times what the budget and the finite bounds can move.
template <class Group>
PARABOLA_FUNCTION double nearBound(const Group& group, const Scenario& scenario, int n) {
  const double least = std::fabs(scenario.budget) > 1 ? std::fabs(scenario.budget) : 1;
  return 10 * group.accumulate(n, least, [&](int i, double s) {
    s += finite(scenario.lower[i]) ? std::fabs(scenario.lower[i]) : 0;
    return s + (finite(scenario.upper[i]) ? std::fabs(scenario.upper[i]) : 0);
  });
}

}  // namespace parabola::PARABOLA_ISA
