// The interior point method: slower than pivoting, and it does not care about ties, dependent assets or rows.
//
// Mehrotra's predictor and corrector on the perturbed optimality conditions, from any start. Bounds, rows, turnover and
// gross exposure are pairs of a slack and its multiplier; |w - c| is p + m with w - c = p - m, both eliminated to a
// number on the diagonal, so that the linear algebra is that of n weights and the rows:
//
//     (H + Theta) dw - B'dl = r,    B dw + E dl = s
//
// It ends with the best certificate, or with multipliers that prove that no portfolio is feasible.
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
  void harden(int rows) {
    objective = 0;
    for (int r = 0; r < rows + 3; r++) {
      soften[r] = centre[r] = 0;
    }
  }

  static std::size_t count(int n, int rows) {
    return 6 * static_cast<std::size_t>(parabola::PARABOLA_ISA::padded(n)) +
           static_cast<std::size_t>(parabola::PARABOLA_ISA::padded(2 * rows + 2));
  }
  static std::size_t numbers(int n, int rows, int thinFactors) {
    return 7 * count(n, rows) + 14 * static_cast<std::size_t>(parabola::PARABOLA_ISA::padded(n)) + kLanes +
           static_cast<std::size_t>(Thin::tail(thinFactors)) +
           9 * static_cast<std::size_t>(parabola::PARABOLA_ISA::padded(rows + 3));
  }

  void layOut(int n, int rows, double* memory) {
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
inline bool provesInfeasible(const Group& group, const Program& p) {
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
PARABOLA_INLINE double give(const Program& p, const Interior& in, int j, int i, int side) {
  const int k = (2 + 2 * j + side) * p.ws.padded + i;
  return in.x[k] / (in.z[k] + in.x[k] * kinkCurvature(p, j, i, in.x[k]));
}

// Factors H + Theta on the weights that can move and the rows of the system; false if it cannot.
template <class Group>
inline bool factorInterior(const Group& group, Program& p, Interior& in, int& count) {
  Workspace& ws = p.ws;
  Face& face = ws.face;
  for (int attempt = 0;; attempt++) {
    const int r = factorSystem(group, p, 0, in.theta, 0);
    if (r == face.size) {
      break;
    }
    if (attempt == 40) {
      return false;
    }
    // A step without this direction's curvature could be as long as it likes: give it some.
    const int i = face.index[r];
    const double v = variance(p.model, i) + in.theta[i];
    for (int c = 0; c < face.size; c++) {
      const int k = face.index[c];
      in.theta[k] += 1e-10 * (variance(p.model, k) + in.theta[k]);
    }
    in.theta[i] += v > 0 ? 1e-10 * v : 1;
  }
  count = 0;
  if (p.limits.budgeted) {
    p.active[count++] = -1;
  }
  for (int r = 0; r < p.rows; r++) {
    if (p.limits.rowLower[r] > -INFINITY || p.limits.rowUpper[r] < INFINITY) {
      p.active[count++] = r;
    }
  }
  for (int j = 0; j < 2; j++) {
    if (kinkExists(p, j) && kinkLimit(p, j) < INFINITY) {
      p.active[count++] = p.rows + j;
    }
  }
  const long v = p.vStride();
  for (int a = 0; a < count; a++) {
    const int r = p.active[a];
    group.items(face.size, [&](int c) {
      const int i = face.index[c];
      p.V[a * v + c] = r < 0 ? 1 : r < p.rows ? p.limits.row[r][i] : in.couple[r - p.rows][i];
    });
    lowerSystem(group, p, p.V + a * v);
  }
  // The slack of a row is one more number of its column: B K^-1 B' + E.
  const int k = systemLength(p);
  const int length = k + padded(count);
  for (int a = 0; a < count; a++) {
    double* column = p.V + a * v;
    for (int i = k; i < length; i++) {
      column[i] = 0;
    }
    const int r = p.active[a];
    column[k + a] = std::sqrt((r < 0 ? 0 : in.E[r]) + in.soften[r < 0 ? p.rows + 2 : r]);
  }
  orthogonalise(group, p, count, length);
  return true;
}

// What a difference is beyond the rounding of numbers of this size: chasing that would push a slack of nearly zero out.
PARABOLA_INLINE double beyondRounding(double difference, double size) {
  return std::fabs(difference) <= 0x1p-49 * size ? 0 : difference;
}

// The direction for complementarity x z = mu - corrector from the residuals at hand, to dw, dx, dz, dzeta, ds, dy.
template <class Group>
inline void direction(const Group& group, Program& p, Interior& in, int count, double mu, bool corrected) {
  Workspace& ws = p.ws;
  const Face& face = ws.face;
  const int n = ws.padded;
  const int m = p.rows;
  group.items(in.pairs, [&](int i) {
    in.e[i] = in.on[i] != 0 ? (mu - (corrected ? in.corrector[i] : 0)) / in.x[i] - in.z[i] : 0;
  });
  const int rowPairs = 6 * n;
  const int slackPairs = rowPairs + 2 * m;
  // Right sides.
  group.items(n, [&](int i) { in.dw[i] = -in.rhs[i] + in.e[i] - in.e[n + i]; });
  double* const target = p.target;
  for (int a = 0; a < count; a++) {
    const int r = p.active[a];
    if (r < 0) {
      target[a] = beyondRounding(budgetError(group, ws), grossExposure(group, ws));
    } else if (r < m) {
      if (p.limits.rowLower[r] == p.limits.rowUpper[r]) {
        target[a] = beyondRounding(p.limits.rowLower[r] - p.value[r], p.size[r]);
      } else {
        const double low = in.e[rowPairs + r];
        const double high = in.e[rowPairs + m + r];
        const double ry = p.at.y[r] - in.z[rowPairs + r] + in.z[rowPairs + m + r];
        target[a] = beyondRounding(in.s[r] - p.value[r], p.size[r]) + (low - high - ry) / in.thetaRow[r];
      }
    }
  }
  for (int j = 0; j < 2; j++) {
    if (!kinkExists(p, j)) {
      continue;
    }
    const double* xp = in.x + (2 + 2 * j) * n;
    const double* xm = xp + n;
    const double* zp = in.z + (2 + 2 * j) * n;
    const double* zm = zp + n;
    const double* ep = in.e + (2 + 2 * j) * n;
    const double* em = ep + n;
    const double multiplier = j == 0 ? p.at.kappa : p.at.rho;
    const bool limited = kinkLimit(p, j) < INFINITY;
    double spent = 0;  // sum |w - c| as the splits have it
    double shifted = 0;
    for (int i = 0; i < n; i++) {
      const double c = kinkCentre(p, j, i);
      if (in.spread[j][i] == 0) {
        in.rest[j][i] = 0;
        spent += std::fabs(ws.w[i] - c);
        continue;
      }
      const double buy = kinkSlope(p, j, i, p.buy, xp[i]) + multiplier;
      const double sell = kinkSlope(p, j, i, p.sell, xm[i]) + multiplier;
      const double dp = give(p, in, j, i, 0);
      const double dm = give(p, in, j, i, 1);
      const double alphaP = ep[i] - (buy - in.zeta[j][i] - zp[i]);
      const double alphaM = em[i] - (sell + in.zeta[j][i] - zm[i]);
      const double gap = beyondRounding(ws.w[i] - c - xp[i] + xm[i], std::fabs(ws.w[i]) + std::fabs(c));
      const double lacking = gap - dp * alphaP + dm * alphaM;
      in.rest[j][i] = lacking;
      in.dw[i] -= lacking * in.spread[j][i];
      spent += xp[i] + xm[i];
      shifted += in.couple[j][i] * lacking + dp * alphaP + dm * alphaM;
    }
    if (limited) {
      const int pair = slackPairs + j;
      for (int a = 0; a < count; a++) {
        if (p.active[a] == m + j) {
          const double lack = beyondRounding(spent + in.x[pair] - kinkLimit(p, j), spent);
          target[a] = -lack - in.x[pair] / in.z[pair] * in.e[pair] - shifted;
        }
      }
    }
  }
  for (int a = 0; a < count; a++) {
    const int r = p.active[a];
    const double multiplier = r < 0 ? p.at.nu : r < m ? p.at.y[r] : r == m ? -p.at.kappa : -p.at.rho;
    const int k = r < 0 ? m + 2 : r;
    target[a] -= in.soften[k] * (multiplier - in.centre[k]);
  }
  // The linear system, and what its solution leaves of the right sides once more.
  constexpr int kRefinements = 2;
  const int system = systemLength(p);
  const int length = system + padded(count);
  double* const d = ws.x;
  double* const r1 = ws.a;  // right side
  double* const sum = ws.b;
  group.items(n, [&](int i) {
    r1[i] = in.dw[i];
    in.dw[i] = 0;
  });
  for (int a = 0; a < count; a++) {
    in.r2[a] = target[a];
    in.dy[a] = 0;
  }
  for (int round = 0;; round++) {
    group.items(face.size, [&](int c) { d[c] = r1[face.index[c]]; });
    if (round > 0) {
      group.items(face.size, [&](int c) { d[c] -= sum[face.index[c]]; });
    }
    lowerSystem(group, p, d);
    // d has no places for the slacks' numbers: they start from zero, and are not needed.
    double* const t = in.full;
    group.items(length, [&](int i) { t[i] = i < system ? d[i] : 0; });
    solveWithRows(group, p, count, length, t);
    group.items(face.size, [&](int c) { d[c] = t[c]; });
    group.items(face.size, [&](int c) { in.dw[face.index[c]] += d[c]; });
    for (int a = 0; a < count; a++) {
      in.dy[a] += p.lambda[a];
    }
    if (round == kRefinements) {
      break;
    }
    group.items(n, [&](int i) { sum[i] = in.theta[i] * in.dw[i]; });
    group.items(face.size, [&](int c) { ws.amount[c] = in.dw[face.index[c]]; });
    addProduct(group, p.model, face.index, ws.amount, face.size, p.scratch, sum);
    for (int a = 0; a < count; a++) {
      const int r = p.active[a];
      double across = 0;
      group.items(face.size, [&](int c) {
        const int i = face.index[c];
        const double b = r < 0 ? 1 : r < m ? p.limits.row[r][i] : in.couple[r - m][i];
        sum[i] -= b * in.dy[a];
        across += b * in.dw[i];
      });
      target[a] = in.r2[a] - across - ((r < 0 ? 0 : in.E[r]) + in.soften[r < 0 ? m + 2 : r]) * in.dy[a];
    }
  }
  // What was eliminated.
  group.items(n, [&](int i) {
    in.dx[i] = in.dw[i];
    in.dx[n + i] = -in.dw[i];
  });
  group.items(4 * n, [&](int i) { in.dx[2 * n + i] = 0; });
  for (int j = 0; j < 2; j++) {
    if (!kinkExists(p, j)) {
      continue;
    }
    const bool limited = kinkLimit(p, j) < INFINITY;
    double dk = 0;
    for (int a = 0; a < count; a++) {
      dk = p.active[a] == m + j ? -in.dy[a] : dk;
    }
    const double multiplier = j == 0 ? p.at.kappa : p.at.rho;
    double* xp = in.x + (2 + 2 * j) * n;
    double* zp = in.z + (2 + 2 * j) * n;
    group.items(n, [&](int i) {
      if (in.spread[j][i] == 0) {
        return;
      }
      const double buy = kinkSlope(p, j, i, p.buy, xp[i]) + multiplier;
      const double sell = kinkSlope(p, j, i, p.sell, xp[n + i]) + multiplier;
      const double dp = give(p, in, j, i, 0);
      const double dm = give(p, in, j, i, 1);
      const double change = (in.dw[i] + in.rest[j][i]) * in.spread[j][i] + in.couple[j][i] * dk;
      in.dzeta[j][i] = change;
      const double alphaP = in.e[(2 + 2 * j) * n + i] - (buy - in.zeta[j][i] - zp[i]);
      const double alphaM = in.e[(3 + 2 * j) * n + i] - (sell + in.zeta[j][i] - zp[n + i]);
      in.dx[(2 + 2 * j) * n + i] = dp * (alphaP + change - dk);
      in.dx[(3 + 2 * j) * n + i] = dm * (alphaM - change - dk);
    });
    if (limited) {
      const int pair = slackPairs + j;
      in.dx[pair] = in.x[pair] / in.z[pair] * (in.e[pair] - dk);
    }
  }
  for (int a = 0; a < count; a++) {
    const int r = p.active[a];
    if (r >= 0 && r < m && p.limits.rowLower[r] < p.limits.rowUpper[r]) {
      const double ry = p.at.y[r] - in.z[rowPairs + r] + in.z[rowPairs + m + r];
      if (p.S[a * count + a] != 0) {
        in.ds[r] = (in.e[rowPairs + r] - in.e[rowPairs + m + r] - ry - in.dy[a]) / in.thetaRow[r];
      } else {
        // A row that depends on the others goes where they go.
        in.ds[r] = beyondRounding(p.value[r] - in.s[r], p.size[r]);
        for (int i = 0; i < n; i++) {
          in.ds[r] += p.limits.row[r][i] * in.dw[i];
        }
      }
      in.dx[rowPairs + r] = in.ds[r];
      in.dx[rowPairs + m + r] = -in.ds[r];
    }
  }
  group.items(in.pairs, [&](int i) {
    if (in.on[i] != 0) {
      in.dz[i] = in.e[i] - in.z[i] / in.x[i] * in.dx[i];
    } else {
      in.dx[i] = in.dz[i] = 0;
    }
  });
}

// How far slacks and multipliers may move before one of them is zero.
template <class Group>
inline double longestStep(const Group& group, const Interior& in) {
  using P = Pack<kLanes>;
  return group.minimum(in.pairs, [&](auto i) {
    const auto ratio = [](const P& x, const P& d) { return select(d < P(0.0), P(0.0) - x / d, P(INFINITY)); };
    return min(ratio(load(in.x, i), load(in.dx, i)), ratio(load(in.z, i), load(in.dz, i)));
  });
}

// How far a row's value may have to go: its natural size, or its limits.
inline double reachOfRow(const Program& p, int r) {
  double reach = p.scale[r];
  for (const double limit : {rowLower(p, r), rowUpper(p, r)}) {
    const double size = std::fabs(limit);
    reach = size < INFINITY && size > reach ? size : reach;
  }
  return reach;
}

// The state that the pairs of slack and multiplier show: of each the smaller one is zero, measured by the objective.
template <class Group>
inline void stateFromPairs(const Group& group, Program& p, const Interior& in, double objective) {
  Workspace& ws = p.ws;
  const int n = ws.padded;
  const int m = p.rows;
  const double typical = p.typical;
  const auto active = [&](int pair, double scale) {
    return in.on[pair] != 0 && in.x[pair] * objective < in.z[pair] * scale * scale;
  };
  for (int i = 0; i < n; i++) {
    if (in.on[i] == 0) {
      continue;
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
  }
  stateFromWeights(p);
  evaluateRows(group, p);
  for (int r = 0; r < m + 2; r++) {
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
  }
}

enum class Outcome { Solved, Infeasible, Stopped };

// Solves p from a start well inside, `reach` typical weights from the bounds at most; ws.w and p.at are the best found,
// `gap` and `t` their certificate. With `in.soften` above zero rows give way, and it stops at the first proof that they
// have to.
template <class Group>
inline Outcome interior(const Group& group, Program& p, Interior& in, double reach, double tolerance, int& iterations,
                        double& gap, GeneralTerms& t) {
  constexpr int kMost = 120;
  constexpr double kJam = 0.05;
  constexpr double kRelax = 1;
  constexpr double kDone = 1e-18;
  Workspace& ws = p.ws;
  const int n = ws.padded;
  const int m = p.rows;
  const int rowPairs = 6 * n;
  const int slackPairs = rowPairs + 2 * m;
  const bool limited[2] = {p.trades && p.limits.turnover < INFINITY, p.exposed && p.limits.gross < INFINITY};

  // A start well inside.
  const double typical = reach * p.typical;
  int movable = 0;
  ws.face.size = 0;
  double room = 0;
  for (int i = 0; i < n; i++) {
    const double l = ws.lower[i];
    const double u = ws.upper[i];
    const double width = u - l < typical ? u - l : typical;
    const double middle = p.limits.budgeted ? ws.budget / ws.n : 0;
    const double low = l + 0.1 * width;
    const double high = u - 0.1 * width;
    ws.w[i] = l == u ? l : middle < low ? low : middle > high ? high : middle;
    if (l < u) {
      ws.face.index[ws.face.size++] = i;
      room += ws.w[i] - l < u - ws.w[i] ? ws.w[i] - l : u - ws.w[i];
      movable++;
    }
  }
  group.items(in.pairs, [&](int i) {
    in.x[i] = 1;
    in.z[i] = in.on[i] = in.dx[i] = in.dz[i] = in.e[i] = in.corrector[i] = 0;
  });
  if (movable == 0) {
    p.at.clear(p.rows);
    gap = certify(group, p, t);
    return worstViolation(group, p) <= kFeasible ? Outcome::Solved : Outcome::Infeasible;
  }
  room /= movable;
  p.at.clear(p.rows);
  evaluateGradient(group, p);
  evaluateRows(group, p);
  double steepest = 0;
  for (int c = 0; c < ws.face.size; c++) {
    const double g = std::fabs(ws.g[ws.face.index[c]]);
    steepest = g > steepest ? g : steepest;
  }
  for (int i = 0; p.trades && i < n; i++) {
    steepest = p.buy[i] > steepest ? p.buy[i] : steepest;
    steepest = p.sell[i] > steepest ? p.sell[i] : steepest;
  }
  steepest = steepest > 0 ? steepest : 1;
  const double mu0 = steepest * room;
  const auto pair = [&](int i, double x) {
    in.on[i] = 1;
    in.x[i] = x;
    in.z[i] = mu0 / x;
  };
  for (int c = 0; c < ws.face.size; c++) {
    const int i = ws.face.index[c];
    pair(i, ws.w[i] - ws.lower[i]);
    pair(n + i, ws.upper[i] - ws.w[i]);
  }
  for (int j = 0; j < 2; j++) {
    double spent = 0;
    for (int i = 0; i < n; i++) {
      in.spread[j][i] = in.couple[j][i] = in.zeta[j][i] = in.dzeta[j][i] = 0;
      if (!kinkExists(p, j)) {
        continue;
      }
      const double c = kinkCentre(p, j, i);
      if (ws.lower[i] < c && c < ws.upper[i]) {
        const double d = ws.w[i] - c;
        pair((2 + 2 * j) * n + i, (d > 0 ? d : 0) + room);
        pair((3 + 2 * j) * n + i, (d < 0 ? -d : 0) + room);
        in.spread[j][i] = 1;
      } else {
        in.couple[j][i] = c <= ws.lower[i] ? 1 : -1;
      }
      spent += std::fabs(ws.w[i] - c);
    }
    if (limited[j]) {
      const double limit = kinkLimit(p, j);
      pair(slackPairs + j, limit - spent > 0.1 * limit ? limit - spent : limit > 0 ? 0.1 * limit : room);
      (j == 0 ? p.at.kappa : p.at.rho) = in.z[slackPairs + j];
    }
  }
  for (int r = 0; r < m; r++) {
    const double low = p.limits.rowLower[r];
    const double high = p.limits.rowUpper[r];
    if (low == high || (low == -INFINITY && high == INFINITY)) {
      in.s[r] = p.value[r];
      continue;
    }
    const double scale = reachOfRow(p, r);
    const double margin = high - low < scale ? 0.1 * (high - low) : 0.1 * scale;
    const double v = p.value[r];
    in.s[r] = v < low + margin ? low + margin : v > high - margin ? high - margin : v;
    // Where other rows or bounds hold this one at its limit there is no inside: it is given a rounding.
    if (low > -INFINITY) {
      pair(rowPairs + r, in.s[r] - low + kRelax * rowRounding(p, r, low));
    }
    if (high < INFINITY) {
      pair(rowPairs + m + r, high - in.s[r] + kRelax * rowRounding(p, r, high));
    }
    p.at.y[r] = in.z[rowPairs + r] - in.z[rowPairs + m + r];
  }
  double total = 0;
  for (int i = 0; i < in.pairs; i++) {
    total += in.on[i];
  }

  double bestGap = INFINITY;
  double bestNu = 0;
  double bestKappa = 0;
  double bestRho = 0;
  int idle = 0;
  for (int pass = 0; pass < kMost && idle < 12; pass++) {
    iterations++;
    // Residuals: gradient of the Lagrangian to in.rhs.
    evaluateGradient(group, p);
    evaluateRows(group, p);
    group.items(n, [&](int i) {
      double s = ws.g[i] - p.at.nu - in.z[i] + in.z[n + i];
      for (int r = 0; r < m; r++) {
        s -= p.at.y[r] * p.limits.row[r][i];
      }
      for (int j = 0; j < 2; j++) {
        if (kinkExists(p, j)) {
          const double multiplier = j == 0 ? p.at.kappa : p.at.rho;
          if (in.spread[j][i] != 0) {
            s += in.zeta[j][i];
            if (j == 0 && p.powered) {
              s -= powerSlope(p, i, ws.w[i] - p.limits.current[i]);  // zeta has it
            }
          } else if (in.couple[j][i] > 0) {
            s += multiplier + (j == 0 ? p.buy[i] : 0);
          } else {
            s -= multiplier + (j == 0 ? p.sell[i] : 0);
          }
        }
      }
      in.rhs[i] = s;
    });

    // The certificate of where it stands; its multipliers are those of right sign.
    {
      const double kappa = p.at.kappa;
      const double rho = p.at.rho;
      const double violation = worstViolation(group, p);
      reduceGradient(group, p);
      // Inequality rows carry multipliers of either sign only in between.
      if (violation <= kFeasible) {
        gap = gapBound(group, p);
        t = generalTerms(group, p);
        if (gap < 0.9 * bestGap) {
          idle = 0;
        }
        if (gap < bestGap) {
          bestGap = gap;
          bestNu = p.at.nu;
          bestKappa = kappa;
          bestRho = rho;
          group.items(n, [&](int i) { p.best[0][i] = ws.w[i]; });
          for (int r = 0; r < m; r++) {
            p.bestY[0][r] = p.at.y[r];
          }
        }
        if (gap <= tolerance * t.size) {
          break;
        }
      } else if (pass > 2) {
        // Multipliers of the wrong sign prove nothing: tried without them.
        bool dropped = false;
        for (int r = 0; r < m; r++) {
          dropped = dropped || (p.at.y[r] > 0 && p.limits.rowLower[r] == -INFINITY) ||
                    (p.at.y[r] < 0 && p.limits.rowUpper[r] == INFINITY);
        }
        if (!dropped && provesInfeasible(group, p)) {
          return Outcome::Infeasible;
        }
      }
    }
    idle += bestGap < INFINITY ? 1 : 0;

    // Diagonal and rows.
    group.items(n, [&](int i) {
      double th = 0;
      if (in.on[i] != 0) {
        th = in.z[i] / in.x[i] + in.z[n + i] / in.x[n + i];
      }
      if (p.powered && in.spread[0][i] == 0 && i < ws.n) {
        th += powerCurvature(p, i, ws.w[i] - p.limits.current[i]);
      }
      for (int j = 0; j < 2; j++) {
        if (in.spread[j][i] != 0) {
          const double dp = give(p, in, j, i, 0);
          const double dm = give(p, in, j, i, 1);
          in.spread[j][i] = 1 / (dp + dm);
          in.couple[j][i] = (dp - dm) / (dp + dm);
          th += in.spread[j][i];
        }
      }
      in.theta[i] = th;
    });
    for (int r = 0; r < m; r++) {
      in.thetaRow[r] = in.z[rowPairs + r] / in.x[rowPairs + r] + in.z[rowPairs + m + r] / in.x[rowPairs + m + r];
      in.E[r] = p.limits.rowLower[r] == p.limits.rowUpper[r] ? 0 : 1 / in.thetaRow[r];
    }
    for (int j = 0; j < 2; j++) {
      if (limited[j]) {
        double sum = in.x[slackPairs + j] / in.z[slackPairs + j];
        for (int i = 0; i < n; i++) {
          if (in.spread[j][i] != 0) {
            const double dp = give(p, in, j, i, 0);
            const double dm = give(p, in, j, i, 1);
            sum += 4 * dp * (dm / (dp + dm));
          }
        }
        in.E[m + j] = sum;
      }
    }
    int count;
    if (!factorInterior(group, p, in, count)) {
      break;
    }
    double mu = 0;
    for (int i = 0; i < in.pairs; i++) {
      mu += in.on[i] * in.x[i] * in.z[i];
    }
    mu /= total;
    if (!(mu > 0x1p-900) || mu * total <= kDone * in.objective) {
      break;
    }
    direction(group, p, in, count, 0, false);
    double predicted = longestStep(group, in);
    predicted = predicted < 1 ? predicted : 1;
    double affine = 0;
    for (int i = 0; i < in.pairs; i++) {
      affine += in.on[i] * (in.x[i] + predicted * in.dx[i]) * (in.z[i] + predicted * in.dz[i]);
    }
    affine /= total;
    const double ratio = affine / mu;
    const double sigma = ratio * ratio * ratio;
    group.items(in.pairs, [&](int i) { in.corrector[i] = in.dx[i] * in.dz[i]; });
    direction(group, p, in, count, sigma * mu, true);
    double step = longestStep(group, in);
    if (step < 0.1) {
      // The corrector may point out of the interior: without it, and more towards the centre.
      direction(group, p, in, count, 0.5 * mu, false);
      step = longestStep(group, in);
    }
    step = 0.995 * step < 1 ? 0.995 * step : 1;
    if (!(step > 1e-14)) {
      break;  // NaN too
    }
    group.items(in.pairs, [&](int i) {
      in.x[i] += step * in.dx[i];
      in.z[i] += step * in.dz[i];
      if (in.on[i] != 0) {
        in.x[i] = in.x[i] > 1e-300 ? in.x[i] : 1e-300;
        in.z[i] = in.z[i] > 1e-300 ? in.z[i] : 1e-300;
      }
    });
    group.items(n, [&](int i) {
      if (in.on[i] != 0) {
        // Next to a bound the slack has digits that the weight has not, elsewhere it is the other way round.
        constexpr double kNear = 0x1p-10;
        const double width = ws.upper[i] - ws.lower[i];
        if (in.x[i] < kNear * std::fabs(ws.lower[i])) {
          ws.w[i] = ws.lower[i] + in.x[i];
          in.x[n + i] = width - in.x[i];
        } else if (in.x[n + i] < kNear * std::fabs(ws.upper[i])) {
          ws.w[i] = ws.upper[i] - in.x[n + i];
          in.x[i] = width - in.x[n + i];
        } else {
          ws.w[i] += step * in.dw[i];
          if (ws.lower[i] != 0) {
            in.x[i] = ws.w[i] - ws.lower[i];
          }
          in.x[n + i] = ws.upper[i] - ws.w[i];
        }
      }
      for (int j = 0; j < 2; j++) {
        in.zeta[j][i] += in.spread[j][i] != 0 ? step * in.dzeta[j][i] : 0;
      }
    });
    for (int a = 0; a < count; a++) {
      const int r = p.active[a];
      if (r < 0) {
        p.at.nu += step * in.dy[a];
      } else if (r < m) {
        p.at.y[r] += step * in.dy[a];
        if (p.limits.rowLower[r] < p.limits.rowUpper[r]) {
          in.s[r] += step * in.ds[r];
        }
      }
    }
    if (step < kJam) {
      // A pair far ahead of the others blocks every step: back to the middle with it.
      group.items(in.pairs, [&](int i) {
        if (in.on[i] != 0 && in.x[i] * in.z[i] < 0.1 * mu) {
          in.z[i] = 0.1 * mu / in.x[i];
        }
      });
    }
    p.at.kappa = limited[0] ? in.z[slackPairs] : 0;
    p.at.rho = limited[1] ? in.z[slackPairs + 1] : 0;
  }
  const bool found = bestGap < INFINITY;
  if (found) {
    group.items(n, [&](int i) { ws.w[i] = p.best[0][i]; });
    for (int r = 0; r < m; r++) {
      p.at.y[r] = p.bestY[0][r];
    }
    p.at.nu = bestNu;
    p.at.kappa = bestKappa;
    p.at.rho = bestRho;
  }
  gap = certify(group, p, t);
  return found ? Outcome::Solved : Outcome::Stopped;
}

}  // namespace parabola::PARABOLA_ISA
