// Problems of every kind with a batch each, and what solving them on a device has to find.
#pragma once

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "check.hpp"
#include "cpu_engine.hpp"

namespace parabola {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

enum class Kind { Plain, LongShort, Rows, Turnover, Costs, Stress, Factors, Own, Target, Count };

// A problem of that kind and a batch of it.
struct Sample {
  int n, count;
  long stride;
  Memory covariance, root;
  std::vector<double> mu, lower, upper, coefficients, rowLower, rowUpper, current, costs, specific;
  std::vector<double> means, volatility, theta, omega, own, gammas;
  CovarianceView sigma;
  ProblemView problem;
  BatchView batch;
};

inline Sample draw(Kind kind, int n, int count, unsigned seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  Sample s;
  s.n = n;
  s.count = count;
  s.stride = (n + 7) / 8 * 8;
  const auto matrix = [&](std::vector<double>& values, int rows, auto value) {
    values.assign(rows * s.stride, 0.0);
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < n; i++) {
        values[r * s.stride + i] = value(r, i);
      }
    }
    return values.data();
  };
  const int factors = kind == Kind::Factors ? 3 : n + 5;
  std::vector<double> loadings;
  matrix(loadings, factors, [&](int, int) { return 0.02 * normal(random) + 0.01; });
  s.sigma.n = n;
  s.sigma.stride = s.stride;
  if (kind == Kind::Factors) {
    s.root = allocate(factors * s.stride);
    std::copy(loadings.begin(), loadings.end(), s.root.get());
    for (int i = 0; i < n; i++) {
      s.specific.push_back(0.0004 * (0.5 + uniform(random)));
    }
    s.sigma.factorCount = factors;
    s.sigma.root = s.sigma.exposures = s.root.get();
    s.sigma.specific = s.specific.data();
  } else {
    s.covariance = allocate(n * s.stride);
    std::fill_n(s.covariance.get(), n * s.stride, 0.0);
    for (int f = 0; f < factors; f++) {
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          s.covariance[i * s.stride + j] += loadings[f * s.stride + i] * loadings[f * s.stride + j] / factors;
        }
      }
    }
    s.sigma.dense = s.covariance.get();
  }
  for (int i = 0; i < n; i++) {
    s.mu.push_back(0.001 * normal(random));
  }
  const bool longShort = kind == Kind::LongShort;
  s.lower.assign(n, longShort ? -0.3 : 0.0);
  s.upper.assign(n, longShort ? 0.3 + 1.0 / n : 1.0);
  ProblemView& p = s.problem;
  p.goalValue = 3;
  p.expectedReturns = s.mu.data();
  p.lower = s.lower.data();
  p.upper = s.upper.data();
  p.budget = 1;
  BatchView& b = s.batch;
  b.count = count;
  b.stride = s.stride;
  b.expectedReturns = matrix(s.means, count, [&](int, int i) { return s.mu[i] + 0.0005 * normal(random); });
  s.current.assign(n, 1.0 / n);
  switch (kind) {
    case Kind::Rows:
      p.rows = 2;
      for (int r = 0; r < 2; r++) {
        for (int i = 0; i < n; i++) {
          s.coefficients.push_back(r == 0 ? i % 2 : uniform(random));
        }
      }
      s.rowLower = {0.4, 0.3};
      s.rowUpper = {0.6, kInfinity};
      p.coefficients = s.coefficients.data();
      p.rowLower = s.rowLower.data();
      p.rowUpper = s.rowUpper.data();
      break;
    case Kind::Turnover:
      p.current = s.current.data();
      p.turnover = 0.5;
      break;
    case Kind::Costs:
      p.current = s.current.data();
      b.buy = b.sell = matrix(s.costs, count, [&](int, int) { return 0.0004 * uniform(random); });
      break;
    case Kind::Stress:
      b.volatility = matrix(s.volatility, count, [&](int, int) { return 0.5 + 2 * uniform(random); });
      for (int c = 0; c < count; c++) {
        s.theta.push_back(uniform(random));
      }
      b.stress = s.theta.data();
      b.stressStride = 1;
      break;
    case Kind::Factors:
      for (int c = 0; c < count; c++) {
        const double scale = 0.5 + uniform(random);
        for (int k = 0; k < 9; k++) {
          s.omega.push_back(k % 4 == 0 ? scale : 0);
        }
      }
      b.factorCovariance = s.omega.data();
      b.omegaStride = 9;
      break;
    case Kind::Own:
      b.own =
          matrix(s.own, count * n, [&](int r, int j) { return (1 + r / n % 3) * s.covariance[r % n * s.stride + j]; });
      break;
    case Kind::Target:
      p.goal = Goal::TargetReturn;
      p.goalValue = 0.0002;
      break;
    default:
      break;
  }
  return s;
}

struct Found {
  std::vector<double> weights, prices, reduced;
  std::vector<Answer> answers;

  explicit Found(const Sample& s)
      : weights(s.count * s.stride, -7.0),
        prices(s.count * (s.problem.rows + 4L), -7.0),
        reduced(s.count * s.stride, -7.0),
        answers(s.count) {}
  ResultView view() { return {weights.data(), answers.data(), prices.data(), reduced.data()}; }
};

inline bool sameBits(const Found& a, const Found& b) {
  for (std::size_t s = 0; s < a.answers.size(); s++) {
    if (a.answers[s].status != b.answers[s].status) {
      return false;
    }
  }
  return std::memcmp(a.weights.data(), b.weights.data(), a.weights.size() * sizeof(double)) == 0;
}

inline void compare(const Sample& s, const Found& found, Kind kind) {
  PreparedProblem problem(*kernelsNamed("portable"), s.sigma, s.problem);
  Found expected(s);
  problem.solve(s.batch, expected.view(), 1, 1e-8);
  for (int c = 0; c < s.count; c++) {
    const Answer& x = found.answers[c];
    const Answer& y = expected.answers[c];
    CHECK(x.status == y.status, "kind %d n %d scenario %d: status %d, not %d", static_cast<int>(kind), s.n, c,
          static_cast<int>(x.status), static_cast<int>(y.status));
    if (x.status != Status::Solved || y.status != Status::Solved) {
      continue;
    }
    const double size = std::fabs(y.expectedReturn) + 3 * y.variance;
    CHECK(std::fabs(x.objective - y.objective) <= 1e-10 * size, "kind %d n %d scenario %d: objective %.17g, not %.17g",
          static_cast<int>(kind), s.n, c, x.objective, y.objective);
    for (int i = 0; i < s.stride; i++) {
      const double w = found.weights[c * s.stride + i];
      CHECK(i < s.n ? std::fabs(w - expected.weights[c * s.stride + i]) <= 1e-6 : w == 0, "weight %d is %g", i, w);
    }
    const double* const prices = found.prices.data() + c * problem.priceCount();
    // One weight between its bounds, and nothing but those and the budget: then the budget's price is the only one.
    bool unique = kind != Kind::Rows && kind != Kind::Turnover && kind != Kind::Costs && kind != Kind::Target;
    bool inside = false;
    for (int i = 0; i < s.n; i++) {
      const double w = expected.weights[c * s.stride + i];
      inside = inside || (s.lower[i] + 1e-6 < w && w < s.upper[i] - 1e-6);
    }
    unique = unique && inside;
    CHECK(!unique || std::fabs(prices[0] - expected.prices[c * problem.priceCount()]) <= 1e-9,
          "kind %d n %d scenario %d: the budget's price is %g, not %g", static_cast<int>(kind), s.n, c, prices[0],
          expected.prices[c * problem.priceCount()]);
    for (int k = 0; k < problem.priceCount(); k++) {
      CHECK(std::isfinite(prices[k]), "price %d is %g", k, prices[k]);
    }
    for (int i = 0; i < s.n; i++) {
      const double here = found.reduced[c * s.stride + i];
      CHECK(std::isfinite(here) && (!unique || std::fabs(here - expected.reduced[c * s.stride + i]) <= 1e-9),
            "kind %d n %d scenario %d: reduced cost %d is %g", static_cast<int>(kind), s.n, c, i, here);
    }
  }
}

}  // namespace parabola
