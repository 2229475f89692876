// Block pivoting with rows and kinks: the fast way to the optimal face of the general problem.
//
// As in pivoting.hpp a guess of the face is solved exactly, and everything that its solution contradicts is changed,
// many at a time: free weights that leave their piece rest at its end; weights whose multiplier has the wrong sign
// become free on the piece they are drawn to; rows that are violated become active, and rows whose multiplier has the
// wrong sign inactive. It may cycle or meet rows that the face cannot satisfy: then it gives up, and the interior point
// method (interior.hpp) takes over.
#pragma once

#include "exact.hpp"
#include "polish.hpp"
#include "system.hpp"

namespace parabola::PARABOLA_ISA {

// V = Q R for the `count` columns of p.V, each of `length` places (padded): Q replaces V, R' goes to the lower triangle
// of p.S [count, count]. Orthogonalising V = L^-1 B' itself, not factoring V'V, keeps the digits that beside an asset
// of next to no variance would be squared away. A column that depends on those before it becomes zero, and so does its
// diagonal of R: that row asks for nothing.
template <class Group>
PARABOLA_FUNCTION void orthogonalise(const Group& group, Program& p, int count, int length) {
  constexpr double kDependentRow = 1e-12;
  using P = Pack<kLanes>;
  const long stride = p.vStride();
  for (int a = 0; a < count; a++) {
    double* v = p.V + a * stride;
    double* row = p.S + a * count;
    group.put([&] {
      for (int b = 0; b < a; b++) {
        row[b] = 0;
      }
    });
    const double before = group.sum(length, [&](auto i) { return load(v, i) * load(v, i); });
    for (int round = 0; round < 2 && a > 0; round++) {
      for (int b = 0; b < a; b++) {
        if (p.S[b * count + b] == 0) {
          continue;
        }
        const double* q = p.V + b * stride;
        const double across = group.sum(length, [&](auto i) { return load(q, i) * load(v, i); });
        group.put([&] { row[b] += across; });
        group.each(length, [&](auto i) { store(v, i, fma(P(-across), load(q, i), load(v, i))); });
      }
    }
    const double after = a == 0 ? before : group.sum(length, [&](auto i) { return load(v, i) * load(v, i); });
    const bool dependent = !(after > kDependentRow * kDependentRow * before);
    const double norm = dependent ? 0 : std::sqrt(after);
    const double scale = dependent ? 0 : 1 / norm;
    group.put([&] { row[a] = norm; });
    group.each(length, [&](auto i) { store(v, i, dependent ? P(0.0) : P(scale) * load(v, i)); });
  }
}

// The coefficient of face position c in active row `which` (-1: the budget).
PARABOLA_INLINE double coefficient(const Program& p, int which, int i) {
  if (which < 0) {
    return 1;
  }
  if (which < p.rows) {
    return p.limits.row[which][i];
  }
  const double kink = which == p.rows ? p.limits.current[i] : 0;
  return p.low[i] >= kink ? 1 : -1;
}

// The active rows of the face, to p.active (the budget first), and L^-1 B' orthogonalised. Returns how many. `first` is
// solved along with them: first <- L^-1 first.
template <class Group>
PARABOLA_FUNCTION int factorRows(const Group& group, Program& p, double* first) {
  const Face& face = p.ws.face;
  const int k = face.size;
  int count = 0;
  if (p.limits.budgeted) {
    group.put([&] { p.active[0] = -1; });
    count = 1;
  }
  count += group.choose(p.rows + 2, p.active + count, p.rows + 2, [&](int r) { return p.side[r] != 0 ? r : -1; });
  const long v = p.vStride();
  for (int a = 0; a < count; a++) {
    group.items(k, [&](int c) { p.V[a * v + c] = coefficient(p, p.active[a], face.index[c]); });
  }
  int done = 0;
  if (count >= 3) {
    lowerSystem(group, p, first, p.V, p.V + v, p.V + 2 * v);
    done = 3;
  } else if (count == 2) {
    lowerSystem(group, p, first, p.V, p.V + v);
    done = 2;
  } else if (count == 1) {
    lowerSystem(group, p, first, p.V);
    done = 1;
  } else {
    lowerSystem(group, p, first);
  }
  for (; done + 4 <= count; done += 4) {
    lowerSystem(group, p, p.V + done * v, p.V + (done + 1) * v, p.V + (done + 2) * v, p.V + (done + 3) * v);
  }
  for (; done < count; done++) {
    lowerSystem(group, p, p.V + done * v);
  }
  orthogonalise(group, p, count, systemLength(p));
  return count;
}

// Solves H_FF x - B'lambda = b, B x = target: x holds L^-1 b on entry and the solution on return, p.lambda the
// multipliers (of H + sigma 1 1'). With Q and R from above, x = L'^-1 (t + Q c), lambda = R^-1 c, c = R'^-1 target -
// Q't.
template <class Group>
PARABOLA_FUNCTION void solveWithRows(const Group& group, Program& p, int count, int length, double* x) {
  using P = Pack<kLanes>;
  const long v = p.vStride();
  group.one([&] {
    for (int a = 0; a < count; a++) {
      const double* row = p.S + a * count;
      double sum = p.target[a];
      for (int b = 0; b < a; b++) {
        sum -= row[b] * p.scaled[b];
      }
      p.scaled[a] = row[a] == 0 ? 0 : sum / row[a];
    }
  });
  for (int a = 0; a < count; a += kBlock) {
    const int width = count - a < kBlock ? count - a : kBlock;
    double across[kBlock];
    group.sumEach(0, length, width, across, [&](auto i, int b) { return load(p.V + (a + b) * v, i) * load(x, i); });
    group.items(width, [&](int b) { p.lambda[a + b] = p.scaled[a + b] - across[b]; });
  }
  for (int a = 0; a < count; a++) {
    if (const double c = p.lambda[a]; c != 0) {
      group.each(length, [&](auto i) { store(x, i, fma(P(c), load(p.V + a * v, i), load(x, i))); });
    }
  }
  group.one([&] {
    for (int a = count - 1; a >= 0; a--) {
      double sum = p.lambda[a];
      for (int b = a + 1; b < count; b++) {
        sum -= p.S[b * count + a] * p.lambda[b];
      }
      p.lambda[a] = p.S[a * count + a] == 0 ? 0 : sum / p.S[a * count + a];
    }
  });
  upperSystem(group, p, x);
}

// The state that ws.w describes: which weights are free, on which piece; ws.side is 1 for those that rest and may move.
template <class Group>
PARABOLA_FUNCTION void stateFromWeights(const Group& group, Program& p) {
  using P = Pack<kLanes>;
  Workspace& ws = p.ws;
  group.each(ws.padded, [&](auto i) {
    const P l = load(ws.lower, i);
    const P u = load(ws.upper, i);
    const P w = min(max(load(ws.w, i), l), u);
    P low = l;
    P high = u;
    P inside = select(l < w && w < u, P(1.0), P(0.0));
    const auto cut = [&](const P& kink) {
      const auto between = low < kink && kink < high;
      const auto apart = w < kink || kink < w;
      inside = select(between, select(apart, inside, P(0.0)), inside);
      const P lowest = select(between, select(w < kink, low, kink), low);
      high = select(between && w < kink, kink, high);
      low = lowest;
    };
    if (p.trades) {
      cut(load(p.limits.current, i));
    }
    if (p.exposed) {
      cut(P(0.0));
    }
    store(ws.w, i, w);
    store(p.low, i, low);
    store(p.high, i, high);
    store(ws.side, i, select(l < u, P(1.0) - inside, P(0.0)));
  });
  ws.face.size = group.select(ws.padded, ws.face.index, [&](auto i) {
    return load(ws.side, i) < P(0.5) && load(ws.lower, i) < load(ws.upper, i);
  });
}

PARABOLA_INLINE void rest(Program& p, int i, double at) {
  p.ws.w[i] = at;
  p.ws.side[i] = 1;
}

// Rows with equal limits are active for good; of the others those that ws.w violates, and no others.
template <class Group>
PARABOLA_FUNCTION void activateRows(const Group& group, Program& p, bool keep) {
  evaluateRows(group, p);
  group.items(p.rows + 2, [&](int r) {
    const double low = rowLower(p, r);
    const double high = rowUpper(p, r);
    if (low == high) {
      p.side[r] = 2;
    } else if (!keep) {
      p.side[r] = p.value[r] <= low - rowRounding(p, r, low)     ? -1
                  : p.value[r] >= high + rowRounding(p, r, high) ? 1
                                                                 : 0;
    }
  });
}

// Certificates take multipliers of the right sign only.
template <class Group>
PARABOLA_FUNCTION void clampMultipliers(const Group& group, Program& p) {
  group.items(p.rows, [&](int r) {
    const bool mayPositive = p.limits.rowLower[r] > -INFINITY;
    const bool mayNegative = p.limits.rowUpper[r] < INFINITY;
    if ((p.at.y[r] > 0 && !mayPositive) || (p.at.y[r] < 0 && !mayNegative)) {
      p.at.y[r] = 0;
    }
  });
  p.at.kappa = p.at.kappa > 0 && p.limits.turnover < INFINITY ? p.at.kappa : 0;
  p.at.rho = p.at.rho > 0 && p.limits.gross < INFINITY ? p.at.rho : 0;
}

// Roundings by which rows may be violated: 5e-13 of their size.
constexpr double kFeasible = 32;

// By how much budget, rows, turnover and gross exposure are violated at most, in roundings of each (1: within
// rounding).
template <class Group>
PARABOLA_FUNCTION double worstViolation(const Group& group, Program& p) {
  evaluateRows(group, p);
  double worst = 0;
  const auto add = [&](double by, double rounding) {
    if (by > 0) {
      worst = by > worst * rounding ? by / rounding : worst;
    }
  };
  if (p.limits.budgeted) {
    add(std::fabs(budgetError(group, p.ws)), 0x1p-46 * grossExposure(group, p.ws));
  }
  for (int r = 0; r < p.rows + 2; r++) {
    for (const int side : {-1, 1}) {
      const double limit = side < 0 ? rowLower(p, r) : rowUpper(p, r);
      if (std::fabs(limit) < INFINITY) {
        add(side * (p.value[r] - limit), rowRounding(p, r, limit));
      }
    }
  }
  return worst;
}

// The certified gap at ws.w with the multipliers at hand; the gradient and the rows are evaluated anew.
template <class Group>
PARABOLA_FUNCTION double certify(const Group& group, Program& p, GeneralTerms& t) {
  clampMultipliers(group, p);
  evaluateGradient(group, p);
  evaluateRows(group, p);
  reduceGradient(group, p);
  if (p.exact) {
    evaluateExactly(group, p);
  }
  const double gap = gapBound(group, p);
  t = generalTerms(group, p);
  return gap;
}

// The right side of a Newton step on the face from ws.w: x = -h_F, with the slopes of its pieces.
template <class Group>
PARABOLA_FUNCTION void faceResidual(const Group& group, const Program& p, double* x) {
  const Workspace& ws = p.ws;
  const Face& face = ws.face;
  group.items(face.size, [&](int c) {
    const int i = face.index[c];
    double h = ws.g[i] - p.at.nu;
    for (int r = 0; r < p.rows; r++) {
      if (p.at.y[r] != 0) {
        h -= p.at.y[r] * p.limits.row[r][i];
      }
    }
    if (p.trades) {
      h += p.low[i] >= p.limits.current[i] ? p.at.kappa + p.buy[i] : -p.at.kappa - p.sell[i];
    }
    if (p.exposed) {
      h += p.low[i] >= 0 ? p.at.rho : -p.at.rho;
    }
    x[c] = -h;
  });
}

// The targets of that step: what the active rows lack.
template <class Group>
PARABOLA_FUNCTION void rowResiduals(const Group& group, Program& p, int count) {
  const Workspace& ws = p.ws;
  const double sum = group.sum(ws.padded, [&](auto i) { return load(ws.w, i); });
  group.items(count, [&](int a) {
    const int r = p.active[a];
    p.target[a] =
        r < 0 ? ws.budget - sum : (p.side[r] < 0 || (p.side[r] == 2) ? rowLower(p, r) : rowUpper(p, r)) - p.value[r];
  });
}

// The Newton step on the face from ws.w and the multipliers at hand, where ws.g and the rows are evaluated: x over
// face.index, the change of the multipliers to p.lambda. Returns the number of active rows, which are factored anew or,
// with `count` >= 0, are those of the step before.
template <class Group>
PARABOLA_FUNCTION int stepOnFace(const Group& group, Program& p, int count, double* x) {
  faceResidual(group, p, x);
  if (count < 0) {
    count = factorRows(group, p, x);
  } else {
    lowerSystem(group, p, x);
  }
  rowResiduals(group, p, count);
  solveWithRows(group, p, count, systemLength(p), x);
  return count;
}

template <class Group>
PARABOLA_FUNCTION void addMultipliers(const Group& group, Program& p, int count) {
  for (int a = 0; a < count; a++) {
    const int r = p.active[a];
    if (r < 0) {
      p.at.nu += p.lambda[a] - shift(p) * p.target[a];
    } else if (r < p.rows) {
      group.put([&] { p.at.y[r] += p.lambda[a]; });
    } else {
      (r == p.rows ? p.at.kappa : p.at.rho) -= p.lambda[a];
    }
  }
  group.meet();
}

// Whether ws.w meets the budget and the active rows, but for rounding. Needs the rows' values.
template <class Group>
PARABOLA_FUNCTION bool meetsActiveRows(const Group& group, const Program& p) {
  bool meets = !p.limits.budgeted || std::fabs(budgetError(group, p.ws)) <= 0x1p-44 * grossExposure(group, p.ws);
  for (int r = 0; r < p.rows + 2; r++) {
    if (p.side[r] != 0) {
      const double limit = p.side[r] == 1 ? rowUpper(p, r) : rowLower(p, r);
      meets = meets && std::fabs(p.value[r] - limit) <= 4 * rowRounding(p, r, limit);
    }
  }
  return meets;
}

// ws.g at ws.w, of p.model and ws.q: from the base scenario's where that is the shorter way.
template <class Group>
PARABOLA_FUNCTION void gradientAtWeights(const Group& group, Program& p) {
  using P = Pack<kLanes>;
  Workspace& ws = p.ws;
  group.each(ws.padded, [&](auto i) { store(ws.g, i, P(0.0) - load(ws.q, i)); });
  addRiskGradient(group, p, ws.w, ws.g);
  if (p.model.diagonal != p.risk.diagonal) {
    group.each(ws.padded, [&](auto i) {
      const P own = p.risk.diagonal == nullptr ? P(0.0) : load(p.risk.diagonal, i);
      store(ws.g, i, fma(load(p.model.diagonal, i) - own, load(ws.w, i), load(ws.g, i)));
    });
  }
}

// ws.w[index[c]] += step[c], and ws.g and p.h with it; the rows are evaluated there. `step` has room for kLanes more.
template <class Group>
PARABOLA_FUNCTION void moveOnFace(const Group& group, Program& p, const double* step) {
  Workspace& ws = p.ws;
  const Face& face = ws.face;
  group.items(face.size, [&](int c) { ws.w[face.index[c]] += step[c]; });
  addProduct(group, p.model, face.index, step, face.size, p.scratch, ws.g);
  reduceGradient(group, p);
  evaluateRows(group, p);
}

// Whether all free weights are on their pieces.
template <class Group>
PARABOLA_FUNCTION bool isInside(const Group& group, const Program& p) {
  const Workspace& ws = p.ws;
  return group.all(ws.face.size, [&](int c) {
    const int i = ws.face.index[c];
    return p.low[i] <= ws.w[i] && ws.w[i] <= p.high[i];
  });
}

// Solves the face exactly, from ws.w on its pieces and ws.g there: ws.w, ws.g, p.h, the rows' values and the
// multipliers. Returns whether it is on its pieces still.
template <class Group>
PARABOLA_FUNCTION bool solveOnFace(const Group& group, Program& p) {
  // The budget's multiplier is a start; those of the rows are found anew, since dependent ones are left out.
  const double nu = p.at.nu;
  p.at.clear(group, p.rows);
  p.at.nu = p.limits.budgeted ? nu : 0;
  evaluateRows(group, p);
  const int count = stepOnFace(group, p, -1, p.step);
  addMultipliers(group, p, count);
  moveOnFace(group, p, p.step);
  bool inside = isInside(group, p);
  // Where returns are large beside what risk there is, the weights are differences of far larger numbers.
  // (Turnover and gross exposure are rows on their pieces only.)
  const bool kinked = p.side[p.rows] != 0 || p.side[p.rows + 1] != 0;
  for (int round = 0; round < 2 && (inside || !kinked) && !meetsActiveRows(group, p); round++) {
    stepOnFace(group, p, count, p.step);
    addMultipliers(group, p, count);
    moveOnFace(group, p, p.step);
    inside = isInside(group, p);
  }
  return inside;
}

// Where every weight rests: the multiplier of the budget between the two weights that have the most to give each other.
// Needs ws.g.
template <class Group>
PARABOLA_FUNCTION void vertexMultipliers(const Group& group, Program& p) {
  using P = Pack<kLanes>;
  Workspace& ws = p.ws;
  p.at.clear(group, p.rows);
  if (p.limits.budgeted) {
    const double rise = group.minimum(ws.padded, [&](auto i) {
      const P w = load(ws.w, i);
      return select(w < load(ws.upper, i), load(ws.g, i) + slopeUp(p, i, w), P(INFINITY));
    });
    const double fall = -group.minimum(ws.padded, [&](auto i) {
      const P w = load(ws.w, i);
      return select(load(ws.lower, i) < w, P(0.0) - load(ws.g, i) - slopeDown(p, i, w), P(INFINITY));
    });
    if (!(rise < INFINITY) && !(fall > -INFINITY)) {
      return;  // nothing can move
    }
    p.at.nu =
        rise < INFINITY ? (fall > -INFINITY ? 0.5 * (rise + fall) : rise + std::fabs(rise)) : fall - std::fabs(fall);
    const double missing = budgetError(group, ws);
    if (std::fabs(missing) > 0x1p-50 * grossExposure(group, ws)) {
      // Beyond what either would take, so that the budget is met before anything else.
      const double edge = missing > 0 ? rise : fall;
      p.at.nu = edge + (missing > 0 ? 1 : -1) *
                           (0.1 * std::fabs(edge) + (rise < INFINITY && fall > -INFINITY ? std::fabs(rise - fall) : 0));
    }
  }
}

// Rows that contradict ws.w or their own multiplier change sides; returns how many. `clash`: some active row is not
// met.
template <class Group>
PARABOLA_FUNCTION int changeRows(const Group& group, Program& p, bool& clash) {
  struct Changes {
    int many = 0;
    int clashes = 0;
  };
  const auto change = [&](int r, Changes& x) {
    const double low = rowLower(p, r);
    const double high = rowUpper(p, r);
    const double y = multiplier(p, r);
    if (p.side[r] == 2) {
      x.clashes += std::fabs(p.value[r] - low) > rowRounding(p, r, low);
    } else if (p.side[r] != 0) {
      const double limit = p.side[r] < 0 ? low : high;
      x.clashes += p.side[r] * (p.value[r] - limit) > rowRounding(p, r, limit);
      if (y * p.side[r] > 0) {
        p.side[r] = 0;
        x.many++;
      }
    } else if (p.value[r] < low - rowRounding(p, r, low)) {
      p.side[r] = -1;
      x.many++;
    } else if (p.value[r] > high + rowRounding(p, r, high)) {
      p.side[r] = 1;
      x.many++;
    }
  };
  const Changes changes = group.sweep(p.rows + 2, Changes(), Changes(), change, [](const Changes& x, const Changes& y) {
    return Changes{x.many + y.many, x.clashes + y.clashes};
  });
  clash = clash || changes.clashes > 0;
  return changes.many;
}

// How much the objective falls with each bit that a weight rises (`up`) or falls (`down`) from where it rests; negative
// where that costs, -infinity where it cannot.
PARABOLA_INLINE void drawn(const Program& p, Lanes<kLanes> i, Pack<kLanes>& up, Pack<kLanes>& down) {
  using P = Pack<kLanes>;
  const Workspace& ws = p.ws;
  const P w = load(ws.w, i);
  const P h = load(p.h, i);
  up = select(w < load(ws.upper, i), P(0.0) - (h + slopeUp(p, i, w)), P(-INFINITY));
  down = select(load(ws.lower, i) < w, h + slopeDown(p, i, w), P(-INFINITY));
}

// Lists the errors that findWrong left in ws.a.
template <class Group>
PARABOLA_FUNCTION int listWrong(const Group& group, Workspace& ws) {
  using P = Pack<kLanes>;
  return group.select(ws.padded, ws.candidates, [&](auto i) {
    const P e = load(ws.a, i);
    return e < P(0.0) || P(0.0) < e;
  });
}

// Weights at rest whose multiplier is wrong: to ws.candidates, the size of the error to ws.a, positive for those that
// want to rise. Returns how many.
template <class Group>
PARABOLA_FUNCTION int findWrong(const Group& group, Program& p) {
  using P = Pack<kLanes>;
  Workspace& ws = p.ws;
  group.each(ws.padded, [&](auto i) {
    P up(0.0);
    P down(0.0);
    drawn(p, i, up, down);
    const P worst = max(up, down) - load(p.noise, i);
    const P open = load(ws.side, i);
    store(ws.a, i, select(P(0.0) < worst && P(0.0) < open, select(down < up, worst, P(0.0) - worst), P(0.0)));
  });
  return listWrong(group, ws);
}

// Weight i, at rest, is to be free on the piece above it or below; what one lane does. It joins the face elsewhere.
PARABOLA_FUNCTION void letGo(Program& p, int i, bool rises) {
  Workspace& ws = p.ws;
  double low = ws.lower[i];
  double high = ws.upper[i];
  const double w = ws.w[i];
  const auto cut = [&](double kink) {
    if (low < kink && kink < high) {
      (kink < w || (kink == w && rises) ? low : high) = kink;
    }
  };
  if (p.trades) {
    cut(p.limits.current[i]);
  }
  if (p.exposed) {
    cut(0);
  }
  p.low[i] = low;
  p.high[i] = high;
  ws.side[i] = 0;
}

// Of the `wrong` weights the `most` that are so most become free, each on the piece on the side that it is drawn to;
// with `direction` 1 those that want to rise only, with -1 those that want to fall.
template <class Group>
PARABOLA_FUNCTION void freeWrong(const Group& group, Program& p, int wrong, int most, int direction = 0) {
  Workspace& ws = p.ws;
  const auto error = [&](int i) { return direction == 0 ? std::fabs(ws.a[i]) : direction * ws.a[i]; };
  const double largest = group.largest(wrong, 0, [&](int c) { return error(ws.candidates[c]); });
  if (largest == 0) {
    return;
  }
  double threshold = 0.1 * largest;
  const auto above = [&](double least) {
    return group.count(wrong, [&](int c) { return error(ws.candidates[c]) >= least; });
  };
  for (int round = 0; round < 20 && above(threshold) > most; round++) {
    threshold += 0.25 * (largest - threshold);
  }
  int* const entering = ws.face.index + ws.face.size;
  const int many = group.choose(wrong, entering, most, [&](int c) {
    const int i = ws.candidates[c];
    return error(i) >= threshold ? i : -1;
  });
  group.items(many, [&](int c) { letGo(p, entering[c], ws.a[entering[c]] > 0); });
  ws.face.size += many;
}

// Starts from the state in ws.side, ws.w, p.low, p.high, face.index and p.side. On Optimal ws.w and p.at are the
// solution; on GaveUp ws.w is what the last face gave, clipped.
template <class Group>
PARABOLA_FUNCTION Pivoting pivotRows(const Group& group, Program& p, int kept, int passes, int& iterations) {
  using P = Pack<kLanes>;
  constexpr int kBlockPasses = 12;
  Workspace& ws = p.ws;
  Face& face = ws.face;
  p.at.nu = 0;
  gradientAtWeights(group, p);
  for (int pass = 0; pass < passes; pass++) {
    for (int r; (r = factorSystem(group, p, p.sigma, nullptr, kept)) < face.size;) {
      // It depends on the others: its share is theirs to take. If that is wrong, its multiplier will say so.
      const int i = face.index[r];
      const double from = ws.w[i];
      const double to = from - p.low[i] <= p.high[i] - from ? p.low[i] : p.high[i];
      const double moved = to - from;
      group.one([&] { rest(p, i, to); });
      addProduct(group, p.model, &i, &moved, 1, p.scratch, ws.g);
      group.takeOut(face.size--, face.index, r);
      kept = r;
    }
    iterations++;
    const int k = face.size;
    bool inside = true;
    bool clash = false;
    if (k > 0) {
      inside = solveOnFace(group, p);
    } else {
      vertexMultipliers(group, p);
      reduceGradient(group, p);
      evaluateRows(group, p);
      inside = !p.limits.budgeted || std::fabs(budgetError(group, ws)) <= 0x1p-50 * grossExposure(group, ws);
    }
    const int rowChanges = changeRows(group, p, clash);

    if (clash) {
      // The face can't meet these rows: multipliers that are too large on purpose tell which weights could.
      const double most = -group.minimum(ws.padded, [&](auto i) {
        const P h = load(p.h, i);
        return min(h, P(0.0) - h);
      });
      group.items(p.rows, [&](int r) {
        if (p.side[r] != 0) {
          const double beyond = p.value[r] - (p.side[r] == 1 ? rowUpper(p, r) : rowLower(p, r));
          if (std::fabs(beyond) > rowRounding(p, r, rowLower(p, r) == -INFINITY ? rowUpper(p, r) : rowLower(p, r))) {
            p.at.y[r] -= std::copysign(10 * most * p.typical / p.scale[r], beyond);
          }
        }
      });
      reduceGradient(group, p);
    }

    const int wrong = findWrong(group, p);
    if (inside && !clash && rowChanges == 0) {
      if (wrong == 0) {
        return Pivoting::Optimal;
      }
      if (pass > 3) {
        GeneralTerms t;
        const double gap = certify(group, p, t);
        if (gap <= 0x1p-36 * t.size) {
          return Pivoting::Optimal;
        }
        gradientAtWeights(group, p);
        listWrong(group, ws);
      }
    }
    if (clash && wrong == 0 && rowChanges == 0 && inside) {
      return Pivoting::GaveUp;  // the face cannot meet its rows, and no multiplier says what to free
    }

    kept = k;
    if (!inside) {
      const int left = group.choose(k, ws.list, k, [&](int c) {
        const int i = face.index[c];
        return p.low[i] <= ws.w[i] && ws.w[i] <= p.high[i] ? -1 : c;
      });
      kept = left > 0 ? ws.list[0] : k;
      group.items(left, [&](int l) {
        const int i = face.index[ws.list[l]];
        const double w = ws.w[i];
        rest(p, i, w > p.high[i] ? p.high[i] : p.low[i]);
        ws.list[l] = i;
        ws.amount[l] = ws.w[i] - w;
      });
      face.size = group.keep(k, face.index, [&](int c) { return ws.side[face.index[c]] == 0; });
      addProduct(group, p.model, ws.list, ws.amount, left, p.scratch, ws.g);
    }
    const int most = pass < kBlockPasses         ? (face.size / 2 > kBlock ? face.size / 2 : kBlock)
                     : inside && rowChanges == 0 ? 1
                                                 : 0;
    freeWrong(group, p, wrong, most);
  }
  return Pivoting::GaveUp;
}

}  // namespace parabola::PARABOLA_ISA
