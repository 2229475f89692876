// Descent from face to face: the sure way to the optimal face from a feasible portfolio.
//
// Newton's method on the face goes to the first end of a piece, or the first row, that it meets; what was met rests,
// and the method goes on with the smaller face until a whole step is taken. Then everything whose multiplier is wrong
// may move, many at a time. Every portfolio on the way is feasible and the objective falls, so no face comes twice;
// where nothing falls (ties), one weight at a time is let go. Pivoting (rows.hpp) takes far fewer faces where it
// converges; this takes over where it does not, before the interior point method has to.
//
// Formula: Nocedal and Wright, Numerical Optimization, algorithm 16.3, with many indices let go at once.
#pragma once

#include "rows.hpp"

namespace parabola::PARABOLA_ISA {

// Puts weights within rounding of a bound, kink or zero there (not where every digit counts: beside an asset of next to
// no variance, specks of the others are part of the optimum), and the budget's rounding on the calmest free weight.
template <class Group>
PARABOLA_FUNCTION void clean(const Group& group, Program& p) {
  using P = Pack<kLanes>;
  Workspace& ws = p.ws;
  const double gross = grossExposure(group, ws);
  // Without a budget there may be no gross exposure to measure by.
  const double least = 0x1p-90 * p.typical;
  const P speck(p.exact || 0x1p-50 * gross < least ? least : 0x1p-50 * gross);
  group.each(ws.padded, [&](auto i) {
    const P l = load(ws.lower, i);
    const P u = load(ws.upper, i);
    P w = min(max(load(ws.w, i), l), u);
    const auto snapTo = [&](const P& at) {
      const P off = w - at;
      w = select(max(off, P(0.0) - off) < speck, min(max(at, l), u), w);
    };
    snapTo(P(0.0));
    if (p.trades) {
      snapTo(load(p.limits.current, i));
    }
    snapTo(l);
    snapTo(u);
    store(ws.w, i, w);
  });
  if (p.limits.budgeted) {
    const double missing = budgetError(group, ws);
    // Where every digit counts, rounding of large weights is not put on a small one.
    if (std::fabs(missing) > (p.exact ? 0x1p-52 * gross : 0)) {
      const int count = group.select(ws.padded, ws.list, [&](auto i) {
        const P w = load(ws.w, i);
        return load(ws.lower, i) < w && w < load(ws.upper, i);
      });
      settle(group, ws.w, ws.lower, ws.upper, p.deviation, ws.list, count, missing);
    }
  }
}

// A step along `step` on the face, which ends where something is met (by more than `nothing`): `share` of it can be
// taken.
struct Encounter {
  double share = 1;
  int position = -1;  // in the face: that weight comes to the end of its piece
  int row = -1;       // or this row to its limit
  double side = 0;    // of the row: -1 the lower one
};

template <class Group>
PARABOLA_FUNCTION Encounter firstEncounter(const Group& group, const Program& p, const double* step, double nothing) {
  const Workspace& ws = p.ws;
  const Face& face = ws.face;
  Encounter met = group.reduce(
      face.size, Encounter(), Encounter(),
      [&](int c, Encounter& x) {
        const int i = face.index[c];
        const double end = step[c] < 0 ? p.low[i] : p.high[i];
        const double beyond = ws.w[i] + step[c] - end;
        if (step[c] < 0 ? beyond < -nothing : beyond > nothing) {
          const double share = (end - ws.w[i]) / step[c];
          if (share < x.share) {
            x = {share > 0 ? share : 0, c, -1, 0};
          }
        }
      },
      [](const Encounter& x, const Encounter& y) {
        const bool earlier = y.position >= 0 && (x.position < 0 || y.position < x.position);
        return y.share < x.share || (y.share == x.share && earlier) ? y : x;
      });
  for (int r = 0; r < p.rows + 2; r++) {
    if (p.side[r] != 0 || (rowLower(p, r) == -INFINITY && rowUpper(p, r) == INFINITY)) {
      continue;
    }
    const double slope =
        group.accumulate(face.size, 0, [&](int c, double s) { return s + coefficient(p, r, face.index[c]) * step[c]; });
    const double limit = slope < 0 ? rowLower(p, r) : rowUpper(p, r);
    if (std::fabs(limit) < INFINITY && slope * (p.value[r] + slope - limit) > 0 &&
        std::fabs(p.value[r] + slope - limit) > rowRounding(p, r, limit)) {
      const double share = (limit - p.value[r]) / slope;
      if (share < met.share) {
        met = {share > 0 ? share : 0, -1, r, slope < 0 ? -1.0 : 1.0};
      }
    }
  }
  return met;
}

// Takes a position out of the face; the system is factored anew from the returned position on.
template <class Group>
PARABOLA_FUNCTION int leaveFace(const Group& group, Program& p, int position, int factored) {
  Face& face = p.ws.face;
  if (p.system == System::Dense && factored == face.size) {
    removeIndex(group, face, position, p.ws.ones);
    return face.size;
  }
  group.takeOut(face.size--, face.index, position);
  return position < factored ? position : factored;
}

// Newton's method on the face from ws.w, where ws.g and the rows are evaluated, down to a face whose optimum is inside.
// `active` is the number of active rows there. Returns false if some weight's direction has no curvature.
template <class Group>
PARABOLA_FUNCTION bool minimiseOnPieces(const Group& group, Program& p, int& active, bool& moved) {
  constexpr double kNothing = 0x1p-44;
  constexpr double kShare = 0.5;
  Workspace& ws = p.ws;
  Face& face = ws.face;
  const double nothing = kNothing * p.typical;
  double* const residual = ws.x;
  double* const step = p.step;
  int factored = 0;
  bool first = true;
  const auto leave = [&](int position) {
    group.takeOut(face.size, residual, position);
    factored = leaveFace(group, p, position, factored);
  };
  while (face.size > 0) {
    while (factored < face.size) {
      const int r = factorSystem(group, p, p.sigma, nullptr, factored);
      factored = r;
      if (r < face.size) {
        // It depends on the others. At the end of its piece it may as well rest.
        const int i = face.index[r];
        if (ws.w[i] != p.low[i] && ws.w[i] != p.high[i]) {
          return false;
        }
        group.one([&] { rest(p, i, ws.w[i]); });
        leave(r);
      }
    }
    if (face.size == 0) {
      break;
    }
    if (first) {
      faceResidual(group, p, residual);
    }
    group.items(face.size, [&](int c) { step[c] = residual[c]; });
    const int count = factorRows(group, p, step);
    if (first) {
      rowResiduals(group, p, count);
    } else {
      group.items(count, [&](int a) { p.target[a] = 0; });
    }
    first = false;
    solveWithRows(group, p, count, systemLength(p), step);
    active = count;
    // What would leave its piece at once rests at once: those that are drawn out of it most, since without them the
    // others may turn round.
    const auto outward = [&](int c) {
      const int i = face.index[c];
      const bool out = (step[c] < -nothing && ws.w[i] <= p.low[i] + nothing) ||
                       (step[c] > nothing && ws.w[i] >= p.high[i] - nothing);
      return out ? std::fabs(step[c]) * p.deviation[i] : -1;
    };
    const double most = group.largest(face.size, -1, outward);
    if (most >= 0) {
      for (int c = face.size - 1; c >= 0; c--) {
        if (outward(c) >= kShare * most) {
          const int i = face.index[c];
          group.one([&] { rest(p, i, step[c] < 0 ? p.low[i] : p.high[i]); });
          leave(c);
        }
      }
      continue;
    }
    const Encounter met = firstEncounter(group, p, step, nothing);
    group.items(face.size, [&](int c) {
      const int i = face.index[c];
      const double w = met.share == 1 ? ws.w[i] + step[c] : fma(met.share, step[c], ws.w[i]);
      ws.w[i] = w < p.low[i] ? p.low[i] : w > p.high[i] ? p.high[i] : w;
      residual[c] *= 1 - met.share;
    });
    moved = moved || !group.all(face.size, [&](int c) { return !(std::fabs(met.share * step[c]) > nothing); });
    group.items(count, [&](int a) {
      p.lambda[a] *= met.share;
      p.target[a] *= met.share;
    });
    addMultipliers(group, p, count);
    if (met.share == 1) {
      return true;
    }
    if (met.position >= 0) {
      const int i = face.index[met.position];
      group.one([&] { rest(p, i, step[met.position] < 0 ? p.low[i] : p.high[i]); });
      leave(met.position);
    } else {
      group.one([&] { p.side[met.row] = met.side; });
    }
    evaluateRows(group, p);
  }
  return true;
}

// A portfolio that meets every limit, to ws.w and its pieces: one of those at hand, or the nearest to it that the
// bounds and the budget allow. False if none of them is one.
template <class Group>
PARABOLA_FUNCTION bool findFeasible(const Group& group, const Shared& shared, const Scenario& scenario, Program& p) {
  using P = Pack<kLanes>;
  Workspace& ws = p.ws;
  for (const double* candidate : {shared.baseWeights, scenario.start, p.limits.current, shared.zeros}) {
    if (candidate == nullptr) {
      continue;
    }
    for (const bool positive : {false, true}) {
      group.each(ws.padded,
                 [&](auto i) { store(ws.w, i, min(max(load(candidate, i), load(ws.lower, i)), load(ws.upper, i))); });
      if (positive || worstViolation(group, p) > kFeasible) {
        if (!p.limits.budgeted || (positive && !p.exposed)) {
          continue;
        }
        // Of all portfolios those without short positions have the least gross exposure.
        group.each(ws.padded, [&](auto i) {
          store(ws.a, i, load(ws.w, i));
          store(ws.b, i, P(1.0));
          store(p.scratch, i, positive ? min(max(load(ws.lower, i), P(0.0)), load(ws.upper, i)) : load(ws.lower, i));
        });
        project(group, ws.padded, ws.a, ws.b, p.scratch, ws.upper, ws.budget, ws.w);
        clean(group, p);
        if (worstViolation(group, p) > kFeasible) {
          continue;
        }
      }
      stateFromWeights(group, p);
      return true;
    }
  }
  return false;
}

// On a face whose active rows depend on each other the multipliers are not unique. Those of row `a` of p.active and of
// the rows before it are chosen such that the weights at rest contradict them least; the one weight that holds them
// there becomes free, which makes them unique. Needs the rows as factorRows left them. False if that changes nothing.
template <class Group>
PARABOLA_FUNCTION bool holdMultipliers(const Group& group, Program& p, int count, int a) {
  using P = Pack<kLanes>;
  constexpr int kRounds = 60;
  constexpr double kGolden = 0.6180339887498949;
  Workspace& ws = p.ws;
  // B_a = sum c_b B_b on the face.
  double* const c = p.scaled;
  group.one([&] {
    for (int b = a - 1; b >= 0; b--) {
      double sum = p.S[a * count + b];
      for (int later = b + 1; later < a; later++) {
        sum -= c[later] * p.S[later * count + b];
      }
      c[b] = p.S[b * count + b] == 0 ? 0 : sum / p.S[b * count + b];
    }
  });
  double at = 0;
  const auto moveTo = [&](double x) {
    group.items(count, [&](int b) {
      p.lambda[b] = b > a ? 0 : (x - at) * (b == a ? 1 : -c[b]);
      p.target[b] = 0;
    });
    addMultipliers(group, p, count);
    at = x;
    reduceGradient(group, p);
  };
  const auto contradiction = [&](double x) {
    moveTo(x);
    return group.sum(ws.padded, [&](auto i) {
      P up(0.0);
      P down(0.0);
      drawn(p, i, up, down);
      return select(P(0.0) < load(ws.side, i), max(max(up, down), P(0.0)), P(0.0));
    });
  };
  const double largest = -group.minimum(ws.padded, [&](auto i) {
    const P g = load(ws.g, i);
    return min(g, P(0.0) - g);
  });
  const int r = p.active[a];
  const double scale = r < p.rows && p.scale[r] > 0 ? p.scale[r] / p.typical : 1;
  const double reach = 4 * (largest + std::fabs(p.at.nu)) / scale;
  // A lower limit's multiplier is positive, an upper one's negative, see multiplier().
  double low = p.side[r] == 2 || p.side[r] > 0 ? -reach : 0;
  double high = p.side[r] == 2 || p.side[r] < 0 ? reach : 0;
  const double before = contradiction(0);
  double left = high - kGolden * (high - low);
  double right = low + kGolden * (high - low);
  double atLeft = contradiction(left);
  double atRight = contradiction(right);
  for (int round = 0; round < kRounds; round++) {
    if (atLeft < atRight) {
      high = right;
      right = left;
      atRight = atLeft;
      left = high - kGolden * (high - low);
      atLeft = contradiction(left);
    } else {
      low = left;
      left = right;
      atLeft = atRight;
      right = low + kGolden * (high - low);
      atRight = contradiction(right);
    }
  }
  const double x = atLeft < atRight ? left : right;
  if (!(contradiction(x) < before)) {
    moveTo(0);
    return false;
  }
  group.each(ws.padded, [&](auto i) {
    P up(0.0);
    P down(0.0);
    drawn(p, i, up, down);
    store(ws.b, i, max(up, down));
    store(p.scratch, i, select(down < up, P(1.0), P(0.0)));
  });
  const int holds =
      group.best(ws.padded, -INFINITY, [&](int i) { return ws.side[i] > 0 ? -std::fabs(ws.b[i]) : -INFINITY; }).at;
  if (holds < 0) {
    return false;
  }
  group.one([&] {
    letGo(p, holds, p.scratch[holds] != 0);
    ws.face.index[ws.face.size] = holds;
  });
  ws.face.size++;
  return true;
}

// From a feasible ws.w, on its pieces as stateFromWeights left them. On Optimal ws.w and p.at are the solution; on
// GaveUp ws.w is feasible still.
template <class Group>
PARABOLA_FUNCTION Pivoting descendFaces(const Group& group, Program& p, int passes, int& iterations) {
  constexpr int kMost = 64;
  Workspace& ws = p.ws;
  Face& face = ws.face;
  double* const before = p.best[0];
  int idle = 0;
  int block = kBlock;
  gradientAtWeights(group, p);
  evaluateRows(group, p);
  p.at.clear(group, p.rows);
  group.items(p.rows + 2, [&](int r) {
    const double low = rowLower(p, r);
    const double high = rowUpper(p, r);
    const bool atLow = low > -INFINITY && p.value[r] - low <= kFeasible * rowRounding(p, r, low);
    const bool atHigh = high < INFINITY && high - p.value[r] <= kFeasible * rowRounding(p, r, high);
    p.side[r] = low == high ? 2 : atLow ? -1 : atHigh ? 1 : 0;
  });
  for (int pass = 0; pass < passes; pass++) {
    iterations++;
    group.each(ws.padded, [&](auto i) { store(before, i, load(ws.w, i)); });
    const double nu = p.at.nu;
    p.at.clear(group, p.rows);
    p.at.nu = p.limits.budgeted ? nu : 0;
    bool moved = false;
    int active = 0;
    if (!minimiseOnPieces(group, p, active, moved)) {
      return Pivoting::GaveUp;
    }
    // The gradient follows what moved.
    const int count = group.select(ws.padded, ws.list, [&](auto i) {
      const Pack<kLanes> w = load(ws.w, i);
      const Pack<kLanes> b = load(before, i);
      return w < b || b < w;
    });
    group.items(count, [&](int c) { ws.amount[c] = ws.w[ws.list[c]] - before[ws.list[c]]; });
    addProduct(group, p.model, ws.list, ws.amount, count, p.scratch, ws.g);
    evaluateRows(group, p);
    if (face.size == 0) {
      vertexMultipliers(group, p);
    }
    reduceGradient(group, p);
    const int dropped = group.sweep(
        p.rows + 2, 0, 0,
        [&](int r, int& many) {
          if (p.side[r] != 0 && p.side[r] != 2 && multiplier(p, r) * p.side[r] > 0) {
            p.side[r] = 0;
            many++;
          }
        },
        [](int x, int y) { return x + y; });
    const int wrong = findWrong(group, p);
    if (wrong > 0 && face.size > 0 && dropped == 0) {
      bool held = false;
      for (int a = 0; a < active && !held; a++) {
        held = p.S[a * active + a] == 0 && holdMultipliers(group, p, active, a);
      }
      if (held) {
        continue;
      }
    }
    if (wrong == 0 && dropped == 0) {
      return Pivoting::Optimal;
    }
    idle = moved ? 0 : idle + 1;
    if (idle > 30) {
      return Pivoting::GaveUp;
    }
    // Most of those let go come to rest again soon, at the other end of a short piece. But where many only hold each
    // other up, fewer do better.
    block = moved ? (2 * block < kMost ? 2 * block : kMost) : (block / 8 > 1 ? block / 8 : 1);
    if (face.size == 0 && p.limits.budgeted) {
      // What rises has to be paid for by what falls.
      freeWrong(group, p, wrong, block > 1 ? block / 2 : 1, 1);
      freeWrong(group, p, wrong, block > 1 ? block / 2 : 1, -1);
    } else {
      freeWrong(group, p, wrong, block);
    }
  }
  return Pivoting::GaveUp;
}

}  // namespace parabola::PARABOLA_ISA
