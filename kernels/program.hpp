// A portfolio with more than bounds and a budget, as the general solver sees it: divided by gamma, and with everything
// that is not smooth reduced to kinks of one weight each.
//
// A linear cost has a kink at the current weight w0_i, and so has the turnover with its multiplier kappa; the gross
// exposure with its multiplier rho has one at zero. Between kinks the objective is quadratic and a weight is free; on a
// kink or a bound it rests. So turnover, gross exposure and costs need no variables of their own.
#pragma once

#include "certificate.hpp"
#include "model.hpp"
#include "problem.hpp"
#include "thin.hpp"
#include "workspace.hpp"

namespace parabola::PARABOLA_ISA {

// Of the budget, the rows, the turnover (kappa >= 0) and the gross exposure (rho >= 0). A row's is positive where its
// lower limit binds and negative where its upper one does.
struct Multipliers {
  double nu = 0;
  double kappa = 0;
  double rho = 0;
  double* y = nullptr;  // [rows]

  template <class Group>
  PARABOLA_FUNCTION void clear(const Group& group, int rows) {
    nu = kappa = rho = 0;
    group.items(rows, [&](int r) { y[r] = 0; });
  }
};

// How the linear system on the free weights was factored last, see system.hpp.
enum class System { Dense, Thin };

struct Program {
  Workspace ws;  // q, bounds, weights, gradient and scratch
  int rows = 0;
  Limits limits;
  bool trades = false;                  // w0 is a kink
  bool exposed = false;                 // zero is a kink
  Model risk;                           // H
  const double* baseWeights = nullptr;  // [padded] of the base scenario, and H times them; null where not known
  const double* baseProduct = nullptr;  // [padded]
  Model model;                          // H and the quadratic costs
  bool slim = false;                    // no room for dense faces
  Thin thin;
  System system = System::Dense;
  double sigma = 0;          // the multiple of 1 1' added on dense faces; 0 without a budget
  bool exact = false;        // certificates are evaluated with twice the digits, see exact.hpp
  double typical = 1;        // the size of weights: the budget, or without one the bounds
  double* mu = nullptr;      // [padded] mu / gamma; ws.q has the linear terms of benchmark and quadratic costs too
  double* buy = nullptr;     // [padded] divided by gamma
  double* sell = nullptr;    // [padded]
  double* power = nullptr;   // [padded] coefficients of |w - w0|^exponent, divided by gamma
  bool powered = false;      // there are such
  double* smooth = nullptr;  // [padded] 2 quadratic_i / gamma
  double* h = nullptr;       // [padded] reduced gradient g - nu - A'y
  double* noise = nullptr;   // [padded] rounding of h
  double* low = nullptr;     // [padded] ends of the piece that a free weight is on
  double* high = nullptr;    // [padded]
  double* ownDeviation = nullptr;     // [padded]
  const double* deviation = nullptr;  // [padded] that, or the shared covariance's
  double* diagonal = nullptr;         // [padded] of `model`
  double* held = nullptr;             // [padded] that of a model with more curvature, while it is at work
  double* scratch = nullptr;          // [padded + kLanes]
  double* step = nullptr;             // [padded + kLanes + tail] as ws.x
  double* side = nullptr;   // [rows + 2] -1 its lower limit is active, 1 its upper one; the last two: turnover, gross
  double* value = nullptr;  // [rows + 2]
  double* size = nullptr;   // [rows + 2] what the value was before terms cancelled
  double* slack = nullptr;  // [rows] how far the value is from the limit that binds, where certificates are exact
  double* scale = nullptr;  // [rows + 2] what the value may be of the order of
  Multipliers at;
  double* best[2] = {};      // [padded] weights kept aside
  double* bestY[2] = {};     // [rows + 3] their multipliers
  double* V = nullptr;       // [rows + 3, vStride] Q, see orthogonalise() in rows.hpp
  double* S = nullptr;       // [rows + 3, rows + 3] R'
  double* lambda = nullptr;  // [rows + 3]
  double* target = nullptr;  // [rows + 3]
  double* scaled = nullptr;  // [rows + 3]
  int* active = nullptr;     // [rows + 3]

  // With thinFactors >= 0 faces are thin, of so many factors at most, and there is no room for dense ones.
  PARABOLA_SIZE static std::size_t numbers(int n, int rows, int thinFactors) {
    const std::size_t p = static_cast<std::size_t>(parabola::PARABOLA_ISA::padded(n));
    const std::size_t m = static_cast<std::size_t>(parabola::PARABOLA_ISA::padded(rows + 3));
    const std::size_t tail = static_cast<std::size_t>(Thin::tail(thinFactors));
    return Workspace::numbersBesideFace(n) + faceNumbers(n, thinFactors) + 15 * p + (p + kLanes) +
           2 * (p + kLanes + tail) + 12 * m + m * (p + kLanes + tail + m) + m * m;
  }
  // A zero covariance, which has no factors, needs the first columns of a dense face all the same.
  PARABOLA_SIZE static std::size_t faceNumbers(int n, int thinFactors) {
    const std::size_t wide = static_cast<std::size_t>(parabola::PARABOLA_ISA::padded(n)) + kLanes;
    return thinFactors < 0 ? wide * wide + Thin::numbers(n, 0) : 4 * wide + Thin::numbers(n, thinFactors);
  }

  PARABOLA_FUNCTION void layOut(int n, int rowCount, int thinFactors, double* memory) {
    rows = rowCount;
    ws.layOut(n, memory);
    memory += Workspace::numbersBesideFace(n);
    const std::size_t p = static_cast<std::size_t>(ws.padded);
    const std::size_t wide = p + kLanes;
    // A dense workspace has thin faces without factors: those of nothing but a diagonal.
    const int factors = thinFactors < 0 ? 0 : thinFactors;
    thin.layOut(n, factors, memory + (thinFactors < 0 ? wide * wide : 4 * wide));
    memory += faceNumbers(n, thinFactors);
    slim = thinFactors >= 0;
    tail = Thin::tail(factors);
    for (double** a : {&ws.x, &step}) {
      *a = memory;
      memory += wide + tail;
    }
    const std::size_t m = static_cast<std::size_t>(parabola::PARABOLA_ISA::padded(rows + 3));
    for (double** a : {&mu, &buy, &sell, &power, &smooth, &h, &noise, &low, &high, &ownDeviation, &best[0], &best[1],
                       &diagonal, &held}) {
      *a = memory;
      memory += p;
    }
    scratch = memory;
    memory += p + kLanes;
    for (double** a : {&side, &value, &size, &slack, &scale, &at.y, &bestY[0], &bestY[1], &lambda, &target, &scaled}) {
      *a = memory;
      memory += m;
    }
    active = reinterpret_cast<int*>(memory);
    memory += m;
    V = memory;
    memory += m * (wide + tail + m);
    S = memory;
  }

  int tail = 0;  // numbers that a vector of the largest thin system has beyond its face

  // Columns of V have room for a vector of the system and one number for each row below it.
  PARABOLA_FUNCTION long vStride() const {
    return ws.padded + kLanes + tail + parabola::PARABOLA_ISA::padded(rows + 3);
  }
};

// x^e for x >= 0: the square root law and the quadratic one have no need of a logarithm.
PARABOLA_LARGE double power(double x, double e) {
  return e == 1.5    ? x * std::sqrt(x)
         : e == 0.5  ? std::sqrt(x)
         : e == -0.5 ? 1 / std::sqrt(x)
         : e == 2    ? x * x
         : e == 1    ? x
         : e == 0    ? 1
                     : std::pow(x, e);
}

PARABOLA_INLINE Pack<kLanes> power(const Pack<kLanes>& x, double e) {
  using P = Pack<kLanes>;
  if (e == 1.5 || e == 0.5 || e == -0.5) {
    const P root = squareRoot(x);
    return e == 1.5 ? x * root : e == 0.5 ? root : P(1.0) / root;
  }
  if (e == 2 || e == 1 || e == 0) {
    return e == 2 ? x * x : e == 1 ? x : P(1.0);
  }
  double v[kLanes];
  storeRegister(v, x.r[0]);
  for (int l = 0; l < kLanes; l++) {
    v[l] = power(v[l], e);
  }
  return load(v, Lanes<kLanes>{0});
}

// c |x|^exponent, its slope and its curvature for trade x of weight i. The curvature at zero is that of a trade of next
// to nothing: below an exponent of 2 it is infinite there.
PARABOLA_LARGE double powerCost(const Program& p, int i, double x) {
  return p.power[i] == 0 ? 0 : p.power[i] * power(std::fabs(x), p.limits.exponent);
}
PARABOLA_LARGE double powerSlope(const Program& p, int i, double x) {
  const double e = p.limits.exponent;
  return p.power[i] == 0 ? 0 : std::copysign(p.power[i] * e * power(std::fabs(x), e - 1), x);
}
PARABOLA_LARGE double powerCurvature(const Program& p, int i, double x) {
  const double e = p.limits.exponent;
  const double size = std::fabs(x) > 0x1p-200 ? std::fabs(x) : 0x1p-200;
  return p.power[i] == 0 ? 0 : p.power[i] * e * (e - 1) * power(size, e - 2);
}

PARABOLA_INLINE Pack<kLanes> powerSlope(const Program& p, Lanes<kLanes> i, const Pack<kLanes>& x) {
  using P = Pack<kLanes>;
  const double e = p.limits.exponent;
  const P slope = load(p.power, i) * P(e) * power(max(x, P(0.0) - x), e - 1);
  return select(x < P(0.0), P(0.0) - slope, slope);
}
PARABOLA_INLINE Pack<kLanes> powerCurvature(const Program& p, Lanes<kLanes> i, const Pack<kLanes>& x) {
  using P = Pack<kLanes>;
  const double e = p.limits.exponent;
  return load(p.power, i) * P(e * (e - 1)) * power(max(max(x, P(0.0) - x), P(0x1p-200)), e - 2);
}

// The slopes of costs, turnover and gross exposure to the right and to the left of x.
PARABOLA_INLINE Pack<kLanes> slopeUp(const Program& p, Lanes<kLanes> i, const Pack<kLanes>& x) {
  using P = Pack<kLanes>;
  P s(0.0);
  if (p.trades) {
    s = select(x < load(p.limits.current, i), P(-p.at.kappa) - load(p.sell, i), P(p.at.kappa) + load(p.buy, i));
  }
  if (p.exposed) {
    s = s + select(x < P(0.0), P(-p.at.rho), P(p.at.rho));
  }
  return s;
}
PARABOLA_INLINE Pack<kLanes> slopeDown(const Program& p, Lanes<kLanes> i, const Pack<kLanes>& x) {
  using P = Pack<kLanes>;
  P s(0.0);
  if (p.trades) {
    s = select(load(p.limits.current, i) < x, P(p.at.kappa) + load(p.buy, i), P(-p.at.kappa) - load(p.sell, i));
  }
  if (p.exposed) {
    s = s + select(P(0.0) < x, P(p.at.rho), P(-p.at.rho));
  }
  return s;
}

// Linear costs, turnover and gross exposure at x less those at y, without cancellation of what they have in common.
PARABOLA_INLINE Pack<kLanes> kinkChange(const Program& p, Lanes<kLanes> i, const Pack<kLanes>& x,
                                        const Pack<kLanes>& y) {
  using P = Pack<kLanes>;
  const P zero(0.0);
  P s(0.0);
  if (p.trades) {
    const P w0 = load(p.limits.current, i);
    s = (max(x - w0, zero) - max(y - w0, zero)) * (P(p.at.kappa) + load(p.buy, i)) +
        (max(w0 - x, zero) - max(w0 - y, zero)) * (P(p.at.kappa) + load(p.sell, i));
  }
  if (p.exposed) {
    s = s + P(p.at.rho) * (max(x, zero - x) - max(y, zero - y));
  }
  return s;
}

// The values of rows, turnover and gross exposure at ws.w, and their sizes.
template <class Group>
PARABOLA_FUNCTION void evaluateRows(const Group& group, Program& p) {
  using P = Pack<kLanes>;
  const Workspace& ws = p.ws;
  for (int r = 0; r < p.rows; r++) {
    const double* a = p.limits.row[r];
    double value;
    double size;
    group.sums(ws.padded, value, size, [&](auto i, P& s, P& t) {
      const P c = load(a, i) * load(ws.w, i);
      s = s + c;
      t = t + max(c, P(0.0) - c);
    });
    group.put([&] {
      p.value[r] = value;
      p.size[r] = size;
    });
  }
  double traded = 0;
  double exposure = 0;
  if (p.limits.turnover < INFINITY) {
    traded = group.sum(ws.padded, [&](auto i) {
      const P d = load(ws.w, i) - load(p.limits.current, i);
      return max(d, P(0.0) - d);
    });
  }
  if (p.exposed) {
    exposure = group.sum(ws.padded, [&](auto i) {
      const P w = load(ws.w, i);
      return max(w, P(0.0) - w);
    });
  }
  group.one([&] {
    p.value[p.rows] = p.size[p.rows] = traded;
    p.value[p.rows + 1] = p.size[p.rows + 1] = exposure;
  });
}

// What a row's value may be of the order of: its largest coefficient times the size of weights.
template <class Group>
PARABOLA_FUNCTION double rowScale(const Group& group, const Program& p, int r) {
  if (r >= p.rows) {
    return p.typical;
  }
  const double* a = p.limits.row[r];
  const double entry = -group.minimum(p.ws.padded, [&](auto i) {
    const Pack<kLanes> c = load(a, i);
    return min(c, Pack<kLanes>(0.0) - c);
  });
  const double scale = entry * p.typical;
  return scale > 0 ? scale : 1;
}

PARABOLA_INLINE double rowLower(const Program& p, int r) { return r < p.rows ? p.limits.rowLower[r] : -INFINITY; }
PARABOLA_INLINE double rowUpper(const Program& p, int r) {
  return r < p.rows ? p.limits.rowUpper[r] : r == p.rows ? p.limits.turnover : p.limits.gross;
}

// The multiplier of a row, of the turnover or of the gross exposure, by the sign rule of rows.
PARABOLA_INLINE double multiplier(const Program& p, int r) {
  return r < p.rows ? p.at.y[r] : r == p.rows ? -p.at.kappa : -p.at.rho;
}

// The side at which a row's multiplier says that it binds.
PARABOLA_INLINE double bindingSide(const Program& p, int r) {
  const double y = multiplier(p, r);
  return y > 0 ? -1 : y < 0 ? 1 : 0;
}

// How far a row's value may be beyond its limit before that is more than rounding.
PARABOLA_INLINE double rowRounding(const Program& p, int r, double limit) {
  const double size = p.size[r] > p.scale[r] ? p.size[r] : p.scale[r];
  return 0x1p-46 * (size > std::fabs(limit) ? size : std::fabs(limit));
}

// y += H w for the covariance p.risk; from the base scenario's product where that is the shorter way.
template <class Group>
PARABOLA_FUNCTION void addRiskGradient(const Group& group, Program& p, const double* w, double* y) {
  using P = Pack<kLanes>;
  Workspace& ws = p.ws;
  const auto differ = [&](const double* from, auto i) {
    const P x = load(w, i);
    const P b = from == nullptr ? P(0.0) : load(from, i);
    return x < b || b < x;
  };
  // The base scenario's own weights are the most frequent question.
  int moved = ws.padded;
  if (p.baseProduct != nullptr) {
    moved = group.select(ws.padded, ws.candidates, [&](auto i) { return differ(p.baseWeights, i); });
  }
  const double* from = p.baseWeights;
  int* list = ws.candidates;
  int count = moved;
  if (moved > 0) {
    const int all = group.select(ws.padded, ws.list, [&](auto i) { return differ(nullptr, i); });
    if (all <= moved) {
      from = nullptr;
      list = ws.list;
      count = all;
    }
  }
  if (from != nullptr) {
    group.each(ws.padded, [&](auto i) { store(y, i, load(y, i) + load(p.baseProduct, i)); });
  }
  group.items(count, [&](int c) {
    const int i = list[c];
    ws.amount[c] = from == nullptr ? w[i] : w[i] - from[i];
  });
  addProduct(group, p.risk, list, ws.amount, count, p.scratch, y);
}

// ws.g = H (w - b) + smooth (w - w0) + power costs' slopes - mu / gamma, from the data.
template <class Group>
PARABOLA_FUNCTION void evaluateGradient(const Group& group, Program& p) {
  using P = Pack<kLanes>;
  Workspace& ws = p.ws;
  const Limits& limits = p.limits;
  group.each(ws.padded, [&](auto i) { store(ws.g, i, P(0.0) - load(p.mu, i)); });
  if (limits.benchmark == nullptr) {
    addRiskGradient(group, p, ws.w, ws.g);
  } else {
    group.each(ws.padded, [&](auto i) { store(p.scratch, i, load(ws.w, i) - load(limits.benchmark, i)); });
    const int count = group.select(ws.padded, ws.list, [&](auto i) {
      const P x = load(p.scratch, i);
      return x < P(0.0) || P(0.0) < x;
    });
    group.items(count, [&](int c) { ws.amount[c] = p.scratch[ws.list[c]]; });
    addProduct(group, p.risk, ws.list, ws.amount, count, p.scratch, ws.g);
  }
  if (limits.quadratic != nullptr) {
    group.each(ws.padded, [&](auto i) {
      store(ws.g, i, fma(load(p.smooth, i), load(ws.w, i) - load(limits.current, i), load(ws.g, i)));
    });
  }
  if (p.powered) {
    group.each(ws.padded, [&](auto i) {
      store(ws.g, i, load(ws.g, i) + powerSlope(p, i, load(ws.w, i) - load(limits.current, i)));
    });
  }
}

// p.h and p.noise from ws.g and the multipliers.
template <class Group>
PARABOLA_FUNCTION void reduceGradient(const Group& group, Program& p) {
  using P = Pack<kLanes>;
  constexpr double kRounding = 0x1p-47;
  const Workspace& ws = p.ws;
  const double nu = p.at.nu;
  const double floor = kRounding * (std::fabs(nu) + p.at.kappa + p.at.rho);
  group.each(ws.padded, [&](auto i) {
    const P g = load(ws.g, i);
    const P q = load(ws.q, i);
    P h = g - P(nu);
    P size = max(g, P(0.0) - g) + max(q, P(0.0) - q);
    for (int r = 0; r < p.rows; r++) {
      if (const double y = p.at.y[r]; y != 0) {
        const P c = P(y) * load(p.limits.row[r], i);
        h = h - c;
        size = size + max(c, P(0.0) - c);
      }
    }
    if (p.trades) {
      size = size + max(load(p.buy, i), load(p.sell, i));
    }
    store(p.h, i, h);
    store(p.noise, i, fma(P(kRounding), size, P(floor)));
  });
}

// psi_i(w_i) - min psi_i of the certificate below for weight i with a power cost: on each side of a kink psi_i is least
// where its slope is zero, or at an end. A linear bound would lose the cost's curvature, and with it half of the digits
// at a trade of next to nothing.
PARABOLA_LARGE double fallOfPower(const Program& p, int i) {
  const double w = p.ws.w[i];
  const double w0 = p.limits.current[i];
  const double e = p.limits.exponent;
  const double c = p.power[i];
  // In trades, next to which w0 may be so large that none of their digits would be left in a weight.
  const double traded = w - w0;
  const double z = p.h[i] - powerSlope(p, i, traded);
  const double cost = powerCost(p, i, traded);
  const auto rate = [&](bool above) { return p.trades ? p.at.kappa + (above ? p.buy[i] : p.sell[i]) : 0; };
  const auto kinks = [&](double x) { return std::fabs(x) * rate(x > 0); };
  double worst = 0;
  const auto consider = [&](double x) {
    double fall = (cost - powerCost(p, i, x)) + (z * (traded - x) + (kinks(traded) - kinks(x)));
    if (p.exposed) {
      fall += p.at.rho * (std::fabs(w) - std::fabs(w0 + x));
    }
    worst = fall > worst ? fall : worst;
  };
  const auto onPiece = [&](double from, double to, bool above) {
    if (!(from < to)) {
      return;
    }
    consider(from);
    consider(to);
    const double side = above ? 1 : -1;
    const double gross = p.exposed ? (2 * w0 + from + to > 0 ? p.at.rho : -p.at.rho) : 0;
    const double falls = -side * (z + gross) - rate(above);
    if (falls > 0 && c > 0) {
      const double x = side * power(falls / (e * c), 1 / (e - 1));
      if (from < x && x < to) {
        consider(x);
      }
    }
  };
  const double l = p.ws.lower[i] - w0;
  const double u = p.ws.upper[i] - w0;
  const double middle = l > 0 ? l : u < 0 ? u : 0;
  const double zero = p.exposed && l < -w0 && -w0 < u ? -w0 : middle;
  onPiece(l, zero < middle ? zero : middle, false);
  onPiece(zero, middle, false);
  onPiece(middle, zero, true);
  onPiece(zero > middle ? zero : middle, u, true);
  return worst;
}

// The certificate: with any nu, y, kappa >= 0 and rho >= 0 and h = g - nu - A'y, convexity gives for every feasible v
//
//     f(w) - f(v) <= sum_i (psi_i(w_i) - min psi_i) + sum_r (y_r+ (a_r'w - lower_r) + y_r- (upper_r - a_r'w))
//                    + kappa (turnover - sum |w - w0|) + rho (gross - sum |w|)
//
// with psi_i(v) = h_i v + linear costs + kappa |v - w0_i| + rho |v|, whose minimum is at a bound or a kink; a power
// cost is a term of psi_i instead of its slope one of h_i, see fallOfPower(). Needs ws.g, p.h and the rows' values.
template <class Group>
PARABOLA_FUNCTION double gapBound(const Group& group, const Program& p) {
  using P = Pack<kLanes>;
  const Workspace& ws = p.ws;
  double gap = group.accumulate(p.powered ? ws.n : 0, 0, [&](int i, double s) { return s + fallOfPower(p, i); });
  gap += group.sum(p.powered ? 0 : ws.padded, [&](auto i) {
    const P w = load(ws.w, i);
    const P h = load(p.h, i);
    const P l = load(ws.lower, i);
    const P u = load(ws.upper, i);
    const auto above = [&](const P& v) { return fma(h, w - v, kinkChange(p, i, w, v)); };
    P worst = max(above(l), above(u));
    if (p.trades) {
      worst = max(worst, above(min(max(load(p.limits.current, i), l), u)));
    }
    if (p.exposed) {
      worst = max(worst, above(min(max(P(0.0), l), u)));
    }
    return max(worst, P(0.0));
  });
  for (int r = 0; r < p.rows; r++) {
    if (const double y = p.at.y[r]; y != 0) {
      gap += std::fabs(y * (p.exact ? p.slack[r]
                            : y > 0 ? p.value[r] - p.limits.rowLower[r]
                                    : p.limits.rowUpper[r] - p.value[r]));
    }
  }
  if (p.at.kappa > 0) {
    gap += std::fabs(p.at.kappa * (p.limits.turnover - p.value[p.rows]));
  }
  if (p.at.rho > 0) {
    gap += std::fabs(p.at.rho * (p.limits.gross - p.value[p.rows + 1]));
  }
  return gap;
}

// As terms() of certificate.hpp, for the general problem: of (w - b)'H(w - b), |mu'w| / gamma and the costs the largest
// is the size, and the floors of rounding include the rows' multipliers.
struct GeneralTerms {
  double quadratic;
  double linear;
  double costs;
  double size;
  double before;  // the terms before they cancel
  double risk;    // sum of (|w_i| + |b_i|) s_i
};

template <class Group>
PARABOLA_FUNCTION GeneralTerms generalTerms(const Group& group, Program& p) {
  using P = Pack<kLanes>;
  const Workspace& ws = p.ws;
  const Limits& limits = p.limits;
  GeneralTerms t{};
  double reward;
  group.sums(ws.padded, t.linear, reward, [&](auto i, P& a, P& b) {
    const P c = load(ws.w, i) * load(p.mu, i);
    a = a + c;
    b = b + max(c, P(0.0) - c);
  });
  if (limits.current != nullptr) {
    t.costs = group.sum(ws.padded, [&](auto i) {
      const P d = load(ws.w, i) - load(limits.current, i);
      return fma(max(d, P(0.0)), load(p.buy, i), max(P(0.0) - d, P(0.0)) * load(p.sell, i)) +
             P(0.5) * load(p.smooth, i) * d * d;
    });
  }
  const int powers = p.powered ? ws.n : 0;
  t.costs = group.accumulate(powers, t.costs,
                             [&](int i, double s) { return s + powerCost(p, i, ws.w[i] - limits.current[i]); });
  // The sum of (w - b) times the slopes of power costs.
  const double powerReward = group.accumulate(powers, 0, [&](int i, double s) {
    const double b = limits.benchmark == nullptr ? 0 : limits.benchmark[i];
    return s + (ws.w[i] - b) * powerSlope(p, i, ws.w[i] - limits.current[i]);
  });
  const auto active = [&](auto i) {
    return limits.benchmark == nullptr ? load(ws.w, i) : load(ws.w, i) - load(limits.benchmark, i);
  };
  // (w - b)'H(w - b) from the gradient, less its other terms.
  t.quadratic = group.sum(ws.padded, [&](auto i) {
    P g = load(ws.g, i) + load(p.mu, i);
    if (limits.quadratic != nullptr) {
      g = g - load(p.smooth, i) * (load(ws.w, i) - load(limits.current, i));
    }
    return active(i) * g;
  });
  t.quadratic -= powerReward;
  // Of w - b rounding leaves what it leaves of w and b.
  const double risk = group.sum(ws.padded, [&](auto i) {
    const P w = load(ws.w, i);
    const P b = limits.benchmark == nullptr ? P(0.0) : load(limits.benchmark, i);
    return (max(w, P(0.0) - w) + max(b, P(0.0) - b)) * load(p.deviation, i);
  });
  const double uncertain = group.sum(ws.padded, [&](auto i) {
    const P c = load(p.mu, i);
    return fma(P(risk), load(p.deviation, i), max(c, P(0.0) - c)) * (load(ws.upper, i) - load(ws.lower, i));
  });
  t.risk = risk;
  t.before = risk * risk + reward + t.costs;
  // Trades within the rounding of the current weights cost nothing that counts.
  double least = 0;
  if (limits.current != nullptr) {
    least = 0x1p-24 * group.sum(ws.padded, [&](auto i) {
      const P w0 = load(limits.current, i);
      return max(w0, P(0.0) - w0) * (load(p.buy, i) + load(p.sell, i) + load(p.smooth, i));
    });
    if (p.powered) {
      least += 0x1p-50 * std::pow(p.typical, limits.exponent) *
               group.sum(ws.padded, [&](auto i) { return load(p.power, i); });
    }
  }
  for (const double floor :
       {t.quadratic, std::fabs(t.linear), t.costs, 0x1p-20 * t.before, 0x1p-24 * uncertain, least}) {
    t.size = floor > t.size ? floor : t.size;
  }
  return t;
}

}  // namespace parabola::PARABOLA_ISA
