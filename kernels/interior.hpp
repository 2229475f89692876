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

#include "direction.hpp"

namespace parabola::PARABOLA_ISA {

enum class Outcome { Solved, Infeasible, Stopped };

// Solves p from a start well inside, `reach` typical weights from the bounds at most; ws.w and p.at are the best found,
// `gap` and `t` their certificate. With `in.soften` above zero rows give way, and it stops at the first proof that they
// have to.
template <class Group>
PARABOLA_FUNCTION Outcome interior(const Group& group, Program& p, Interior& in, double reach, double tolerance,
                                   int& iterations, double& gap, GeneralTerms& t) {
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
  group.items(n, [&](int i) {
    const double l = ws.lower[i];
    const double u = ws.upper[i];
    const double width = u - l < typical ? u - l : typical;
    const double middle = p.limits.budgeted ? ws.budget / ws.n : 0;
    const double low = l + 0.1 * width;
    const double high = u - 0.1 * width;
    ws.w[i] = l == u ? l : middle < low ? low : middle > high ? high : middle;
  });
  const int movable = group.choose(n, ws.face.index, n, [&](int i) { return ws.lower[i] < ws.upper[i] ? i : -1; });
  ws.face.size = movable;
  double room = group.accumulate(movable, 0, [&](int c, double s) {
    const int i = ws.face.index[c];
    const double below = ws.w[i] - ws.lower[i];
    const double above = ws.upper[i] - ws.w[i];
    return s + (below < above ? below : above);
  });
  group.items(in.pairs, [&](int i) {
    in.x[i] = 1;
    in.z[i] = in.on[i] = in.dx[i] = in.dz[i] = in.e[i] = in.corrector[i] = 0;
  });
  if (movable == 0) {
    p.at.clear(group, p.rows);
    gap = certify(group, p, t);
    return worstViolation(group, p) <= kFeasible ? Outcome::Solved : Outcome::Infeasible;
  }
  room /= movable;
  p.at.clear(group, p.rows);
  evaluateGradient(group, p);
  evaluateRows(group, p);
  double steepest = group.largest(movable, 0, [&](int c) { return std::fabs(ws.g[ws.face.index[c]]); });
  steepest =
      group.largest(p.trades ? n : 0, steepest, [&](int i) { return p.buy[i] > p.sell[i] ? p.buy[i] : p.sell[i]; });
  steepest = steepest > 0 ? steepest : 1;
  const double mu0 = steepest * room;
  const auto pair = [&](int i, double x) {
    in.on[i] = 1;
    in.x[i] = x;
    in.z[i] = mu0 / x;
  };
  group.items(movable, [&](int c) {
    const int i = ws.face.index[c];
    pair(i, ws.w[i] - ws.lower[i]);
    pair(n + i, ws.upper[i] - ws.w[i]);
  });
  for (int j = 0; j < 2; j++) {
    const bool exists = kinkExists(p, j);
    group.items(n, [&](int i) {
      in.spread[j][i] = in.couple[j][i] = in.zeta[j][i] = in.dzeta[j][i] = 0;
      if (!exists) {
        return;
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
    });
    if (limited[j]) {
      const double spent =
          group.accumulate(n, 0, [&](int i, double s) { return s + std::fabs(ws.w[i] - kinkCentre(p, j, i)); });
      const double limit = kinkLimit(p, j);
      group.one([&] {
        pair(slackPairs + j, limit - spent > 0.1 * limit ? limit - spent : limit > 0 ? 0.1 * limit : room);
      });
      (j == 0 ? p.at.kappa : p.at.rho) = in.z[slackPairs + j];
    }
  }
  group.items(m, [&](int r) {
    const double low = p.limits.rowLower[r];
    const double high = p.limits.rowUpper[r];
    if (low == high || (low == -INFINITY && high == INFINITY)) {
      in.s[r] = p.value[r];
      return;
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
  });
  const double total = group.accumulate(in.pairs, 0, [&](int i, double s) { return s + in.on[i]; });

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
          group.items(m, [&](int r) { p.bestY[0][r] = p.at.y[r]; });
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
    group.items(m, [&](int r) {
      in.thetaRow[r] = in.z[rowPairs + r] / in.x[rowPairs + r] + in.z[rowPairs + m + r] / in.x[rowPairs + m + r];
      in.E[r] = p.limits.rowLower[r] == p.limits.rowUpper[r] ? 0 : 1 / in.thetaRow[r];
    });
    for (int j = 0; j < 2; j++) {
      if (limited[j]) {
        const double sum = group.accumulate(n, in.x[slackPairs + j] / in.z[slackPairs + j], [&](int i, double s) {
          if (in.spread[j][i] == 0) {
            return s;
          }
          const double dp = give(p, in, j, i, 0);
          const double dm = give(p, in, j, i, 1);
          return s + 4 * dp * (dm / (dp + dm));
        });
        group.one([&] { in.E[m + j] = sum; });
      }
    }
    int count;
    if (!factorInterior(group, p, in, count)) {
      break;
    }
    const double mu =
        group.accumulate(in.pairs, 0, [&](int i, double s) { return s + in.on[i] * in.x[i] * in.z[i]; }) / total;
    if (!(mu > 0x1p-900) || mu * total <= kDone * in.objective) {
      break;
    }
    direction(group, p, in, count, 0, false);
    double predicted = longestStep(group, in);
    predicted = predicted < 1 ? predicted : 1;
    const double affine = group.accumulate(in.pairs, 0, [&](int i, double s) {
      return s + in.on[i] * (in.x[i] + predicted * in.dx[i]) * (in.z[i] + predicted * in.dz[i]);
    }) / total;
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
        group.put([&] {
          p.at.y[r] += step * in.dy[a];
          if (p.limits.rowLower[r] < p.limits.rowUpper[r]) {
            in.s[r] += step * in.ds[r];
          }
        });
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
    group.meet();
    p.at.kappa = limited[0] ? in.z[slackPairs] : 0;
    p.at.rho = limited[1] ? in.z[slackPairs + 1] : 0;
  }
  const bool found = bestGap < INFINITY;
  if (found) {
    group.items(n, [&](int i) { ws.w[i] = p.best[0][i]; });
    group.items(m, [&](int r) { p.at.y[r] = p.bestY[0][r]; });
    p.at.nu = bestNu;
    p.at.kappa = bestKappa;
    p.at.rho = bestRho;
  }
  gap = certify(group, p, t);
  return found ? Outcome::Solved : Outcome::Stopped;
}

}  // namespace parabola::PARABOLA_ISA
