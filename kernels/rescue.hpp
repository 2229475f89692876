// The last resort: what no other way has solved or refuted, by the interior point method with twice the digits
// (precise.hpp). What it finds is rounded and judged by the same certificates as everything else.
#pragma once

#include "precise.hpp"
#include "refine.hpp"

namespace parabola::PARABOLA_ISA {

// How far from the limits of rows to start, of their reach.
constexpr double kAway = 0.1;

enum class Rescue { Found, Infeasible, Stopped };

// More weights than that take longer than they are worth.
constexpr int kRescued = 320;

PARABOLA_FUNCTION int movableWeights(const Program& p) {
  int free = 0;
  for (int i = 0; i < p.ws.n; i++) {
    free += p.ws.lower[i] < p.ws.upper[i];
  }
  return free;
}

// Pieces with a start well inside.
PARABOLA_FUNCTION void readPieces(const Program& p, Pieces& in) {
  for (int j = 0; j < in.free; j++) {
    in.pieces[j] = cutPieces(p, in.index[j], in.piece + static_cast<long>(j) * kPieces);
  }
  startInside(p, in, p.typical);
}

// Rows, their limits apart by `roundings` more than they are; where rows give way equal limits need no room.
PARABOLA_FUNCTION void readRows(const Program& p, double roundings, Pieces& in) {
  in.count = 0;
  if (p.limits.budgeted) {
    in.row[in.count] = PreciseRow();
    in.row[in.count++].which = -1;
  }
  for (int r = 0; r < p.rows + 2; r++) {
    const double low = rowLower(p, r);
    const double high = rowUpper(p, r);
    if (low == -INFINITY && high == INFINITY) {
      continue;
    }
    PreciseRow& row = in.row[in.count++];
    row = PreciseRow();
    row.which = r;
    const bool equal = low == high && in.softness > 0 && roundings == 0;
    row.low.on = low > -INFINITY && !equal;
    row.high.on = high < INFINITY && !equal;
    const double reach = 0x1p-46 * reachOfRow(p, r);
    row.low.x = equal ? Precise(low) : row.low.on ? Precise(low) - roundings * reach : Precise(0.0);
    row.high.x = row.high.on ? Precise(high) + roundings * reach : Precise(0.0);
  }
}

// The weights that can move, and their covariance with all others.
PARABOLA_FUNCTION void readCovariance(const Program& p, const Pieces& in) {
  int free = 0;
  for (int i = 0; i < in.n; i++) {
    if (p.ws.lower[i] < p.ws.upper[i]) {
      in.index[free++] = i;
    }
  }
  for (int j = 0; j < in.free; j++) {
    for (int i = 0; i < in.n; i++) {
      in.H.set(static_cast<long>(j) * in.padded + i, entry(p, in.index[j], i));
    }
  }
}

// What the pieces show, rounded: ws.w and the multipliers.
template <class Group>
PARABOLA_FUNCTION void roundPieces(const Group& group, Program& p, const Pieces& in) {
  Workspace& ws = p.ws;
  for (int j = 0; j < in.free; j++) {
    const int i = in.index[j];
    const double w = in.w.high[i];
    ws.w[i] = w < ws.lower[i] ? ws.lower[i] : w > ws.upper[i] ? ws.upper[i] : w;
  }
  p.at.clear(group, p.rows);
  for (int a = 0; a < in.count; a++) {
    const PreciseRow& r = in.row[a];
    if (r.which < 0) {
      p.at.nu = r.y.high;
    } else if (r.which < p.rows) {
      p.at.y[r.which] = r.y.high;
    } else {
      (r.which == p.rows ? p.at.kappa : p.at.rho) = -r.y.high;
    }
  }
  clampMultipliers(group, p);
  clean(group, p);
}

// Puts weights on the bounds and kinks that their multipliers hold them to.
template <class Group>
PARABOLA_FUNCTION void snapPieces(const Group& group, Program& p, const Pieces& in) {
  Workspace& ws = p.ws;
  for (int j = 0; j < in.free; j++) {
    const int i = in.index[j];
    Precise end = ws.lower[i];
    for (int k = 0; k < in.pieces[j]; k++) {
      const Piece& s = in.piece[j * kPieces + k];
      const Precise width = s.low.x + s.high.x;
      const bool empty = (s.low.x / width).high < 0x1p-30;
      const bool full = (s.high.x / width).high < 0x1p-30;
      if (empty) {
        ws.w[i] = end.high;
        break;
      }
      end = end + width;
      ws.w[i] = full ? end.high : ws.w[i];
    }
  }
  clean(group, p);
}

// Whether no portfolio meets the constraints, or one does (Found): the pieces hold it. Or neither is known.
template <class Group>
PARABOLA_FUNCTION Rescue findFeasible(const Group& group, Program& p, Pieces& in, int& iterations) {
  constexpr double kMet = 0.25;
  in.objective = false;
  in.softness = 1;
  readPieces(p, in);
  readRows(p, 0, in);
  Rescue outcome = Rescue::Stopped;
  iterations += solvePieces(group, p, in, kAway, [&](double mu) {
    roundPieces(group, p, in);
    const double violation = worstViolation(group, p);
    if (violation > kMet && provesInfeasible(group, p)) {
      outcome = Rescue::Infeasible;
      return true;
    }
    outcome = violation <= kFeasible ? Rescue::Found : Rescue::Stopped;
    return violation <= kMet || mu < 1e-40;
  });
  in.objective = true;
  in.softness = 0;
  return outcome;
}

// Shares of pieces not nearer to their ends than rounding of weights.
PARABOLA_FUNCTION void keepInside(Pieces& in) {
  in.eachPiece([&](Piece& s, int j) {
    const Precise width = s.low.x + s.high.x;
    const Precise least = 0x1p-50 * width;
    Precise to = s.low.x < least ? least : s.low.x;
    to = s.high.x < least ? width - least : to;
    in.w.add(in.index[j], to - s.low.x);
    s.low.x = to;
    s.high.x = width - to;
  });
}

// Solves p as it was read to a relative gap that is `enough`, with memory for Pieces of all weights that can move.
// Where it is Found, ws.w, the multipliers, `gap` and `t` are the best of what it found.
template <class Group>
PARABOLA_FUNCTION Rescue rescue(const Group& group, Program& p, double enough, double* memory, double& gap,
                                GeneralTerms& t, int& iterations) {
  constexpr double kTight = 1e-13;  // the relative gap to go for
  constexpr int kIdle = 6;
  constexpr double kEnd = 1e-30;  // complementarity, of the objective, that only rounding is left of
  constexpr int kStart = 5;
  Pieces in;
  in.layOut(p.ws.n, movableWeights(p), p.rows, memory);
  p.exact = true;
  readCovariance(p, in);
  constexpr int kRounds = 3;
  double best = INFINITY;  // relative gap
  double size = 1;         // of the objective, as found last
  bool infeasible = false;
  // The certificate of ws.w and the multipliers, kept if it is the best. Returns it, relative.
  const auto judge = [&] {
    const bool feasible = worstViolation(group, p) <= kFeasible;
    GeneralTerms terms;
    const double found = certify(group, p, terms);
    size = terms.size;
    double relative = found == 0 ? 0 : found / terms.size;
    if (feasible && found > terms.quadratic + std::fabs(terms.linear) + terms.costs) {
      // Where the objective is zero all over, so are its multipliers.
      remember(group, p, kStep);
      p.at.clear(group, p.rows);
      if (certify(group, p, terms) == 0) {
        relative = 0;
      } else {
        recall(group, p, kStep);
      }
    }
    if (feasible && relative < best) {
      best = relative;
      remember(group, p, kBest);
    }
    return relative;
  };
  const auto solve = [&](double share) {
    int idle = 0;
    int pass = 0;
    double least = INFINITY;
    iterations += solvePieces(group, p, in, share, [&](double mu) {
      pass++;
      roundPieces(group, p, in);
      if (pass > kStart && worstViolation(group, p) > kFeasible) {
        infeasible = provesInfeasible(group, p);
      }
      const double found = judge();
      idle = found < 0.5 * least ? 0 : idle + 1;
      least = found < least ? found : least;
      return infeasible || best <= kTight || mu < kEnd * size || idle >= (best <= enough ? kIdle : 2 * kIdle);
    });
    if (best < INFINITY && !infeasible) {
      roundPieces(group, p, in);
      snapPieces(group, p, in);
      judge();
    }
    return infeasible || best <= enough;
  };
  // Limits that are apart by less cost a certificate less.
  const auto solveApart = [&](double roundings) {
    readPieces(p, in);
    readRows(p, roundings, in);
    return solve(kAway);
  };
  // The method of multipliers, as in solveBySoftening() in search.hpp: where constraints leave next to no room.
  const auto solveSoftly = [&](double softness, double roundings) {
    bool done = false;
    for (int round = 0; round < kRounds && !done && (round < 2 || best < INFINITY); round++) {
      for (int a = 0; a < in.count; a++) {
        p.lambda[a] = round == 0 ? 0 : in.row[a].y.high;
      }
      in.softness = softness;
      readPieces(p, in);
      readRows(p, roundings, in);
      for (int a = 0; a < in.count; a++) {
        in.row[a].centre = p.lambda[a];
      }
      done = solve(kAway);
    }
    in.softness = 0;
    return done;
  };
  bool done = solveApart(0x1p-4);
  if (!done && best < INFINITY) {
    done = solveApart(0x1p-8);
  }
  if (!done) {
    const double softness = 0x1p-46 / (size > 0 ? size : 1);
    done = solveSoftly(softness, 0) || (best == INFINITY && solveSoftly(softness, 16));
  }
  if (!done) {
    const Rescue feasible = findFeasible(group, p, in, iterations);
    infeasible = feasible == Rescue::Infeasible;
    if (feasible == Rescue::Found) {
      judge();
      keepInside(in);
      const auto solveFrom = [&](double roundings) {
        readRows(p, roundings, in);
        return solve(0x1p-47 * roundings);
      };
      done = best <= enough || solveFrom(1);
      done = done || (best < INFINITY ? solveFrom(0x1p-4) || solveFrom(0x1p-8) : solveFrom(16));
    }
  }
  if (infeasible) {
    return Rescue::Infeasible;
  }
  if (!(best < INFINITY)) {
    return Rescue::Stopped;
  }
  recall(group, p, kBest);
  refine(group, p, t);
  judge();
  recall(group, p, kBest);
  gap = certify(group, p, t);
  return Rescue::Found;
}

}  // namespace parabola::PARABOLA_ISA
