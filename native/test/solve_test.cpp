// Random and hostile portfolios on every instruction set, each answer checked by a certificate of this file's own:
// a sort and long doubles, nothing shared with the kernels.
//
// Arguments: [problems [seed]]. The seed of a failure is printed with it.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "check.hpp"
#include "cpu_engine.hpp"

using namespace parabola;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Portfolio {
  int n = 0;
  long stride = 0;
  std::string kind;
  Memory covariance;
  std::vector<double> mu, lower, upper;
  double gamma = 1;
  double budget = 1;
  // Where there are specific variances the solver gets these and the factors, and never the covariance.
  int factors = 0;
  Memory root;                   // [factors, stride]
  std::vector<double> specific;  // [n]
};

class Source {
 public:
  explicit Source(unsigned seed) : random_(seed) {}
  double normal() { return std::normal_distribution<double>()(random_); }
  double uniform() { return std::uniform_real_distribution<double>()(random_); }
  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }

 private:
  std::mt19937_64 random_;
};

// A covariance of k factors for a portfolio that has n, and room for the covariance.
void giveFactors(Portfolio& p, int k, bool scales, Source& source) {
  const bool tied = source.below(4) == 0;
  const bool scaled = source.below(4) == 0 && scales;
  const double least = std::pow(10.0, -7 * source.uniform());
  p.factors = k;
  p.root = allocate(std::max(1L, k * p.stride));
  std::fill_n(p.root.get(), k * p.stride, 0.0);
  for (int i = 0; i < p.n; i++) {
    const double scale = scaled ? std::pow(10.0, -6 + 9 * source.uniform()) : 0.02 * std::exp(0.4 * source.normal());
    double common = 0;
    for (int f = 0; f < k; f++) {
      double& at = p.root[f * p.stride + i];
      at = tied && i % 2 == 1 ? p.root[f * p.stride + i - 1] : scale * source.normal() / (f + 1);
      common += at * at;
    }
    p.specific.push_back((common > 0 ? common : scale * scale) * (least + (tied ? 0 : source.uniform())));
  }
  for (int i = 0; i < p.n; i++) {
    for (int j = 0; j < p.stride; j++) {
      double sum = i == j ? p.specific[i] : 0;
      for (int f = 0; f < k && j < p.n; f++) {
        sum += p.root[f * p.stride + i] * p.root[f * p.stride + j];
      }
      p.covariance[i * p.stride + j] = sum;
    }
  }
}

Portfolio draw(unsigned seed) {
  Source source(seed);
  Portfolio p;
  static const int sizes[] = {1, 2, 3, 5, 8, 9, 16, 30, 64, 100};
  p.n = sizes[source.below(10)];
  const int n = p.n;
  p.stride = (n + 7) / 8 * 8;
  p.covariance = allocate(n * p.stride);
  std::fill(p.covariance.get(), p.covariance.get() + n * p.stride, 0.0);

  // Observations make the covariance: few of them make it singular.
  static const char* const kinds[] = {"full",       "singular", "zero",        "one factor",
                                      "duplicates", "riskless", "badly scaled"};
  const int kind = source.below(7);
  p.kind = kinds[kind];
  const int T = kind == 1 ? 1 + source.below(n) : 2 * n + 5;
  std::vector<double> scale(n);
  for (double& s : scale) {
    s = kind == 6 ? std::pow(10.0, -6 + 9 * source.uniform()) : 0.02 * std::exp(0.4 * source.normal());
  }
  std::vector<std::vector<double>> x(T, std::vector<double>(n));
  for (auto& row : x) {
    const double market = source.normal();
    for (int i = 0; i < n; i++) {
      row[i] = scale[i] * (kind == 3 ? market : 0.6 * market + 0.8 * source.normal());
    }
    for (int i = 1; i < n && kind == 4; i += 2) {
      row[i] = row[i - 1];
    }
    for (int i = 0; i < n && kind == 5; i += 3) {
      row[i] = 0;
    }
  }
  for (int i = 0; i < n && kind != 2; i++) {
    for (int j = 0; j <= i; j++) {
      double s = 0;
      for (const auto& row : x) {
        s += row[i] * row[j];
      }
      p.covariance[i * p.stride + j] = p.covariance[j * p.stride + i] = s / T;
    }
  }

  p.mu.assign(n, 0.0);
  const int meanKind = source.below(5);
  for (int i = 0; i < n; i++) {
    p.mu[i] = meanKind == 0   ? 0
              : meanKind == 1 ? 0.001 * source.normal()
              : meanKind == 2 ? 0.001 * source.below(3)
              : meanKind == 3 ? 10 * source.normal()
                              : scale[i] * 0.1 * source.normal();
  }
  static const double gammas[] = {0, 1e-6, 0.5, 1, 5, 1e4};
  p.gamma = gammas[source.below(6)];
  static const double budgets[] = {1, 1, 1, 0, -0.5, 3};
  p.budget = budgets[source.below(6)];

  p.lower.assign(n, 0.0);
  p.upper.assign(n, 1.0);
  switch (source.below(p.kind == "full" && p.gamma >= 0.5 ? 9 : 8)) {
    case 0:  // long-only
      std::fill(p.upper.begin(), p.upper.end(), std::max(0.1, 2.0 / n));
      break;
    case 1:  // long-short
      std::fill(p.lower.begin(), p.lower.end(), -0.5);
      std::fill(p.upper.begin(), p.upper.end(), 0.5 + 1.0 / n);
      break;
    case 2:  // some fixed
      for (int i = 0; i < n; i++) {
        p.lower[i] = source.normal() / n;
        p.upper[i] = source.below(3) == 0 ? p.lower[i] : p.lower[i] + source.uniform();
      }
      break;
    case 3:  // exactly one feasible point
      for (int i = 0; i < n; i++) {
        p.lower[i] = 0;
        p.upper[i] = 0.125;
      }
      p.budget = 0.125 * n;
      break;
    case 4:  // no upper bound
      std::fill(p.upper.begin(), p.upper.end(), kInfinity);
      break;
    case 5:  // mixed
      for (int i = 0; i < n; i++) {
        p.lower[i] = -source.uniform();
        p.upper[i] = source.uniform();
      }
      break;
    case 6:  // wide
      std::fill(p.lower.begin(), p.lower.end(), -10.0);
      std::fill(p.upper.begin(), p.upper.end(), 10.0);
      break;
    case 8:  // no bounds at all: the covariance alone keeps the weights finite
      for (double& mu : p.mu) {
        mu *= 1e-4;
      }
      std::fill(p.lower.begin(), p.lower.end(), -kInfinity);
      std::fill(p.upper.begin(), p.upper.end(), kInfinity);
      break;
    default:  // all fixed
      for (int i = 0; i < n; i++) {
        p.lower[i] = p.upper[i] = 1.0 / 64;
      }
      p.budget = n / 64.0;
      break;
  }
  return p;
}

// The same with a covariance of factors, whose specific variances are from next to nothing to nearly all there is; some
// have no factor at all. Exposures may be tied, or scaled apart by orders of magnitude.
Portfolio drawFactors(unsigned seed) {
  Portfolio p = draw(seed);
  Source source(seed ^ 0xfac7);
  p.kind += ", factors";
  const int k = source.below(3) == 0 ? source.below(p.n + 1) : 1 + source.below(8);
  // Without bounds risk alone keeps the weights finite.
  const bool bounded = std::isfinite(p.upper[0]) || std::isfinite(p.lower[0]);
  giveFactors(p, k, bounded, source);
  for (int i = 0; i < p.n && !bounded; i++) {
    p.mu[i] = 0.01 * p.specific[i] * source.normal();
  }
  return p;
}

// Long-only or long-short, of a few hundred assets; those of factors sometimes of many factors.
Portfolio drawLarge(unsigned seed, bool shorts, bool factors) {
  Source source(seed);
  Portfolio p;
  p.n = 150 + source.below(60);
  const bool many = factors && source.below(2) == 0;
  p.n += many ? 400 : 0;
  p.stride = (p.n + 7) / 8 * 8;
  p.kind = shorts ? "large, shorts" : "large";
  p.covariance = allocate(p.n * p.stride);
  giveFactors(p, many ? 5 + source.below(30) : 5, true, source);
  if (!factors) {
    p.factors = 0;
    p.specific.clear();
  }
  for (int i = 0; i < p.n; i++) {
    p.mu.push_back(p.covariance[i * p.stride + i] * (1 + source.normal()));
  }
  p.gamma = 2;
  p.lower.assign(p.n, shorts ? -0.1 : 0.0);
  p.upper.assign(p.n, shorts ? 0.1 : 1.0);
  return p;
}

// How far w is from the optimum, and the rounding that a certificate in doubles may miss, both relative to the size of
// the objective's terms as certificate.hpp defines it.
struct Truth {
  double relativeGap;
  double rounding;
};

Truth truth(const Portfolio& p, const double* w) {
  const int n = p.n;
  std::vector<long double> g(n);
  long double quadratic = 0;
  long double linear = 0;
  long double risk = 0;
  long double reward = 0;
  long double rounding = 0;
  const auto deviation = [&](int i) { return std::sqrt(static_cast<long double>(p.covariance[i * p.stride + i])); };
  for (int i = 0; i < n; i++) {
    long double s = 0;
    long double absolute = 0;
    for (int j = 0; j < n; j++) {
      const long double term = static_cast<long double>(p.covariance[i * p.stride + j]) * w[j];
      s += term;
      // Within a covariance of factors their products may cancel; they are no larger than this.
      absolute += p.factors > 0 ? deviation(i) * deviation(j) * std::fabs(w[j]) : std::fabs(term);
    }
    g[i] = p.gamma * s - p.mu[i];
    quadratic += p.gamma * s * w[i];
    linear += static_cast<long double>(p.mu[i]) * w[i];
    risk += std::fabs(w[i]) * deviation(i);
    reward += std::fabs(static_cast<long double>(p.mu[i]) * w[i]);
    // The covariance of factors was rounded for each of them when it was formed.
    rounding += 0x1p-53L * (n + p.factors + 8) * (p.gamma * absolute + std::fabs(p.mu[i])) * (p.upper[i] - p.lower[i]);
  }
  long double sumLower = 0;
  for (int i = 0; i < n; i++) {
    sumLower += p.lower[i];
  }
  std::vector<int> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int i, int j) { return g[i] < g[j]; });
  long double rest = p.budget - sumLower;
  long double gap = 0;
  // v = lower, then the cheapest first up to its bound.
  for (const int i : order) {
    const long double step = std::min<long double>(rest, static_cast<long double>(p.upper[i]) - p.lower[i]);
    gap += g[i] * (w[i] - p.lower[i] - step);
    rest -= step;
  }
  long double uncertain = 0;
  for (int i = 0; i < n; i++) {
    uncertain +=
        (p.gamma * risk * deviation(i) + std::fabs(static_cast<long double>(p.mu[i]))) * (p.upper[i] - p.lower[i]);
  }
  const long double size =
      std::max({quadratic, std::fabs(linear), 0x1p-20L * (p.gamma * risk * risk + reward), 0x1p-24L * uncertain});
  const auto relative = [&](long double x) { return static_cast<double>(x == 0 ? 0 : x / size); };
  return {relative(gap), relative(rounding)};
}

// A copy, its covariance formed.
Portfolio likewise(const Portfolio& p) {
  Portfolio copy;
  copy.n = p.n;
  copy.stride = p.stride;
  copy.kind = p.kind;
  copy.mu = p.mu;
  copy.lower = p.lower;
  copy.upper = p.upper;
  copy.gamma = p.gamma;
  copy.budget = p.budget;
  copy.factors = p.factors;
  copy.covariance = allocate(p.n * p.stride);
  std::memcpy(copy.covariance.get(), p.covariance.get(), p.n * p.stride * sizeof(double));
  return copy;
}

struct Tally {
  int solved = 0;
  int infeasible = 0;
  int passes = 0;
  double worst = 0;
};

// Whether the answer with weights w is p's solution.
void check(const Portfolio& p, unsigned seed, const Answer& answer, const double* w, Tally& tally) {
  const long double lower = std::accumulate(p.lower.begin(), p.lower.end(), 0.0L);
  const long double upper = std::accumulate(p.upper.begin(), p.upper.end(), 0.0L);
  const double slack = 1e-12;
  if (lower > p.budget + slack || upper < p.budget - slack) {
    tally.infeasible++;
    CHECK(answer.status == Status::Infeasible, "seed %u %s n=%d status %d", seed, p.kind.c_str(), p.n,
          static_cast<int>(answer.status));
    return;
  }
  CHECK(answer.status == Status::Solved, "seed %u %s n=%d gamma %g: status %d after %d passes, relative gap %g", seed,
        p.kind.c_str(), p.n, p.gamma, static_cast<int>(answer.status), answer.iterations, answer.relativeGap);
  long double sum = 0;
  double magnitude = std::fabs(p.budget);
  for (int i = 0; i < p.n; i++) {
    CHECK(p.lower[i] <= w[i] && w[i] <= p.upper[i], "seed %u %s n=%d: weight %d = %.17g outside [%g, %g]", seed,
          p.kind.c_str(), p.n, i, w[i], p.lower[i], p.upper[i]);
    sum += w[i];
    magnitude = std::max(magnitude, std::fabs(w[i]));
  }
  CHECK(std::fabs(static_cast<double>(sum - p.budget)) <= 4 * p.n * 0x1p-52 * magnitude,
        "seed %u %s n=%d: sum off by %g", seed, p.kind.c_str(), p.n, static_cast<double>(sum - p.budget));
  Portfolio finite = likewise(p);
  const double farthest = 1e6 * std::max(1.0, std::fabs(p.budget));
  for (int i = 0; i < p.n; i++) {
    if (p.lower[i] == -kInfinity) {
      finite.lower[i] = p.n == 1 ? p.budget : -farthest;
      finite.upper[i] = p.n == 1 ? p.budget : farthest;
    } else if (p.upper[i] == kInfinity) {
      finite.upper[i] = static_cast<double>(p.budget - (lower - p.lower[i]));
    }
  }
  const auto [gap, rounding] = truth(finite, w);
  CHECK(gap <= 1e-9 + rounding, "seed %u %s n=%d gamma %g: relative gap %g (said %g) after %d passes", seed,
        p.kind.c_str(), p.n, p.gamma, gap, answer.relativeGap, answer.iterations);
  CHECK(answer.relativeGap >= gap - rounding, "seed %u %s n=%d: certificate %g below the true gap %g", seed,
        p.kind.c_str(), p.n, answer.relativeGap, gap);
  tally.solved++;
  tally.passes = std::max(tally.passes, answer.iterations);
  tally.worst = std::max(tally.worst, gap);
}

ProblemView viewOf(const Portfolio& p) {
  return {.goalValue = p.gamma,
          .expectedReturns = p.mu.data(),
          .lower = p.lower.data(),
          .upper = p.upper.data(),
          .budget = p.budget};
}

PreparedProblem prepare(const Kernels& kernels, const Portfolio& p, const ProblemView& view) {
  CovarianceView covariance{.n = p.n, .stride = p.stride};
  if (p.specific.empty()) {
    covariance.dense = p.covariance.get();
  } else {
    covariance.factorCount = p.factors;
    covariance.root = covariance.exposures = p.root.get();
    covariance.specific = p.specific.data();
  }
  return PreparedProblem(kernels, covariance, view);
}

PreparedProblem prepare(const Kernels& kernels, const Portfolio& p) { return prepare(kernels, p, viewOf(p)); }

void solveAndCheck(const Kernels& kernels, const Portfolio& p, unsigned seed, Tally& tally) {
  PreparedProblem problem = prepare(kernels, p);
  BatchView batch;
  batch.count = 1;
  batch.stride = p.stride;
  std::vector<double> w(p.stride);
  Answer answer;
  std::vector<double> prices(problem.priceCount());
  problem.solve(batch, {w.data(), &answer, prices.data(), nullptr}, 1, 1e-8);
  check(p, seed, answer, w.data(), tally);
}

// A batch of the problem, whose scenarios differ from it a little or in everything, and rest on other bounds.
void solveBatchAndCheck(const Kernels& kernels, const Portfolio& p, unsigned seed, Tally& tally) {
  constexpr int kCount = 4;
  Source source(seed ^ 0x5eed);
  std::vector<Portfolio> scenarios;
  BatchView batch;
  batch.count = kCount;
  batch.stride = p.stride;
  std::vector<double> means, lower, upper, budgets, gammas, start;
  for (int s = 0; s < kCount; s++) {
    Portfolio at = likewise(p);
    double spread = 0;
    for (int i = 0; i < p.n; i++) {
      spread = std::max(spread, std::fabs(p.mu[i]));
    }
    for (int i = 0; i < p.n; i++) {
      at.mu[i] = (s == 3 ? -1 : 1) * p.mu[i] + 0.2 * spread * source.normal();
      // In the later scenarios some are fixed, and some have no room where they had it or room where they had none.
      if (s >= 2 && std::isfinite(p.lower[i]) && std::isfinite(p.upper[i]) && source.below(6) == 0) {
        const double width = p.upper[i] - p.lower[i];
        at.lower[i] += width * 0.4 * (source.uniform() - 0.5);
        at.upper[i] = source.below(4) == 0 ? at.lower[i] : at.lower[i] + width * (0.7 + 0.5 * source.uniform());
      }
    }
    at.gamma *= s == 0 ? 1 : std::exp(source.normal());
    at.budget += s == 1 ? 0.1 : 0;
    const auto append = [&](std::vector<double>& to, const std::vector<double>& row) {
      to.insert(to.end(), row.begin(), row.end());
      to.resize(to.size() + p.stride - p.n);
    };
    append(means, at.mu);
    append(lower, at.lower);
    append(upper, at.upper);
    budgets.push_back(at.budget);
    gammas.push_back(at.gamma);
    scenarios.push_back(std::move(at));
  }
  batch.expectedReturns = means.data();
  batch.lower = lower.data();
  batch.upper = upper.data();
  batch.budget = budgets.data();
  batch.goalValue = gammas.data();
  if (seed % 2 == 0) {
    // Any numbers will do.
    for (int k = 0; k < kCount * p.stride; k++) {
      start.push_back(k % p.stride >= p.n || source.below(3) == 0 ? 0 : source.normal() / p.n);
    }
    batch.start = start.data();
  }
  PreparedProblem problem = prepare(kernels, p);
  std::vector<double> w(kCount * p.stride), prices(kCount * problem.priceCount());
  std::vector<Answer> answers(kCount);
  problem.solve(batch, {w.data(), answers.data(), prices.data(), nullptr}, 1, 1e-8);
  for (int s = 0; s < kCount; s++) {
    check(scenarios[s], seed, answers[s], w.data() + s * p.stride, tally);
  }
}

// Risk aversions from nothing but return to nothing but risk in one batch: the base scenario's face is of little use at
// either end.
void solveSweepAndCheck(const Kernels& kernels, const Portfolio& p, unsigned seed, Tally& tally) {
  constexpr int kCount = 10;
  BatchView batch;
  batch.count = kCount;
  batch.stride = p.stride;
  std::vector<double> gammas(kCount), w(kCount * p.stride);
  for (int s = 0; s < kCount; s++) {
    gammas[s] = p.gamma * std::pow(10.0, -4 + s);
  }
  batch.goalValue = gammas.data();
  PreparedProblem problem = prepare(kernels, p);
  std::vector<double> prices(kCount * problem.priceCount());
  std::vector<Answer> answers(kCount);
  problem.solve(batch, {w.data(), answers.data(), prices.data(), nullptr}, 1, 1e-8);
  Portfolio at = likewise(p);
  for (int s = 0; s < kCount; s++) {
    at.gamma = gammas[s];
    check(at, seed, answers[s], w.data() + s * p.stride, tally);
  }
}

// A batch of a factor covariance whose scenarios have covariances of factors of their own: other volatilities, stressed
// correlations, other specific variances, another covariance of the factors.
void solveStructuredAndCheck(const Kernels& kernels, const Portfolio& p, unsigned seed, Tally& tally) {
  constexpr int kCount = 3;
  Source source(seed ^ 0x57a7e);
  const int n = p.n;
  const int k = p.factors;
  const int kind = source.below(4);
  BatchView batch;
  batch.count = kCount;
  batch.stride = p.stride;
  std::vector<double> volatility(kCount * p.stride), stress(kCount * p.stride), specific(kCount * p.stride);
  std::vector<double> omega(kCount * k * k);
  if (kind == 0 || kind == 2) {
    batch.volatility = volatility.data();
  }
  if (kind == 1 || kind == 2) {
    batch.stress = stress.data();
    batch.stressStride = p.stride;
    batch.stressByAsset = true;
  }
  if (kind == 3) {
    batch.specific = specific.data();
    batch.factorCovariance = k > 0 ? omega.data() : nullptr;
    batch.omegaStride = static_cast<long>(k) * k;
  }
  std::vector<Portfolio> scenarios;
  for (int s = 0; s < kCount; s++) {
    Portfolio at = likewise(p);
    double* const m = &volatility[s * p.stride];
    double* const theta = &stress[s * p.stride];
    double* const d = &specific[s * p.stride];
    double* const o = omega.data() + static_cast<long>(s) * k * k;
    for (int i = 0; i < n; i++) {
      m[i] = kind != 1 ? std::exp(source.normal()) : 1;
      theta[i] = kind == 1 || kind == 2 ? (s == 0 ? 0.6 : source.uniform()) : 0;
      d[i] = p.specific[i] * std::exp(source.normal());
    }
    std::vector<double> a(static_cast<std::size_t>(k) * k);
    for (double& x : a) {
      x = source.normal() / std::sqrt(k);
    }
    for (int f = 0; f < k; f++) {
      for (int g = 0; g < k; g++) {
        o[f * k + g] = f == g ? 0.1 : 0;
        for (int j = 0; j < k; j++) {
          o[f * k + g] += a[f * k + j] * a[g * k + j];
        }
      }
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double& sigma = at.covariance[i * p.stride + j];
        if (kind < 3) {
          const double common = std::sqrt(p.covariance[i * p.stride + i] * p.covariance[j * p.stride + j]);
          sigma = m[i] * m[j] *
                  (std::sqrt((1 - theta[i]) * (1 - theta[j])) * sigma + std::sqrt(theta[i] * theta[j]) * common);
        } else {
          sigma = i == j ? d[i] : 0;
          for (int f = 0; f < k; f++) {
            for (int g = 0; g < k; g++) {
              sigma += p.root[f * p.stride + i] * o[f * k + g] * p.root[g * p.stride + j];
            }
          }
        }
      }
    }
    at.factors += k * k + 20;  // roundings here and there when it was formed
    scenarios.push_back(std::move(at));
  }
  PreparedProblem problem = prepare(kernels, p);
  std::vector<double> w(kCount * p.stride), prices(kCount * problem.priceCount());
  std::vector<Answer> answers(kCount);
  problem.solve(batch, {w.data(), answers.data(), prices.data(), nullptr}, 1, 1e-8);
  for (int s = 0; s < kCount; s++) {
    scenarios[s].kind += ", structure " + std::to_string(kind);
    check(scenarios[s], seed, answers[s], w.data() + s * p.stride, tally);
  }
}

// Volatilities from 1e-12 to 1e6 within bounds on either side: what the plain way leaves is solved all the same.
void checkScales(const Kernels& kernels) {
  for (unsigned seed = 1; seed <= 100; seed++) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform;
    const int n = 30;
    const long stride = 32;
    const Memory covariance = allocate(n * stride);
    std::fill_n(covariance.get(), n * stride, 0.0);
    std::vector<double> scale(n);
    for (double& x : scale) {
      x = std::pow(10.0, -12 + 18 * uniform(random));
    }
    std::vector<double> row(n);
    for (int t = 0; t < 2 * n + 5; t++) {
      const double market = normal(random);
      for (int i = 0; i < n; i++) {
        row[i] = scale[i] * (0.6 * market + 0.8 * normal(random));
      }
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          covariance[i * stride + j] += row[i] * row[j];
        }
      }
    }
    const std::vector<double> mu(n, 0.0);
    const std::vector<double> lower(n, seed % 2 == 0 ? -3 : -0.5);
    const std::vector<double> upper(n, seed % 2 == 0 ? 3 : 0.5);
    const ProblemView view{.goal = Goal::MinimumVariance,
                           .expectedReturns = mu.data(),
                           .lower = lower.data(),
                           .upper = upper.data(),
                           .budget = 1};
    PreparedProblem problem(kernels, {.n = n, .stride = stride, .dense = covariance.get()}, view);
    BatchView batch;
    batch.count = 1;
    batch.stride = stride;
    std::vector<double> w(stride);
    Answer answer;
    std::vector<double> prices(problem.priceCount());
    problem.solve(batch, {w.data(), &answer, prices.data(), nullptr}, 1, 1e-8);
    CHECK(answer.status == Status::Solved, "%s scales seed %u: status %d, relative gap %g", kernels.name, seed,
          static_cast<int>(answer.status), answer.relativeGap);
    CHECK(std::fabs(std::accumulate(w.begin(), w.end(), 0.0) - 1) < 1e-12, "scales seed %u: budget", seed);
  }
}

// Bounds that are finite and no limit at all: as good as none, and no reason to miss the budget.
void checkHugeBounds(const Kernels& kernels) {
  for (const double huge : {1e6, 1e13, 1e30, 1e300}) {
    for (const bool shorts : {false, true}) {
      for (const bool factors : {false, true}) {
        Portfolio p = drawLarge(7, shorts, factors);
        p.lower.assign(p.n, shorts ? -huge : 0);
        p.upper.assign(p.n, huge);
        PreparedProblem problem = prepare(kernels, p);
        BatchView batch;
        batch.count = 1;
        batch.stride = p.stride;
        std::vector<double> w(p.stride), prices(problem.priceCount());
        Answer answer;
        problem.solve(batch, {w.data(), &answer, prices.data(), nullptr}, 1, 1e-8);
        const double sum = std::accumulate(w.begin(), w.end(), 0.0);
        const double gross =
            std::accumulate(w.begin(), w.end(), 1.0, [](double s, double x) { return s + std::fabs(x); });
        CHECK(answer.status == Status::Solved || (shorts && huge > 1e30 && answer.status == Status::Invalid),
              "%s bounds of %g: status %d", kernels.name, huge, static_cast<int>(answer.status));
        CHECK(answer.status != Status::Solved || std::fabs(sum - 1) <= 1e-12 * gross, "%s bounds of %g: sum %.17g",
              kernels.name, huge, sum);
      }
    }
  }
}

// The problem's bounds are looked through once, a scenario's for itself: the same bounds make the same portfolios, to
// the last bit.
void checkRepeatedBounds(const Kernels& kernels, const Portfolio& p, const ProblemView& view, unsigned seed,
                         const char* what) {
  constexpr int kCount = 3;
  Source source(seed ^ 0xb0d5);
  std::vector<double> means(kCount * p.stride), lower(kCount * p.stride), upper(kCount * p.stride);
  for (int s = 0; s < kCount; s++) {
    for (int i = 0; i < p.n; i++) {
      means[s * p.stride + i] = p.mu[i] * (1 + 0.3 * source.normal());
      lower[s * p.stride + i] = view.lower[i];
      upper[s * p.stride + i] = view.upper[i];
    }
  }
  PreparedProblem problem = prepare(kernels, p, view);
  BatchView batch;
  batch.count = kCount;
  batch.stride = p.stride;
  batch.expectedReturns = means.data();
  std::vector<double> expected;
  for (int repeated = 0; repeated < 4; repeated++) {
    batch.lower = (repeated & 1) != 0 ? lower.data() : nullptr;
    batch.upper = (repeated & 2) != 0 ? upper.data() : nullptr;
    std::vector<double> w(kCount * p.stride), prices(kCount * problem.priceCount()), reduced(kCount * p.stride);
    std::vector<Answer> answers(kCount);
    problem.solve(batch, {w.data(), answers.data(), prices.data(), reduced.data()}, 1, 1e-8);
    std::vector<double> found;
    for (int s = 0; s < kCount; s++) {
      const Answer& a = answers[s];
      found.insert(found.end(), {static_cast<double>(a.status), static_cast<double>(a.iterations), a.objective,
                                 a.expectedReturn, a.variance, a.gap, a.relativeGap, a.price});
      // Of others they are undefined.
      if (a.status == Status::Solved || a.status == Status::Inaccurate) {
        for (int i = 0; i < p.n; i++) {
          found.insert(found.end(), {w[s * p.stride + i], reduced[s * p.stride + i]});
        }
      }
    }
    if (repeated == 0) {
      expected = found;
    }
    CHECK(found.size() == expected.size() &&
              std::memcmp(found.data(), expected.data(), found.size() * sizeof(double)) == 0,
          "seed %u %s, %s: repeated bounds change the portfolio", seed, p.kind.c_str(), what);
  }
}

void checkRepeatedBounds(const Kernels& kernels, const Portfolio& p, unsigned seed) {
  const ProblemView plain = viewOf(p);
  checkRepeatedBounds(kernels, p, plain, seed, "as it is");
  ProblemView at = plain;
  at.goal = Goal::MinimumVariance;
  checkRepeatedBounds(kernels, p, at, seed, "least variance");
  at = plain;
  at.goalValue = 0;
  checkRepeatedBounds(kernels, p, at, seed, "no risk aversion");
  for (const double* side : {plain.lower, plain.upper}) {
    at = plain;
    at.budget = std::accumulate(side, side + p.n, 0.0);
    if (std::isfinite(at.budget)) {
      checkRepeatedBounds(kernels, p, at, seed, "one feasible point");
    }
  }
  at = plain;
  const std::vector<double> far(p.n, 1e9);
  at.upper = far.data();
  checkRepeatedBounds(kernels, p, at, seed, "bounds far beyond the budget");
  at = plain;
  const std::vector<double> equal(p.n, p.budget / p.n);
  at.current = equal.data();
  for (const double turnover : {0.0, 0.25}) {
    at.turnover = turnover;
    checkRepeatedBounds(kernels, p, at, seed, "a limit on turnover");
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int problems = argc > 1 ? std::atoi(argv[1]) : 1500;
  const unsigned seed = argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : 1;
  for (const char* name : {"avx512", "avx2", "portable"}) {
    const Kernels* kernels = kernelsNamed(name);
    if (kernels == nullptr) {
      std::printf("%s: not on this processor\n", name);
      continue;
    }
    Tally tally;
    for (int k = 0; k < problems; k++) {
      const Portfolio p = draw(seed + k);
      solveAndCheck(*kernels, p, seed + k, tally);
      if (k % 3 == 0) {
        solveBatchAndCheck(*kernels, p, seed + k, tally);
        const Portfolio factors = drawFactors(seed + k);
        solveAndCheck(*kernels, factors, seed + k, tally);
        solveBatchAndCheck(*kernels, factors, seed + k, tally);
        if (factors.factors <= 8) {
          solveStructuredAndCheck(*kernels, factors, seed + k, tally);
        }
      }
      if (k % 15 == 1) {
        checkRepeatedBounds(*kernels, p, seed + k);
        checkRepeatedBounds(*kernels, drawFactors(seed + k), seed + k);
      }
      // Without bounds, next to no risk aversion has no optimum near enough.
      if (k % 10 == 0 && std::isfinite(p.lower[0])) {
        solveSweepAndCheck(*kernels, p, seed + k, tally);
      }
      if (k % 100 == 0) {
        for (const bool shorts : {false, true}) {
          solveSweepAndCheck(*kernels, drawLarge(seed + k, shorts, false), seed + k, tally);
          solveSweepAndCheck(*kernels, drawLarge(seed + k, shorts, true), seed + k, tally);
        }
      }
    }
    std::printf("%s: %d solved, %d infeasible, worst relative gap %.1e, most passes %d\n", name, tally.solved,
                tally.infeasible, tally.worst, tally.passes);
    checkScales(*kernels);
    checkHugeBounds(*kernels);
    CHECK(tally.solved > problems / 2, "only %d of %d solved", tally.solved, problems);
  }
  return failures == 0 ? 0 : 1;
}
