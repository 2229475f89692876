// What the interior point method (interior.hpp) keeps: pairs of a slack and its multiplier for bounds, rows, turnover
// and gross exposure, and what can be read from them: the face they show, or that nothing is feasible.
#pragma once

#include "rows.hpp"

namespace parabola::PARABOLA_ISA {

struct Interior {
  // Pairs of slack x and multiplier z, in segments: bounds below and above [padded] each; then for each kink p and m;
  // then rows below and above [rows]; then the slack of turnover and gross exposure.
  int pairs = 0;
  double* x = nullptr;
  double* z = nullptr;
  double* dx = nullptr;
  double* dz = nullptr;
  double* e = nullptr;  // what z is to become, less z, but for dx
  double* corrector = nullptr;
  double* on = nullptr;        // 1 where the pair exists
  double* zeta[2] = {};        // [padded] multipliers of w - c = p - m
  double* dzeta[2] = {};       // [padded]
  double* couple[2] = {};      // [padded] coefficients of the turnover's and the gross exposure's row
  double* rest[2] = {};        // [padded]
  double* spread[2] = {};      // [padded] 1 / (D+ + D-), zero where there is no kink inside the bounds
  double* theta = nullptr;     // [padded]
  double* rhs = nullptr;       // [padded]
  double* dw = nullptr;        // [padded]
  double* s = nullptr;         // [rows] row values, inside their limits
  double* ds = nullptr;        // [rows]
  double* thetaRow = nullptr;  // [rows]
  double* E = nullptr;         // [rows + 3]
  double* dy = nullptr;        // [rows + 3] in the order of p.active
  double* r2 = nullptr;        // [rows + 3]
  double* soften = nullptr;    // [rows + 3] d_r: the row gives way by d_r y_r; budget, turnover and gross exposure last
  double* centre = nullptr;    // [rows + 3] or by d_r (y_r - centre_r), see solveBySoftening() in general.hpp
  double* full = nullptr;      // [padded + kLanes + tail + padded(rows + 3)]

  double objective = 0;  // where softened rows are to be solved to the end: what complementarity is small beside

  // No row gives way.
  template <class Group>
  PARABOLA_FUNCTION void harden(const Group& group, int rows) {
    objective = 0;
    group.items(rows + 3, [&](int r) { soften[r] = centre[r] = 0; });
  }

  PARABOLA_SIZE static std::size_t count(int n, int rows) {
    return 6 * static_cast<std::size_t>(parabola::PARABOLA_ISA::padded(n)) +
           static_cast<std::size_t>(parabola::PARABOLA_ISA::padded(2 * rows + 2));
  }
  PARABOLA_SIZE static std::size_t numbers(int n, int rows, int thinFactors) {
    return 7 * count(n, rows) + 14 * static_cast<std::size_t>(parabola::PARABOLA_ISA::padded(n)) + kLanes +
           static_cast<std::size_t>(Thin::tail(thinFactors)) +
           9 * static_cast<std::size_t>(parabola::PARABOLA_ISA::padded(rows + 3));
  }

  PARABOLA_FUNCTION void layOut(int n, int rows, double* memory) {
    pairs = static_cast<int>(count(n, rows));
    for (double** a : {&x, &z, &dx, &dz, &e, &corrector, &on}) {
      *a = memory;
      memory += pairs;
    }
    const int p = parabola::PARABOLA_ISA::padded(n);
    for (int j = 0; j < 2; j++) {
      for (double** a : {&zeta[j], &dzeta[j], &couple[j], &rest[j], &spread[j]}) {
        *a = memory;
        memory += p;
      }
    }
    for (double** a : {&theta, &rhs, &dw}) {
      *a = memory;
      memory += p;
    }
    for (double** a : {&s, &ds, &thetaRow, &E, &dy, &r2, &soften, &centre}) {
      *a = memory;
      memory += parabola::PARABOLA_ISA::padded(rows + 3);
    }
    full = memory;
  }
};

// Whether the multipliers at hand prove that nothing is feasible: the Lagrangian of the constraints alone is positive
// everywhere inside the bounds, but would not be at a feasible portfolio.
template <class Group>
PARABOLA_FUNCTION bool provesInfeasible(const Group& group, const Program& p) {
  using P = Pack<kLanes>;
  const Workspace& ws = p.ws;
  double magnitude = 0;
  double value = 0;
  const auto add = [&](double term) {
    value += term;
    magnitude += std::fabs(term);
  };
  if (p.limits.budgeted) {
    add(p.at.nu * ws.budget);
  }
  for (int r = 0; r < p.rows; r++) {
    if (const double y = p.at.y[r]; y != 0) {
      add(y * (y > 0 ? p.limits.rowLower[r] : p.limits.rowUpper[r]));
    }
  }
  if (p.at.kappa > 0) {
    add(-p.at.kappa * p.limits.turnover);
  }
  if (p.at.rho > 0) {
    add(-p.at.rho * p.limits.gross);
  }
  double sum;
  double size;
  group.sums(ws.padded, sum, size, [&](auto i, P& a, P& b) {
    P c = P(p.limits.budgeted ? p.at.nu : 0.0);
    P m = max(c, P(0.0) - c);
    for (int r = 0; r < p.rows; r++) {
      const P t = P(p.at.y[r]) * load(p.limits.row[r], i);
      c = c + t;
      m = m + max(t, P(0.0) - t);
    }
    const P l = load(ws.lower, i);
    const P u = load(ws.upper, i);
    const auto at = [&](const P& v) {
      P s = P(0.0) - c * v;
      if (p.limits.turnover < INFINITY) {
        const P d = v - load(p.limits.current, i);
        s = fma(P(p.at.kappa), max(d, P(0.0) - d), s);
      }
      return fma(P(p.at.rho), max(v, P(0.0) - v), s);
    };
    P least = min(at(l), at(u));
    if (p.trades) {
      least = min(least, at(min(max(load(p.limits.current, i), l), u)));
    }
    if (p.exposed) {
      least = min(least, at(min(max(P(0.0), l), u)));
    }
    a = a + least;
    b = b + (m + P(p.at.kappa + p.at.rho)) * max(max(l, P(0.0) - l), max(u, P(0.0) - u));
  });
  return value + sum > 0x1p-42 * (magnitude + size);
}

// The centre of kink j: the current weights, or zero.
PARABOLA_INLINE double kinkCentre(const Program& p, int j, int i) { return j == 0 ? p.limits.current[i] : 0; }
PARABOLA_INLINE double kinkLimit(const Program& p, int j) { return j == 0 ? p.limits.turnover : p.limits.gross; }
PARABOLA_INLINE bool kinkExists(const Program& p, int j) { return j == 0 ? p.trades || p.powered : p.exposed; }

// The slope and the curvature of what m of |w - c| = p + m costs, turnover and gross exposure aside.
PARABOLA_INLINE double kinkSlope(const Program& p, int j, int i, const double* rate, double x) {
  return j > 0 ? 0 : rate[i] + (p.powered ? powerSlope(p, i, x) : 0);
}
PARABOLA_INLINE double kinkCurvature(const Program& p, int j, int i, double x) {
  return j > 0 || !p.powered ? 0 : powerCurvature(p, i, x);
}

// How far p (side 0) or m (side 1) of kink j gives way to its multiplier: 1 / (z / x + curvature of its cost).
PARABOLA_LARGE double give(const Program& p, const Interior& in, int j, int i, int side) {
  const int k = (2 + 2 * j + side) * p.ws.padded + i;
  return in.x[k] / (in.z[k] + in.x[k] * kinkCurvature(p, j, i, in.x[k]));
}

// How far a row's value may have to go: its natural size, or its limits.
PARABOLA_FUNCTION double reachOfRow(const Program& p, int r) {
  double reach = p.scale[r];
  for (const double limit : {rowLower(p, r), rowUpper(p, r)}) {
    const double size = std::fabs(limit);
    reach = size < INFINITY && size > reach ? size : reach;
  }
  return reach;
}

// The state that the pairs of slack and multiplier show: of each the smaller one is zero, measured by the objective.
template <class Group>
PARABOLA_FUNCTION void stateFromPairs(const Group& group, Program& p, const Interior& in, double objective) {
  Workspace& ws = p.ws;
  const int n = ws.padded;
  const int m = p.rows;
  const double typical = p.typical;
  const auto active = [&](int pair, double scale) {
    return in.on[pair] != 0 && in.x[pair] * objective < in.z[pair] * scale * scale;
  };
  group.items(n, [&](int i) {
    if (in.on[i] == 0) {
      return;
    }
    const double width = ws.upper[i] - ws.lower[i];
    const double scale = width < typical ? width : typical;
    double& w = ws.w[i];
    if (active(i, scale)) {
      w = ws.lower[i];
    } else if (active(n + i, scale)) {
      w = ws.upper[i];
    }
    for (int j = 0; j < 2; j++) {
      if (in.spread[j][i] != 0 && active((2 + 2 * j) * n + i, scale) && active((3 + 2 * j) * n + i, scale)) {
        w = kinkCentre(p, j, i);
      }
    }
  });
  stateFromWeights(group, p);
  evaluateRows(group, p);
  group.items(m + 2, [&](int r) {
    const double low = rowLower(p, r);
    const double high = rowUpper(p, r);
    if (low == high) {
      p.side[r] = 2;
    } else if (r < m) {
      const double scale = reachOfRow(p, r);
      p.side[r] = active(6 * n + r, scale) ? -1 : active(6 * n + m + r, scale) ? 1 : 0;
    } else {
      p.side[r] = high < INFINITY && active(6 * n + 2 * m + r - m, high > 0 ? high : typical) ? 1 : 0;
    }
  });
}

}  // namespace parabola::PARABOLA_ISA
