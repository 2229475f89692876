// The general problem with twice the digits, for the last resort (precise.hpp): every weight is the sum of pieces.
//
// Kinks cut the range of a weight into up to three pieces, w_i = lower_i + sum_k s_ik with 0 <= s_ik <= width_ik. On
// each of them costs (but for powers), turnover and gross exposure are linear, and since slopes rise from piece to
// piece they fill in order. Every row is a value between two limits, each given a rounding of room: so a feasible
// problem has an inside, whatever its rows do to each other, and an interior point method gets to its end.
#pragma once

#include "cholesky.hpp"
#include "pairs.hpp"

namespace parabola::PARABOLA_ISA {

constexpr int kPieces = 3;

// A slack and its multiplier, towards a lower and an upper limit; dead where there is no such limit.
struct Side {
  bool on = false;
  Precise x = 0.0;
  Precise z = 0.0;
  Precise dx = 0.0;
  Precise dz = 0.0;
  double corrector = 0;

  // What z is to become, less z, but for dx.
  PARABOLA_FUNCTION Precise lack(const Precise& mu) const { return on ? (mu - corrector) / x - z : Precise(0.0); }
  PARABOLA_FUNCTION Precise stiffness() const { return on ? z / x : Precise(0.0); }
  PARABOLA_FUNCTION void move(const Precise& to, const Precise& mu) {
    dx = on ? to : Precise(0.0);
    dz = on ? lack(mu) - stiffness() * dx : Precise(0.0);
  }
};

struct Piece {
  double slope = 0;        // of costs
  double trade = 0;        // of the turnover: -1, 1, or 0 where there is none
  double before = 0;       // the trade up to the piece's near end, where power costs depend on it
  double exposure = 0;     // of the gross exposure
  Precise give = 0.0;      // 1 / (z / x of both sides)
  Precise residual = 0.0;  // of the gradient of the Lagrangian
  Precise right = 0.0;
  Side low;  // its x is the piece's share of the weight
  Side high;
};

struct PreciseRow {
  int which = -1;  // -1 the budget, then rows, turnover and gross exposure as in Program::side
  Precise value = 0.0;
  Precise slack = 0.0;  // the value as its sides have it, or without sides its limit
  Precise y = 0.0;
  Precise centre = 0.0;
  Precise give = 0.0;  // 1 / (z / x of both sides)
  Precise E = 0.0;
  Precise target = 0.0;
  Precise dy = 0.0;
  Side low;
  Side high;
};

struct Pieces {
  int n = 0;
  int padded = 0;
  int free = 0;  // weights that can move
  int count = 0;
  long wide = 0;           // [padded(free)]
  int* index = nullptr;    // [free]
  Piece* piece = nullptr;  // [free, kPieces]
  int* pieces = nullptr;   // [free] how many
  PreciseRow* row = nullptr;
  bool objective = true;                // or nothing but constraints
  double softness = 0;                  // rows give way by their reach squared times so much times (y - centre)
  Precise across = 0.0;                 // E of turnover and gross exposure
  PreciseArray w, g, all;               // [padded] weights, gradient, a step of all weights
  PreciseArray H;                       // [free, padded]
  PreciseArray K;                       // [free, wide]
  PreciseArray B;                       // [count, wide]
  PreciseArray V;                       // [count, length] Q of the columns of U'^-1 B' and E^1/2 below it
  PreciseArray R;                       // [count, padded(count)]
  PreciseArray theta, right, rest, dw;  // [wide]
  PreciseArray x;                       // [length]
  PreciseArray scaled;                  // [padded(count)]

  PARABOLA_FUNCTION static std::size_t places(std::size_t bytes) { return (bytes + 63) / 64 * 8; }
  PARABOLA_FUNCTION static std::size_t numbers(int n, int free, int rows) {
    const std::size_t p = static_cast<std::size_t>(parabola::PARABOLA_ISA::padded(n));
    const std::size_t k = static_cast<std::size_t>(parabola::PARABOLA_ISA::padded(free));
    const std::size_t m = static_cast<std::size_t>(parabola::PARABOLA_ISA::padded(rows + 3));
    return 2 * (3 * p + k * p + k * k + m * (2 * k + m) + m * m + 5 * k + 2 * m) + 2 * places(k * sizeof(int)) +
           places(k * kPieces * sizeof(Piece)) + places(m * sizeof(PreciseRow));
  }
  PARABOLA_FUNCTION void layOut(int assets, int movable, int rows, double* memory) {
    n = assets;
    padded = parabola::PARABOLA_ISA::padded(n);
    free = movable;
    wide = parabola::PARABOLA_ISA::padded(movable);
    const long m = parabola::PARABOLA_ISA::padded(rows + 3);
    const auto place = [&](PreciseArray& a, long numbers) {
      a = {memory, memory + numbers};
      for (long i = 0; i < 2 * numbers; i++) {
        memory[i] = 0;
      }
      memory += 2 * numbers;
    };
    place(w, padded);
    place(g, padded);
    place(all, padded);
    place(H, wide * padded);
    place(K, wide * wide);
    place(B, m * wide);
    place(V, m * (wide + m));
    place(R, m * m);
    for (PreciseArray* a : {&theta, &right, &rest, &dw}) {
      place(*a, wide);
    }
    place(x, wide + m);
    place(scaled, m);
    index = reinterpret_cast<int*>(memory);
    memory += places(wide * sizeof(int));
    pieces = reinterpret_cast<int*>(memory);
    memory += places(wide * sizeof(int));
    piece = reinterpret_cast<Piece*>(memory);
    memory += places(wide * kPieces * sizeof(Piece));
    row = reinterpret_cast<PreciseRow*>(memory);
    for (long k = 0; k < wide * kPieces; k++) {
      piece[k] = Piece();
    }
    for (long a = 0; a < m; a++) {
      row[a] = PreciseRow();
    }
  }
  PARABOLA_FUNCTION long rowStride() const { return parabola::PARABOLA_ISA::padded(count); }
  PARABOLA_FUNCTION long length() const { return wide + rowStride(); }

  // f(piece, position) for all pieces.
  template <class F>
  PARABOLA_INLINE void eachPiece(F f) const {
    for (int j = 0; j < free; j++) {
      for (int k = 0; k < pieces[j]; k++) {
        f(piece[j * kPieces + k], j);
      }
    }
  }
  template <class F>
  PARABOLA_INLINE void eachSide(F f) const {
    eachPiece([&](Piece& s, int) {
      f(s.low);
      f(s.high);
    });
    for (int a = 0; a < count; a++) {
      f(row[a].low);
      f(row[a].high);
    }
  }
};

// H_ij without rounding.
PARABOLA_FUNCTION Precise entry(const Program& p, int i, int j) {
  const Model& h = p.risk;
  Precise v = 0.0;
  if (h.base != nullptr) {
    v = h.base[i * h.stride + j];
    v = h.scale == nullptr ? v : h.scale[i] * (h.scale[j] * v);
  }
  for (int k = 0; k < h.factorCount; k++) {
    const double* f = h.factors + k * h.factorStride;
    v = multiplyAdd(Precise(f[i]), Precise(f[j]), v);
  }
  if (h.common != nullptr) {
    v = multiplyAdd(Precise(h.common[i]), Precise(h.common[j]), v);
  }
  if (i == j && h.diagonal != nullptr) {
    v = v + h.diagonal[i];
  }
  return v;
}

PARABOLA_FUNCTION Precise kinkOffset(const Program& p, int r, int i, const Precise& w) {
  const Precise d = w - (r == p.rows ? p.limits.current[i] : 0);
  return d.high < 0 ? -d : d;
}

// The range of a weight that can move, in pieces.
PARABOLA_FUNCTION int cutPieces(const Program& p, int i, Piece* pieces) {
  const double lower = p.ws.lower[i];
  const double upper = p.ws.upper[i];
  double kinks[2];
  int cuts = 0;
  const auto cut = [&](double at) {
    if (lower < at && at < upper) {
      kinks[cuts++] = at;
    }
  };
  const bool traded = p.trades || p.powered;
  if (traded) {
    cut(p.limits.current[i]);
  }
  if (p.exposed && !(cuts > 0 && kinks[0] == 0)) {
    cut(0);
  }
  if (cuts == 2 && kinks[1] < kinks[0]) {
    const double first = kinks[1];
    kinks[1] = kinks[0];
    kinks[0] = first;
  }
  for (int k = 0; k <= cuts; k++) {
    const double from = k == 0 ? lower : kinks[k - 1];
    const double to = k == cuts ? upper : kinks[k];
    Piece& s = pieces[k];
    s = Piece();
    s.high.x = Precise(to) - Precise(from);
    if (traded) {
      s.trade = from >= p.limits.current[i] ? 1 : -1;
      s.slope = s.trade > 0 ? p.buy[i] : -p.sell[i];
      s.before = s.trade > 0 ? from - p.limits.current[i] : p.limits.current[i] - to;
    }
    if (p.exposed) {
      s.exposure = from >= 0 ? 1 : -1;
    }
  }
  return cuts + 1;
}

// How far a piece of weight i trades, for its power cost.
PARABOLA_FUNCTION double tradeOf(const Piece& s) { return s.before + (s.trade > 0 ? s.low.x : s.high.x).high; }

// The slope and the curvature of a piece's costs, of which power costs are the only ones that bend.
PARABOLA_FUNCTION double slopeOf(const Program& p, int i, const Piece& s) {
  return p.powered ? s.slope + s.trade * powerSlope(p, i, tradeOf(s)) : s.slope;
}
PARABOLA_FUNCTION double curvatureOf(const Program& p, int i, const Piece& s) {
  return p.powered ? powerCurvature(p, i, tradeOf(s)) : 0;
}

// The coefficient of a piece in the turnover's or the gross exposure's row.
PARABOLA_INLINE double kinkCoefficient(const Program& p, int r, const Piece& s) {
  return r == p.rows ? s.trade : s.exposure;
}

// Values of all rows, and the gradient of the smooth part, from the weights and pieces at hand.
template <class Group>
PARABOLA_FUNCTION void evaluatePieces(const Group& group, const Program& p, const Pieces& in) {
  const Limits& limits = p.limits;
  for (int a = 0; a < in.count; a++) {
    PreciseRow& r = in.row[a];
    if (r.which >= 0 && r.which < p.rows) {
      r.value = dot(group, in.padded, limits.row[r.which], in.w);
      continue;
    }
    r.value = 0.0;
    int j = 0;
    for (int i = 0; i < in.n; i++) {
      const bool moves = j < in.free && in.index[j] == i;
      if (r.which < 0) {
        r.value = r.value + in.w[i];
      } else if (!moves) {
        r.value = r.value + kinkOffset(p, r.which, i, in.w[i]);
      } else {
        r.value = r.value + kinkOffset(p, r.which, i, p.ws.lower[i]);
        for (int k = 0; k < in.pieces[j]; k++) {
          const Piece& s = in.piece[j * kPieces + k];
          r.value = r.value + kinkCoefficient(p, r.which, s) * s.low.x;
        }
      }
      j += moves;
    }
  }
  if (!in.objective) {
    return;
  }
  if (limits.benchmark != nullptr) {
    for (int i = 0; i < in.n; i++) {
      in.w.set(i, in.w[i] - limits.benchmark[i]);
    }
  }
  for (int j = 0; j < in.free; j++) {
    const int i = in.index[j];
    in.g.set(j, dot(group, 0, in.padded, in.H.from(static_cast<long>(j) * in.padded), in.w) - p.mu[i]);
  }
  if (limits.benchmark != nullptr) {
    for (int i = 0; i < in.n; i++) {
      in.w.set(i, in.w[i] + limits.benchmark[i]);
    }
  }
  if (limits.quadratic != nullptr) {
    for (int j = 0; j < in.free; j++) {
      const int i = in.index[j];
      in.g.add(j, p.smooth[i] * (in.w[i] - limits.current[i]));
    }
  }
}

}  // namespace parabola::PARABOLA_ISA
