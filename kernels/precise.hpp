// The interior point method with twice the digits: for the few problems that nothing else solves.
//
// Where variances, rows or multipliers are many orders of magnitude apart, an interior point method in plain arithmetic
// ends where rounding of its linear systems is as large as what is left to do. With 106 bits that end lies far beyond
// what a certificate asks for. Everything is a pair of a slack and its multiplier (pieces.hpp); pieces and rows are
// eliminated to numbers on the diagonal, which leaves
//
//     (H + Theta) dw - B'dy = r,    B dw + E dy = s
//
// for the weights and the rows, solved by H + Theta = U'U and Q R of (U'^-1 B', E^1/2)'.
//
// Formula: Mehrotra, "On the implementation of a primal-dual interior point method", SIAM J. Optim. 2 (1992).
#pragma once

#include "pieces.hpp"

namespace parabola::PARABOLA_ISA {

// The mean of f over the pieces of position j, weighted by how far they give way.
template <class F>
PARABOLA_INLINE Precise meanOfPieces(const Pieces& in, int j, F f) {
  const Piece* s = in.piece + j * kPieces;
  if (in.pieces[j] == 1) {
    return f(s[0]);
  }
  Precise sum = 0.0;
  Precise weight = 0.0;
  for (int k = 0; k < in.pieces[j]; k++) {
    sum = sum + s[k].give * f(s[k]);
    weight = weight + s[k].give;
  }
  return sum / weight;
}

// The covariance of f and g over the pieces of position j, with those weights: by pairs, so that nothing cancels.
template <class F, class G>
PARABOLA_INLINE Precise spreadOfPieces(const Pieces& in, int j, F f, G g) {
  const Piece* s = in.piece + j * kPieces;
  Precise sum = 0.0;
  Precise weight = 0.0;
  for (int k = 0; k < in.pieces[j]; k++) {
    weight = weight + s[k].give;
    for (int l = 0; l < k; l++) {
      sum = sum + s[k].give * s[l].give * (f(s[k]) - f(s[l])) * (g(s[k]) - g(s[l]));
    }
  }
  return sum.high == 0 ? Precise(0.0) : sum / weight;
}

// A start well inside, `room` typical weights from the bounds at most.
PARABOLA_FUNCTION void startInside(const Program& p, Pieces& in, double room) {
  for (int i = 0; i < in.n; i++) {
    in.w.set(i, p.ws.lower[i]);
  }
  for (int j = 0; j < in.free; j++) {
    const int i = in.index[j];
    const double middle = p.limits.budgeted ? p.ws.budget / in.n : 0;
    double fill = middle - p.ws.lower[i];
    for (int k = 0; k < in.pieces[j]; k++) {
      Piece& s = in.piece[j * kPieces + k];
      const double width = (s.low.x + s.high.x).high;
      const double margin = 0.1 * (width < room ? width : room);
      const double share = fill < margin ? margin : fill > width - margin ? width - margin : fill;
      fill -= share;
      s.high.x = s.high.x + s.low.x - share;
      s.low.x = share;
      s.low.on = s.high.on = true;
      in.w.add(i, s.low.x);
    }
  }
}

// Slacks of rows from limits (low.x and high.x, see readRows) and values, `share` of their reach from them at least,
// and all multipliers of one complementarity.
template <class Group>
PARABOLA_FUNCTION void startPairs(const Group& group, const Program& p, Pieces& in, double share) {
  evaluatePieces(group, p, in);
  double nearest = 0;
  in.eachPiece(
      [&](const Piece& s, int) { nearest += (s.low.x.high < s.high.x.high ? s.low.x.high : s.high.x.high) / in.free; });
  double steepest = 0;
  const auto steep = [&](double x) { steepest = std::fabs(x) > steepest ? std::fabs(x) : steepest; };
  for (int j = 0; in.objective && j < in.free; j++) {
    steep(in.g.high[j]);
    // Or what a step changes of it: the start may be flat by chance.
    steep(in.H.high[static_cast<long>(j) * in.padded + in.index[j]] * nearest);
    for (int k = 0; k < in.pieces[j]; k++) {
      steep(slopeOf(p, in.index[j], in.piece[j * kPieces + k]));
    }
  }
  const double mu = (steepest > 0 ? steepest : 1) * nearest;
  for (int a = 0; a < in.count; a++) {
    PreciseRow& r = in.row[a];
    if (r.which < 0) {
      continue;
    }
    const Precise low = r.low.x;
    const Precise high = r.high.x;
    const double margin = share * reachOfRow(p, r.which);
    r.slack = r.value;
    if (!r.low.on && !r.high.on) {
      r.slack = low;
      continue;
    }
    if (r.low.on && r.high.on && (high - low).high < 2 * margin) {
      // In the middle of a narrow gap, whose sides would else pull at each other without end.
      r.slack = low + 0.5 * (high - low);
    } else if (r.low.on && (r.slack - low).high < margin) {
      r.slack = low + margin;
    } else if (r.high.on && (high - r.slack).high < margin) {
      r.slack = high - margin;
    }
    r.low.x = r.slack - low;
    r.high.x = high - r.slack;
  }
  in.eachSide([&](Side& s) { s.z = s.on ? Precise(mu) / s.x : Precise(0.0); });
  for (int a = 0; a < in.count; a++) {
    in.row[a].y = in.row[a].low.z - in.row[a].high.z;
  }
}

// Residuals of pieces, from the gradient and the multipliers at hand.
PARABOLA_FUNCTION void pieceResiduals(const Program& p, Pieces& in) {
  for (int j = 0; j < in.free; j++) {
    in.rest.set(j, in.objective ? in.g[j] : Precise(0.0));
  }
  for (int a = 0; a < in.count; a++) {
    const PreciseRow& r = in.row[a];
    if (r.which < p.rows) {
      for (int j = 0; j < in.free; j++) {
        in.rest.add(j, -(coefficient(p, r.which, in.index[j]) * r.y));
      }
    }
  }
  in.eachPiece([&](Piece& s, int j) {
    s.residual = in.rest[j] - s.low.z + s.high.z;
    s.residual = in.objective ? s.residual + slopeOf(p, in.index[j], s) : s.residual;
    for (int a = 0; a < in.count; a++) {
      if (in.row[a].which >= p.rows) {
        s.residual = s.residual - kinkCoefficient(p, in.row[a].which, s) * in.row[a].y;
      }
    }
  });
}

PARABOLA_FUNCTION Precise softnessOf(const Program& p, const Pieces& in, const PreciseRow& r) {
  const Precise reach = reachOfRow(p, r.which);
  return in.softness * (reach * reach);
}

// Factors the system.
template <class Group>
PARABOLA_FUNCTION void factorPieces(const Group& group, const Program& p, Pieces& in) {
  in.eachPiece([&](Piece& s, int j) {
    const double bend = in.objective ? curvatureOf(p, in.index[j], s) : 0;
    s.give = Precise(1.0) / (s.low.stiffness() + s.high.stiffness() + bend);
  });
  for (int j = 0; j < in.free; j++) {
    Precise give = 0.0;
    for (int k = 0; k < in.pieces[j]; k++) {
      give = give + in.piece[j * kPieces + k].give;
    }
    in.theta.set(j, Precise(1.0) / give);
    const PreciseArray from = in.H.from(static_cast<long>(j) * in.padded);
    const PreciseArray to = in.K.from(j * in.wide);
    for (int c = 0; c < in.free; c++) {
      to.set(c, in.objective ? from[in.index[c]] : Precise(0.0));
    }
    to.add(j, in.theta[j]);
    if (in.objective && p.limits.quadratic != nullptr) {
      to.add(j, p.smooth[in.index[j]]);
    }
  }
  factorCholesky(group, in.free, in.wide, in.theta, in.K);
  const long length = in.length();
  int turnover = -1;
  in.across = 0.0;
  for (int a = 0; a < in.count; a++) {
    PreciseRow& r = in.row[a];
    const PreciseArray b = in.B.from(a * in.wide);
    const PreciseArray v = in.V.from(a * length);
    for (int j = 0; j < in.free; j++) {
      b.set(j, r.which < p.rows
                   ? Precise(coefficient(p, r.which, in.index[j]))
                   : meanOfPieces(in, j, [&](const Piece& s) { return Precise(kinkCoefficient(p, r.which, s)); }));
    }
    for (long j = 0; j < length; j++) {
      v.set(j, j < in.free ? b[j] : Precise(0.0));
    }
    solveLower(group, in.free, in.wide, in.K, v);
    if (r.which < 0) {
      r.give = r.E = 0.0;
      continue;
    }
    r.give = r.low.on || r.high.on ? Precise(1.0) / (r.low.stiffness() + r.high.stiffness()) : Precise(0.0);
    r.E = r.give + softnessOf(p, in, r);
    Precise own = r.E;
    if (r.which >= p.rows) {
      const auto spread = [&](int q) {
        Precise sum = 0.0;
        for (int j = 0; j < in.free; j++) {
          sum = sum + spreadOfPieces(
                          in, j, [&](const Piece& s) { return Precise(kinkCoefficient(p, r.which, s)); },
                          [&](const Piece& s) { return Precise(kinkCoefficient(p, q, s)); });
        }
        return sum;
      };
      const Precise least = own;
      own = r.E = own + spread(r.which);
      if (turnover >= 0) {
        // The two kinks share pieces: their block of E is factored too.
        in.across = spread(p.rows);
        const Precise across = in.across / in.V[turnover * length + in.wide + turnover];
        v.set(in.wide + turnover, across);
        own = own - across * across;
        own = own < least ? least : own;
      }
      turnover = a;
    }
    v.set(in.wide + a, squareRoot(own));
  }
  orthogonalise(group, in.count, static_cast<int>(length), length, in.V, in.rowStride(), in.R);
}

// Solves the system once, as solveWithRows() in rows.hpp: in.x holds the right side of the weights on entry and dw on
// return, in.scaled that of the rows and dy.
template <class Group>
PARABOLA_FUNCTION void solveSystem(const Group& group, const Pieces& in) {
  const int length = static_cast<int>(in.length());
  for (long j = in.free; j < length; j++) {
    in.x.set(j, 0.0);
  }
  solveLower(group, in.free, in.wide, in.K, in.x);
  solveLower(group, in.count, in.rowStride(), in.R, in.scaled);
  for (int a = 0; a < in.count; a++) {
    in.scaled.add(a, -dot(group, 0, length, in.V.from(a * in.length()), in.x));
  }
  for (int a = 0; a < in.count; a++) {
    addMultiple(group, 0, length, in.scaled[a], in.V.from(a * in.length()), in.x);
  }
  solveUpper(group, in.count, in.rowStride(), in.R, in.scaled);
  solveUpper(group, in.free, in.wide, in.K, in.x);
}

// What the step so far leaves of the right sides, to in.x and in.scaled.
template <class Group>
PARABOLA_FUNCTION void residualsOfStep(const Group& group, const Program& p, const Pieces& in) {
  for (int j = 0; j < in.free; j++) {
    in.all.set(in.index[j], in.dw[j]);
  }
  for (int j = 0; j < in.free; j++) {
    Precise sum = in.right[j] - in.theta[j] * in.dw[j];
    if (in.objective) {
      sum = sum - dot(group, 0, in.padded, in.H.from(static_cast<long>(j) * in.padded), in.all);
      sum = p.limits.quadratic == nullptr ? sum : sum - p.smooth[in.index[j]] * in.dw[j];
    }
    in.x.set(j, sum);
  }
  int turnover = -1;
  for (int a = 0; a < in.count; a++) {
    const PreciseRow& r = in.row[a];
    const PreciseArray b = in.B.from(a * in.wide);
    in.scaled.set(a, r.target - dot(group, 0, static_cast<int>(in.wide), b, in.dw) - r.E * r.dy);
    addMultiple(group, 0, static_cast<int>(in.wide), r.dy, b, in.x);
    if (r.which >= p.rows && turnover >= 0) {
      in.scaled.add(a, -(in.across * in.row[turnover].dy));
      in.scaled.add(turnover, -(in.across * r.dy));
    }
    turnover = r.which >= p.rows ? a : turnover;
  }
}

// The direction for complementarity mu and residuals that are `part` smaller.
template <class Group>
PARABOLA_FUNCTION void directPieces(const Group& group, const Program& p, Pieces& in, double mu, double part) {
  constexpr int kRefinements = 2;
  in.eachPiece([&](Piece& s, int) { s.right = s.low.lack(mu) - s.high.lack(mu) - part * s.residual; });
  for (int j = 0; j < in.free; j++) {
    in.right.set(j, meanOfPieces(in, j, [&](const Piece& s) { return s.right; }));
    in.x.set(j, in.right[j]);
    in.dw.set(j, 0.0);
  }
  for (int a = 0; a < in.rowStride(); a++) {
    in.scaled.set(a, 0.0);
  }
  for (int a = 0; a < in.count; a++) {
    PreciseRow& r = in.row[a];
    r.dy = 0.0;
    if (r.which < 0) {
      r.target = part * (Precise(p.ws.budget) - r.value);
    } else {
      r.target = part * (r.slack - r.value - softnessOf(p, in, r) * (r.y - r.centre));
      r.target = r.target + r.give * (r.low.lack(mu) - r.high.lack(mu) - part * (r.y - r.low.z + r.high.z));
      for (int j = 0; r.which >= p.rows && j < in.free; j++) {
        r.target = r.target - spreadOfPieces(
                                  in, j, [&](const Piece& s) { return Precise(kinkCoefficient(p, r.which, s)); },
                                  [&](const Piece& s) { return s.right; });
      }
    }
    in.scaled.set(a, r.target);
  }
  for (int round = 0;; round++) {
    solveSystem(group, in);
    for (int j = 0; j < in.free; j++) {
      in.dw.add(j, in.x[j]);
    }
    for (int a = 0; a < in.count; a++) {
      in.row[a].dy = in.row[a].dy + in.scaled[a];
    }
    if (round == kRefinements) {
      break;
    }
    residualsOfStep(group, p, in);
  }
  // What was eliminated.
  for (int j = 0; j < in.free; j++) {
    for (int k = 0; k < in.pieces[j]; k++) {
      Piece& s = in.piece[j * kPieces + k];
      for (int a = 0; a < in.count; a++) {
        if (in.row[a].which >= p.rows) {
          s.right = s.right + kinkCoefficient(p, in.row[a].which, s) * in.row[a].dy;
        }
      }
    }
    for (int k = 0; k < in.pieces[j]; k++) {
      Piece& s = in.piece[j * kPieces + k];
      Precise step = in.dw[j];
      if (in.pieces[j] > 1) {
        const Precise beyond = meanOfPieces(in, j, [&](const Piece& other) { return s.right - other.right; });
        step = s.give * (in.theta[j] * in.dw[j] + beyond);
      }
      s.low.move(step, mu);
      s.high.move(-step, mu);
    }
  }
  for (int a = 0; a < in.count; a++) {
    PreciseRow& r = in.row[a];
    if (r.which >= 0) {
      const Precise step = r.give * (r.low.lack(mu) - r.high.lack(mu) - part * (r.y - r.low.z + r.high.z) - r.dy);
      r.low.move(step, mu);
      r.high.move(-step, mu);
    }
  }
}

// The mean of x z after a step.
PARABOLA_FUNCTION double complementarity(const Pieces& in, double step) {
  double sum = 0;
  int count = 0;
  in.eachSide([&](const Side& s) {
    if (s.on) {
      sum += ((s.x + step * s.dx) * (s.z + step * s.dz)).high;
      count++;
    }
  });
  return count == 0 ? 0 : sum / count;
}

PARABOLA_FUNCTION double longestStep(const Pieces& in) {
  double step = INFINITY;
  in.eachSide([&](const Side& s) {
    if (s.on) {
      const double x = s.dx.high < 0 ? -s.x.high / s.dx.high : INFINITY;
      const double z = s.dz.high < 0 ? -s.z.high / s.dz.high : INFINITY;
      step = x < step ? x : step;
      step = z < step ? z : step;
    }
  });
  return step;
}

PARABOLA_FUNCTION void takeStep(Pieces& in, double step) {
  in.eachSide([&](Side& s) {
    s.x = s.x + step * s.dx;
    s.z = s.z + step * s.dz;
  });
  in.eachPiece([&](Piece& s, int j) { in.w.add(in.index[j], step * s.low.dx); });
  for (int a = 0; a < in.count; a++) {
    PreciseRow& r = in.row[a];
    r.y = r.y + step * r.dy;
    r.slack = r.slack + step * (r.low.on ? r.low.dx : -r.high.dx);
  }
}

// From pieces inside their limits and rows as they were read to the optimum. After each step `judge(mu)` says whether
// to stop. Returns how many steps it took.
template <class Group, class Judge>
PARABOLA_FUNCTION int solvePieces(const Group& group, const Program& p, Pieces& in, double share, Judge judge) {
  constexpr int kMost = 200;
  constexpr double kJam = 0.05;
  startPairs(group, p, in, share);
  int pass = 0;
  for (; pass < kMost; pass++) {
    evaluatePieces(group, p, in);
    pieceResiduals(p, in);
    in.eachSide([&](Side& s) {
      s.dx = s.dz = 0.0;
      s.corrector = 0;
    });
    const double mu = complementarity(in, 0);
    if (!(mu > 0x1p-900) || judge(mu)) {
      break;
    }
    factorPieces(group, p, in);
    directPieces(group, p, in, 0, 1);
    double step = longestStep(in);
    const double ratio = complementarity(in, step < 1 ? step : 1) / mu;
    const double sigma = ratio * ratio * ratio;
    in.eachSide([&](Side& s) { s.corrector = s.dx.high * s.dz.high; });
    directPieces(group, p, in, sigma * mu, 1 - sigma);
    step = longestStep(in);
    if (step < 0.1) {
      // The corrector may point out of the interior: without it, and more towards the centre.
      in.eachSide([&](Side& s) { s.corrector = 0; });
      directPieces(group, p, in, 0.5 * mu, 0.5);
      step = longestStep(in);
    }
    step = 0.995 * step < 1 ? 0.995 * step : 1;
    if (!(step > 1e-14)) {
      break;  // NaN too
    }
    takeStep(in, step);
    if (step < kJam) {
      // A pair far ahead of the others blocks every step: back to the middle with it.
      in.eachSide([&](Side& s) {
        if (s.on && s.x.high * s.z.high < 0.1 * mu) {
          s.z = Precise(0.1 * mu) / s.x;
        }
      });
    }
  }
  return pass;
}

}  // namespace parabola::PARABOLA_ISA
