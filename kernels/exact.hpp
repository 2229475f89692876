// The reduced gradient with twice the digits, for certificates that rounding would decide.
//
// A certificate multiplies every reduced gradient by the width of the bounds. Where terms of the gradient cancel (a
// hedge, variances many orders apart, large multipliers) what is left of them in plain arithmetic is rounding, and a
// gap may be called small that is not, or large. Here every product and sum carries its own rounding error along
// (Dekker, Knuth): errors are those of the data's digits squared.
#pragma once

#include "double_double.hpp"
#include "program.hpp"

namespace parabola::PARABOLA_ISA {

// A sum of many terms and the error it has made.
struct Twofold {
  double sum = 0;
  double error = 0;

  PARABOLA_INLINE void add(double x) {
    const double s = sum + x;
    const double z = s - sum;
    error += (sum - (s - z)) + (x - z);
    sum = s;
  }
  PARABOLA_INLINE void addProduct(double a, double b) {
    const double p = a * b;
    add(p);
    error += productError(a, b, p);
  }
  // a times x.
  PARABOLA_INLINE void addProduct(double a, const Twofold& x) {
    addProduct(a, x.sum);
    error += a * x.error;
  }
  PARABOLA_FUNCTION double value() const { return sum + error; }
};

// a - b.
PARABOLA_INLINE Twofold difference(double a, double b) {
  Twofold d;
  d.add(a);
  d.add(-b);
  return d;
}

// As evaluateGradient(), reduceGradient() and, for the rows that count, evaluateRows(): ws.g, p.h, p.value and p.slack.
// Uses ws.x and ws.b.
template <class Group>
PARABOLA_FUNCTION void evaluateExactly(const Group& group, Program& p) {
  Workspace& ws = p.ws;
  const Limits& limits = p.limits;
  const Model& h = p.risk;
  const auto active = [&](int i) { return difference(ws.w[i], limits.benchmark == nullptr ? 0 : limits.benchmark[i]); };
  const auto join = [](Twofold x, const Twofold& y) {
    x.add(y.sum);
    x.error += y.error;
    return x;
  };
  // Exposures to the factors and to the common one are sums over all weights: they come first.
  const int factors = h.factorCount + (h.common != nullptr ? 1 : 0);
  const auto column = [&](int k) { return k < h.factorCount ? h.factors + k * h.factorStride : h.common; };
  group.items(ws.padded, [&](int i) {
    Twofold g;
    g.add(-p.mu[i]);
    if (h.base != nullptr && i < ws.n) {
      const double* b = h.base + i * h.stride;
      Twofold row;
      for (int j = 0; j < ws.n; j++) {
        if (const Twofold e = active(j); e.sum != 0) {
          if (h.scale == nullptr) {
            row.addProduct(b[j], e);
          } else {
            Twofold scaled;
            scaled.addProduct(h.scale[j], e);
            row.addProduct(b[j], scaled);
          }
        }
      }
      g.addProduct(h.scale == nullptr ? 1 : h.scale[i], row);
    }
    if (h.diagonal != nullptr) {
      g.addProduct(h.diagonal[i], active(i));
    }
    if (limits.quadratic != nullptr) {
      g.addProduct(p.smooth[i], difference(ws.w[i], limits.current[i]));
    }
    if (p.powered && i < ws.n) {
      g.add(powerSlope(p, i, ws.w[i] - limits.current[i]));
    }
    ws.x[i] = g.sum;
    ws.b[i] = g.error;
  });
  for (int k = 0; k < factors; k++) {
    const double* f = column(k);
    const Twofold exposure = group.reduce(
        ws.n, Twofold(), Twofold(), [&](int i, Twofold& x) { x.addProduct(f[i], active(i)); }, join);
    group.items(ws.padded, [&](int i) {
      Twofold g{ws.x[i], ws.b[i]};
      g.addProduct(f[i], exposure);
      ws.x[i] = g.sum;
      ws.b[i] = g.error;
    });
  }
  group.items(ws.padded, [&](int i) {
    Twofold g{ws.x[i], ws.b[i]};
    ws.g[i] = g.value();
    g.add(-p.at.nu);
    for (int r = 0; r < p.rows; r++) {
      if (p.at.y[r] != 0) {
        g.addProduct(-p.at.y[r], limits.row[r][i]);
      }
    }
    p.h[i] = g.value();
  });
  for (int r = 0; r < p.rows; r++) {
    if (p.at.y[r] != 0) {
      Twofold value = group.reduce(
          ws.n, Twofold(), Twofold(), [&](int i, Twofold& x) { x.addProduct(limits.row[r][i], ws.w[i]); }, join);
      Twofold slack = value;
      slack.add(-(p.at.y[r] > 0 ? limits.rowLower[r] : limits.rowUpper[r]));
      group.one([&] {
        p.value[r] = value.value();
        p.slack[r] = slack.value();
      });
    }
  }
}

// What rounding may have added to or taken from a certificate evaluated in plain arithmetic, at most. Needs p.noise.
template <class Group>
PARABOLA_FUNCTION double roundingOfGap(const Group& group, const Program& p, const GeneralTerms& t) {
  using P = Pack<kLanes>;
  const Workspace& ws = p.ws;
  double rows = 0;
  for (int r = 0; r < p.rows; r++) {
    rows += 0x1p-52 * std::fabs(p.at.y[r]) * p.size[r];
  }
  return rows + group.sum(ws.padded, [&](auto i) {
    return fma(P(0x1p-52 * t.risk), load(p.deviation, i), P(0x1p-5) * load(p.noise, i)) *
           (load(ws.upper, i) - load(ws.lower, i));
  });
}

}  // namespace parabola::PARABOLA_ISA
