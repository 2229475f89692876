// The end of every way: Newton's method on the face that was found, from the data, as long as the certificate gains.
#pragma once

#include "faces.hpp"

namespace parabola::PARABOLA_ISA {

// Keeps ws.w and the multipliers, and brings them back. Slots: refine's own, and the best so far.
constexpr int kStep = 0;
constexpr int kBest = 1;

template <class Group>
PARABOLA_FUNCTION void remember(const Group& group, const Program& p, double* w, double* y) {
  group.each(p.ws.padded, [&](auto i) { store(w, i, load(p.ws.w, i)); });
  group.items(p.rows, [&](int r) { y[r] = p.at.y[r]; });
  group.one([&] {
    y[p.rows] = p.at.nu;
    y[p.rows + 1] = p.at.kappa;
    y[p.rows + 2] = p.at.rho;
  });
}
template <class Group>
PARABOLA_FUNCTION void recall(const Group& group, Program& p, const double* w, const double* y) {
  group.each(p.ws.padded, [&](auto i) { store(p.ws.w, i, load(w, i)); });
  group.items(p.rows, [&](int r) { p.at.y[r] = y[r]; });
  p.at.nu = y[p.rows];
  p.at.kappa = y[p.rows + 1];
  p.at.rho = y[p.rows + 2];
}
template <class Group>
PARABOLA_FUNCTION void remember(const Group& group, Program& p, int slot) {
  remember(group, p, p.best[slot], p.bestY[slot]);
}
template <class Group>
PARABOLA_FUNCTION void recall(const Group& group, Program& p, int slot) {
  recall(group, p, p.best[slot], p.bestY[slot]);
}

// Of the rows that are not for good, those are active whose multiplier says that they bind.
template <class Group>
PARABOLA_FUNCTION void activateBinding(const Group& group, Program& p) {
  group.items(p.rows + 2, [&](int r) { p.side[r] = p.side[r] == 2 ? 2 : bindingSide(p, r); });
}

// Relative gaps below are those of the right face.
constexpr double kSure = 1e-10;

// Newton's method on the face of ws.w, from the gradient and rows in the data, as long as the certificate gains from
// it. Returns the gap.
template <class Group>
PARABOLA_FUNCTION double refine(const Group& group, Program& p, GeneralTerms& t) {
  constexpr double kClean = 0x1p-40;
  Workspace& ws = p.ws;
  Face& face = ws.face;
  clean(group, p);
  double gap = certify(group, p, t);
  for (int round = 0; round < 3 && gap > kClean * t.size; round++) {
    remember(group, p, kStep);
    stateFromWeights(group, p);
    activateRows(group, p, false);
    activateBinding(group, p);
    bool better = false;
    if (face.size > 0 && factorSystem(group, p, p.sigma, nullptr, 0) == face.size) {
      const int count = stepOnFace(group, p, -1, ws.x);
      group.items(face.size, [&](int c) {
        const int i = face.index[c];
        const double w = ws.w[i] + ws.x[c];
        ws.w[i] = w < p.low[i] ? p.low[i] : w > p.high[i] ? p.high[i] : w;
      });
      addMultipliers(group, p, count);
      clean(group, p);
      const double refined = certify(group, p, t);
      better = refined < gap && worstViolation(group, p) <= kFeasible;
      gap = better ? refined : gap;
    }
    if (!better) {
      recall(group, p, kStep);
      return certify(group, p, t);
    }
  }
  return gap;
}

// The same with twice the digits in gradient and certificate, for what is not proven or may owe its proof to rounding;
// and with a sigma that the calmest assets can bear, should it have been too large for them.
template <class Group>
PARABOLA_FUNCTION void refineExactly(const Group& group, Program& p, double& gap, GeneralTerms& t, int& iterations) {
  constexpr int kPasses = 24;
  p.exact = true;
  gap = refine(group, p, t);
  const double least = -group.largest(p.ws.n, -INFINITY, [&](int i) {
    const double v = p.deviation[i] * p.deviation[i];
    return v > 0 ? -v : -INFINITY;
  });
  if (gap > kSure * t.size && least < p.sigma) {
    p.sigma = least;
    gap = refine(group, p, t);
    if (gap > kSure * t.size) {
      // The face itself may be another.
      remember(group, p, kBest);
      stateFromWeights(group, p);
      activateRows(group, p, false);
      activateBinding(group, p);
      const bool solved = pivotRows(group, p, 0, kPasses, iterations) == Pivoting::Optimal;
      const double other = solved ? refine(group, p, t) : INFINITY;
      if (!(other < gap) || worstViolation(group, p) > kFeasible) {
        recall(group, p, kBest);
        gap = certify(group, p, t);
      } else {
        gap = other;
      }
    }
  }
}

// Multipliers that could not change the objective by a rounding are zero: the interior point method leaves some.
template <class Group>
PARABOLA_FUNCTION void dropSpecks(const Group& group, Program& p, double& gap, GeneralTerms& t) {
  constexpr double kSpeck = 0x1p-50;
  const auto speck = [&](double y, int r) { return y != 0 && std::fabs(y) * p.scale[r] < kSpeck * t.size; };
  bool any = speck(p.at.kappa, p.rows) || speck(p.at.rho, p.rows + 1);
  for (int r = 0; r < p.rows; r++) {
    any = any || speck(p.at.y[r], r);
  }
  if (!any) {
    return;
  }
  remember(group, p, kStep);
  group.items(p.rows, [&](int r) { p.at.y[r] = speck(p.at.y[r], r) ? 0 : p.at.y[r]; });
  p.at.kappa = speck(p.at.kappa, p.rows) ? 0 : p.at.kappa;
  p.at.rho = speck(p.at.rho, p.rows + 1) ? 0 : p.at.rho;
  const double without = certify(group, p, t);
  if (!(without <= gap + 0x1p-40 * t.size)) {
    recall(group, p, kStep);
  }
  gap = certify(group, p, t);
}

}  // namespace parabola::PARABOLA_ISA
