// A step of the interior point method (interior.hpp): the linear system, the direction, and how far it may go.
#pragma once

#include "pairs.hpp"

namespace parabola::PARABOLA_ISA {

// Factors H + Theta on the weights that can move and the rows of the system; false if it cannot.
template <class Group>
PARABOLA_FUNCTION bool factorInterior(const Group& group, Program& p, Interior& in, int& count) {
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
    group.items(face.size, [&](int c) {
      const int k = face.index[c];
      in.theta[k] += 1e-10 * (variance(p.model, k) + in.theta[k]);
    });
    group.one([&] { in.theta[i] += v > 0 ? 1e-10 * v : 1; });
  }
  count = 0;
  if (p.limits.budgeted) {
    group.put([&] { p.active[0] = -1; });
    count = 1;
  }
  count += group.choose(p.rows + 2, p.active + count, p.rows + 2, [&](int r) {
    const bool limited = r < p.rows ? p.limits.rowLower[r] > -INFINITY || p.limits.rowUpper[r] < INFINITY
                                    : kinkExists(p, r - p.rows) && kinkLimit(p, r - p.rows) < INFINITY;
    return limited ? r : -1;
  });
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
    const int r = p.active[a];
    const double slack = std::sqrt((r < 0 ? 0 : in.E[r]) + in.soften[r < 0 ? p.rows + 2 : r]);
    group.items(length - k, [&](int i) { column[k + i] = i == a ? slack : 0; });
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
PARABOLA_FUNCTION void direction(const Group& group, Program& p, Interior& in, int count, double mu, bool corrected) {
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
  const double missing = beyondRounding(budgetError(group, ws), grossExposure(group, ws));
  group.items(count, [&](int a) {
    const int r = p.active[a];
    if (r < 0) {
      target[a] = missing;
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
  });
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
    struct Sums {
      double spent = 0;  // sum |w - c| as the splits have it
      double shifted = 0;
    };
    const auto split = [&](int i, Sums& sums) {
      const double c = kinkCentre(p, j, i);
      if (in.spread[j][i] == 0) {
        in.rest[j][i] = 0;
        sums.spent += std::fabs(ws.w[i] - c);
        return;
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
      sums.spent += xp[i] + xm[i];
      sums.shifted += in.couple[j][i] * lacking + dp * alphaP + dm * alphaM;
    };
    const Sums sums = group.sweep(n, Sums(), Sums(), split, [](const Sums& x, const Sums& y) {
      return Sums{x.spent + y.spent, x.shifted + y.shifted};
    });
    if (limited) {
      const int pair = slackPairs + j;
      group.items(count, [&](int a) {
        if (p.active[a] == m + j) {
          const double lack = beyondRounding(sums.spent + in.x[pair] - kinkLimit(p, j), sums.spent);
          target[a] = -lack - in.x[pair] / in.z[pair] * in.e[pair] - sums.shifted;
        }
      });
    }
  }
  group.items(count, [&](int a) {
    const int r = p.active[a];
    const double multiplier = r < 0 ? p.at.nu : r < m ? p.at.y[r] : r == m ? -p.at.kappa : -p.at.rho;
    const int k = r < 0 ? m + 2 : r;
    target[a] -= in.soften[k] * (multiplier - in.centre[k]);
  });
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
  group.items(count, [&](int a) {
    in.r2[a] = target[a];
    in.dy[a] = 0;
  });
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
    group.items(count, [&](int a) { in.dy[a] += p.lambda[a]; });
    if (round == kRefinements) {
      break;
    }
    group.items(n, [&](int i) { sum[i] = in.theta[i] * in.dw[i]; });
    group.items(face.size, [&](int c) { ws.amount[c] = in.dw[face.index[c]]; });
    addProduct(group, p.model, face.index, ws.amount, face.size, p.scratch, sum);
    for (int a = 0; a < count; a++) {
      const int r = p.active[a];
      const auto add = [&](int c, double& across) {
        const int i = face.index[c];
        const double b = r < 0 ? 1 : r < m ? p.limits.row[r][i] : in.couple[r - m][i];
        sum[i] -= b * in.dy[a];
        across += b * in.dw[i];
      };
      const double across = group.sweep(face.size, 0.0, 0.0, add, [](double x, double y) { return x + y; });
      group.put(
          [&] { target[a] = in.r2[a] - across - ((r < 0 ? 0 : in.E[r]) + in.soften[r < 0 ? m + 2 : r]) * in.dy[a]; });
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
      group.put([&] { in.dx[pair] = in.x[pair] / in.z[pair] * (in.e[pair] - dk); });
    }
  }
  for (int a = 0; a < count; a++) {
    const int r = p.active[a];
    if (r >= 0 && r < m && p.limits.rowLower[r] < p.limits.rowUpper[r]) {
      const double ry = p.at.y[r] - in.z[rowPairs + r] + in.z[rowPairs + m + r];
      double ds = (in.e[rowPairs + r] - in.e[rowPairs + m + r] - ry - in.dy[a]) / in.thetaRow[r];
      if (p.S[a * count + a] == 0) {
        // A row that depends on the others goes where they go.
        ds = group.accumulate(n, beyondRounding(p.value[r] - in.s[r], p.size[r]),
                              [&](int i, double s) { return s + p.limits.row[r][i] * in.dw[i]; });
      }
      group.put([&] {
        in.ds[r] = in.dx[rowPairs + r] = ds;
        in.dx[rowPairs + m + r] = -ds;
      });
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
PARABOLA_FUNCTION double longestStep(const Group& group, const Interior& in) {
  using P = Pack<kLanes>;
  return group.minimum(in.pairs, [&](auto i) {
    const auto ratio = [](const P& x, const P& d) { return select(d < P(0.0), P(0.0) - x / d, P(INFINITY)); };
    return min(ratio(load(in.x, i), load(in.dx, i)), ratio(load(in.z, i), load(in.dz, i)));
  });
}

}  // namespace parabola::PARABOLA_ISA
