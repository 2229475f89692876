// Random and hostile portfolios of the whole class (rows, turnover, gross exposure, costs, a benchmark, structured
// covariances) on every instruction set. What is called solved is checked with long doubles from the prices alone; what
// is called infeasible was not made around a feasible portfolio; and the bits do not depend on threads or neighbours.
//
// Arguments: [problems [seed]]. The seed of a failure is printed with it.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "check.hpp"
#include "cpu_engine.hpp"

using namespace parabola;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr long double kTiny = 1e-250L;  // a little more than what doubles lose to underflow

class Source {
 public:
  explicit Source(unsigned seed) : random_(seed) {}
  double normal() { return std::normal_distribution<double>()(random_); }
  double uniform() { return std::uniform_real_distribution<double>()(random_); }
  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  bool oneIn(int n) { return below(n) == 0; }

 private:
  std::mt19937_64 random_;
};

struct Case {
  int n = 0;
  long stride = 0;
  bool feasible = false;  // made around a portfolio that meets every limit
  Memory covariance;
  int factors = 0;  // the covariance is that of so many, and never formed by the solver; 0: it is given as it is
  Memory root;
  std::vector<double> specific;
  std::vector<double> mu, lower, upper, current, buy, sell, quadratic, power, benchmark, coefficients, rowLower,
      rowUpper;
  ProblemView view;

  CovarianceView sigma() const {
    CovarianceView view{.n = n, .stride = stride};
    if (factors == 0) {
      view.dense = covariance.get();
    } else {
      view.factorCount = factors;
      view.root = view.exposures = root.get();
      view.specific = specific.data();
    }
    return view;
  }
};

// A factor covariance instead of the one drawn: with specific variances that can be divided by, or with some that
// cannot.
void drawFactors(Case& c, unsigned seed) {
  Source source(seed + 1'000'000'007);
  if (!source.oneIn(3)) {
    return;
  }
  c.factors = 1 + source.below(12);
  c.root = allocate(c.factors * c.stride);
  std::fill_n(c.root.get(), c.factors * c.stride, 0.0);
  const int kind = source.below(4);  // 1 next to no specific variance, 2 some have none, 3 badly scaled
  for (int i = 0; i < c.n; i++) {
    const double scale = kind == 3 ? std::pow(10.0, -6 + 9 * source.uniform()) : 0.02 * std::exp(0.4 * source.normal());
    for (int f = 0; f < c.factors; f++) {
      c.root[f * c.stride + i] = source.oneIn(4) ? 0 : scale * (f == 0 ? 1 : 0.5) * source.normal();
    }
    const double share = kind == 1 ? 1e-6 : kind == 2 && source.oneIn(3) ? 0 : source.uniform();
    c.specific.push_back(share * scale * scale);
  }
  for (int i = 0; i < c.n; i++) {
    for (int j = 0; j < c.n; j++) {
      double sum = i == j ? c.specific[i] : 0;
      for (int f = 0; f < c.factors; f++) {
        sum += c.root[f * c.stride + i] * c.root[f * c.stride + j];
      }
      c.covariance[i * c.stride + j] = sum;
    }
  }
}

Case draw(unsigned seed) {
  Source source(seed);
  Case c;
  static const int sizes[] = {1, 2, 3, 5, 8, 9, 16, 30, 64};
  c.n = sizes[source.below(9)];
  const int n = c.n;
  c.stride = (n + 7) / 8 * 8;
  c.covariance = allocate(n * c.stride);
  std::fill_n(c.covariance.get(), n * c.stride, 0.0);
  const int kind = source.below(7);  // 1 singular, 2 zero, 3 one factor, 4 duplicates, 5 riskless, 6 badly scaled
  const int T = kind == 1 ? 1 + source.below(n) : 2 * n + 5;
  std::vector<double> scale(n);
  for (double& s : scale) {
    s = kind == 6 ? std::pow(10.0, -6 + 9 * source.uniform()) : 0.02 * std::exp(0.4 * source.normal());
  }
  std::vector<double> row(n);
  for (int t = 0; t < T && kind != 2; t++) {
    const double market = source.normal();
    for (int i = 0; i < n; i++) {
      row[i] = scale[i] * (kind == 3 ? market : 0.6 * market + 0.8 * source.normal());
      row[i] = kind == 4 && i % 2 == 1 ? row[i - 1] : kind == 5 && i % 3 == 0 ? 0 : row[i];
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        c.covariance[i * c.stride + j] += row[i] * row[j] / T;
      }
    }
  }
  const int returns = source.below(5);
  c.mu.resize(n);
  for (int i = 0; i < n; i++) {
    c.mu[i] = returns == 0   ? 0
              : returns == 1 ? 0.001 * source.normal()
              : returns == 2 ? 0.001 * source.below(3)
              : returns == 3 ? 10 * source.normal()
                             : scale[i] * 0.1 * source.normal();
  }
  static const double gammas[] = {0, 1e-6, 0.5, 1, 5, 1e4};
  c.view.goalValue = gammas[source.below(6)];
  c.lower.assign(n, 0.0);
  c.upper.assign(n, 1.0);
  const int bounds = source.below(6);
  std::vector<double> inner(n);  // a portfolio inside the bounds
  for (int i = 0; i < n; i++) {
    if (bounds == 0) {
      c.upper[i] = std::max(0.1, 2.0 / n);
    } else if (bounds == 1) {
      c.lower[i] = -0.5;
    } else if (bounds == 2) {
      c.lower[i] = source.normal() / n;
      c.upper[i] = source.oneIn(3) ? c.lower[i] : c.lower[i] + source.uniform();
    } else if (bounds == 3) {
      c.lower[i] = -3;
      c.upper[i] = 3;
    }
    inner[i] = c.lower[i] + (c.upper[i] - c.lower[i]) * source.uniform();
  }
  c.feasible = !source.oneIn(5);
  c.view.budget = 1;
  if (c.feasible) {
    c.view.budget = 0;
    for (const double w : inner) {
      c.view.budget += w;
    }
  }
  c.view.budgeted = !source.oneIn(8);
  const int m = source.oneIn(4) ? 0 : 1 + source.below(source.oneIn(3) ? 12 : 3);
  const double rowScale = source.oneIn(6) ? std::pow(10.0, -12 + 18 * source.uniform()) : 1;
  c.coefficients.assign(static_cast<std::size_t>(m) * n, 0.0);
  for (int r = 0; r < m; r++) {
    const int rowKind = source.below(5);
    double value = 0;
    for (int i = 0; i < n; i++) {
      double& a = c.coefficients[r * n + i];
      a = rowKind == 0   ? source.oneIn(3)
          : rowKind == 1 ? source.normal()
          : rowKind == 2 ? c.mu[i]
          : rowKind == 3 ? (r > 0 ? c.coefficients[(r - 1) * n + i] / rowScale : 1)
                         : source.below(3) - 1;
      a *= rowScale;
      value += a * inner[i];
    }
    const double spread = rowScale * 0.1 * source.uniform();
    double low = -kInfinity;
    double high = kInfinity;
    switch (source.below(4)) {
      case 0:
        low = high = value;
        break;
      case 1:
        low = value - (source.oneIn(3) ? 0 : spread);
        break;
      case 2:
        high = value + (source.oneIn(3) ? 0 : spread);
        break;
      default:
        low = value - spread;
        high = value + spread * source.uniform();
    }
    if (!c.feasible && source.oneIn(3)) {
      low = rowScale * source.normal();
      high = low + spread;
    }
    c.rowLower.push_back(low);
    c.rowUpper.push_back(high);
  }
  double traded = 0;
  double gross = 0;
  for (int i = 0; i < n; i++) {
    c.current.push_back(source.oneIn(3)   ? 0
                        : source.oneIn(3) ? c.lower[i]
                                          : inner[i] + 0.1 * source.normal() * source.below(2));
    traded += std::fabs(inner[i] - c.current[i]);
    gross += std::fabs(inner[i]);
    c.buy.push_back((returns == 3 ? 1 : 0.001) * source.uniform());
    c.sell.push_back((returns == 3 ? 1 : 0.001) * source.uniform());
    c.quadratic.push_back((returns == 3 ? 1 : 0.001) * source.uniform());
    c.power.push_back((returns == 3 ? 1 : 0.001) * source.below(3) * source.uniform());
    c.benchmark.push_back(1.0 / n);
  }
  ProblemView& view = c.view;
  view.expectedReturns = c.mu.data();
  view.lower = c.lower.data();
  view.upper = c.upper.data();
  view.rows = m;
  view.coefficients = c.coefficients.data();
  view.rowLower = c.rowLower.data();
  view.rowUpper = c.rowUpper.data();
  if (source.oneIn(3)) {
    view.turnover = traded * (source.oneIn(2) ? 1 : 1.2);
    view.current = c.current.data();
  }
  if (source.oneIn(4)) {
    view.gross = gross * (source.oneIn(2) ? 1 : 1.1);
  }
  if (source.oneIn(3)) {
    view.buy = c.buy.data();
    view.sell = c.sell.data();
    view.current = c.current.data();
  }
  if (source.oneIn(4)) {
    view.quadratic = c.quadratic.data();
    view.current = c.current.data();
  }
  if (source.oneIn(5)) {
    view.benchmark = c.benchmark.data();
  }
  if (source.oneIn(5)) {
    static const double exponents[] = {1.5, 1.7, 2};
    view.power = c.power.data();
    view.exponent = exponents[source.below(3)];
    view.current = c.current.data();
  }
  drawFactors(c, seed);
  return c;
}

// What a feasible portfolio can gain at most, from the prices and the data alone.
long double certifiedGap(const Case& c, const double* w, const double* prices) {
  const ProblemView& v = c.view;
  const int n = c.n;
  const int m = v.rows;
  const double gamma = v.goalValue;
  const double kappa = -prices[1 + m];
  const double rho = -prices[2 + m];
  long double gap = 0;
  long double traded = 0;
  long double gross = 0;
  for (int i = 0; i < n; i++) {
    long double z = -static_cast<long double>(c.mu[i]);
    for (int j = 0; j < n; j++) {
      z += static_cast<long double>(gamma) * c.covariance[i * c.stride + j] *
           (w[j] - (v.benchmark == nullptr ? 0 : v.benchmark[j]));
    }
    z += v.quadratic == nullptr ? 0 : 2 * static_cast<long double>(v.quadratic[i]) * (w[i] - v.current[i]);
    z -= v.budgeted ? prices[0] : 0;
    for (int r = 0; r < m; r++) {
      z -= static_cast<long double>(prices[1 + r]) * c.coefficients[r * n + i];
    }
    const auto psi = [&](long double x) {
      // From the current weight on, next to which trades may have no digits.
      long double value = z * (x - (v.power == nullptr ? 0 : v.current[i])) + rho * std::fabs(x);
      if (v.current != nullptr) {
        const long double d = x - v.current[i];
        value += kappa * std::fabs(d);
        value += v.buy == nullptr ? 0 : d > 0 ? v.buy[i] * d : -v.sell[i] * d;
        value += v.power == nullptr ? 0 : v.power[i] * std::pow(std::fabs(d), static_cast<long double>(v.exponent));
      }
      return value;
    };
    long double least = std::min(psi(v.lower[i]), psi(v.upper[i]));
    for (const double kink : {0.0, v.current == nullptr ? 0.0 : v.current[i]}) {
      least = v.lower[i] < kink && kink < v.upper[i] ? std::min(least, psi(kink)) : least;
    }
    if (v.power != nullptr) {
      long double from = v.lower[i];
      long double to = v.upper[i];
      for (int third = 0; third < 150; third++) {
        const long double a = from + (to - from) / 3;
        const long double b = to - (to - from) / 3;
        (psi(a) < psi(b) ? to : from) = psi(a) < psi(b) ? b : a;
      }
      least = std::min(least, psi(from));
    }
    gap += psi(w[i]) - least;
    traded += v.current == nullptr ? 0 : std::fabs(static_cast<long double>(w[i]) - v.current[i]);
    gross += std::fabs(static_cast<long double>(w[i]));
  }
  for (int r = 0; r < m; r++) {
    if (const double y = prices[1 + r]; y != 0) {
      long double value = 0;
      for (int i = 0; i < n; i++) {
        value += static_cast<long double>(c.coefficients[r * n + i]) * w[i];
      }
      gap += std::fabs(y * (value - (y > 0 ? v.rowLower[r] : v.rowUpper[r])));
    }
  }
  gap += kappa > 0 ? kappa * std::fabs(v.turnover - traded) : 0;
  gap += rho > 0 ? rho * std::fabs(v.gross - gross) : 0;
  return gap;
}

void checkFeasible(const Case& c, const double* w, const char* name, unsigned seed) {
  const ProblemView& v = c.view;
  long double sum = 0;
  long double gross = 0;
  long double traded = 0;
  for (int i = 0; i < c.n; i++) {
    CHECK(v.lower[i] <= w[i] && w[i] <= v.upper[i], "%s seed %u: weight %d leaves its bounds", name, seed, i);
    sum += w[i];
    gross += std::fabs(w[i]);
    traded += v.current == nullptr ? 0 : std::fabs(static_cast<long double>(w[i]) - v.current[i]);
  }
  const long double size = std::max(std::fabs(static_cast<long double>(v.budget)), gross);
  if (v.budgeted) {
    CHECK(std::fabs(sum - v.budget) <= 4 * c.n * 0x1p-52L * size, "%s seed %u: budget missed by %Lg", name, seed,
          sum - v.budget);
  }
  // Limits are kept to 1e-12 of what the weights amount to; rows whose coefficients are zero have no size, but one.
  const long double unit = 1e-12L * std::max(size, 1.0L);
  CHECK(gross <= v.gross + unit, "%s seed %u: gross exposure %Lg", name, seed, gross);
  CHECK(traded <= v.turnover + std::max<long double>(unit, 1e-12L * v.turnover),
        "%s seed %u: turnover %g beyond by %Lg, size %Lg", name, seed, v.turnover, traded - v.turnover, size);
  for (int r = 0; r < v.rows; r++) {
    long double value = 0;
    long double largest = 0;
    for (int i = 0; i < c.n; i++) {
      value += static_cast<long double>(c.coefficients[r * c.n + i]) * w[i];
      largest = std::max(largest, std::fabs(static_cast<long double>(c.coefficients[r * c.n + i])));
    }
    const long double slack = unit * (largest > 0 ? largest : 1);
    CHECK(v.rowLower[r] - slack <= value && value <= v.rowUpper[r] + slack,
          "%s seed %u: row %d missed, %Lg beyond by %Lg, %Lg allowed", name, seed, r, value,
          std::max(v.rowLower[r] - value, value - v.rowUpper[r]), slack);
  }
}

struct Tally {
  int solved = 0;
  int infeasible = 0;
  int inaccurate = 0;
};

void solveOne(const Kernels& kernels, unsigned seed, Tally& tally) {
  const Case c = draw(seed);
  PreparedProblem problem(kernels, c.sigma(), c.view);
  // Its own values as overrides: a cold solve of the base, and a warm one from it.
  std::vector<double> mu(c.stride, 0.0);
  std::copy(c.mu.begin(), c.mu.end(), mu.begin());
  BatchView batch;
  batch.count = 1;
  batch.stride = c.stride;
  for (const bool warm : {false, true}) {
    batch.expectedReturns = warm ? mu.data() : nullptr;
    std::vector<double> w(c.stride);
    std::vector<double> prices(problem.priceCount());
    Answer answer;
    problem.solve(batch, {w.data(), &answer, prices.data(), nullptr}, 1, 1e-8);
    switch (answer.status) {
      case Status::Solved:
        tally.solved++;
        checkFeasible(c, w.data(), kernels.name, seed);
        {
          // What long doubles find is what was claimed, but for the rounding of a gradient with large prices.
          long double rounding = 0;
          long double risk = 0;
          const auto deviation = [&](int i) { return std::sqrt(c.covariance[i * c.stride + i]); };
          for (int i = 0; i < c.n; i++) {
            risk += (std::fabs(w[i]) + (c.view.benchmark == nullptr ? 0 : c.view.benchmark[i])) * deviation(i);
          }
          for (int i = 0; i < c.n; i++) {
            long double size = c.view.goalValue * risk * deviation(i);
            size += std::fabs(static_cast<long double>(c.mu[i])) + std::fabs(prices[0]);
            for (int r = 0; r < c.view.rows; r++) {
              size += std::fabs(static_cast<long double>(prices[1 + r]) * c.coefficients[r * c.n + i]);
            }
            rounding += 0x1p-46L * size * (c.upper[i] - c.lower[i]);
          }
          const long double gap = certifiedGap(c, w.data(), prices.data());
          CHECK(gap <= 1.01L * answer.gap + rounding + 1e-10L * std::fabs(answer.objective) + kTiny,
                "%s seed %u: gap %Lg, claimed %g", kernels.name, seed, gap, answer.gap);
        }
        break;
      case Status::Infeasible:
        tally.infeasible++;
        CHECK(!c.feasible, "%s seed %u: infeasible, but made around a portfolio", kernels.name, seed);
        break;
      default:
        tally.inaccurate++;
        CHECK(answer.status == Status::Inaccurate, "%s seed %u: status %d", kernels.name, seed,
              static_cast<int>(answer.status));
    }
  }
}

// Structured covariances for 40 scenarios: the bits are those of one thread and of any chunk. Returns how many were
// solved.
int checkThreads(const Kernels& kernels, unsigned seed) {
  const Case c = draw(seed);
  constexpr int kScenarios = 40;
  Source source(7);
  std::vector<double> volatility(kScenarios * c.stride, 0.0);
  std::vector<double> stress(kScenarios * c.stride, 0.0);
  for (int s = 0; s < kScenarios; s++) {
    for (int i = 0; i < c.n; i++) {
      volatility[s * c.stride + i] = std::exp(source.normal());
      stress[s * c.stride + i] = source.uniform();
    }
  }
  std::vector<double> first;
  int solved = 0;
  for (const int threads : {1, 2, 5}) {
    for (const int chunk : {kScenarios, 7}) {
      PreparedProblem problem(kernels, c.sigma(), c.view);
      std::vector<double> w(kScenarios * c.stride, 0.0);
      std::vector<Answer> answers(kScenarios);
      std::vector<double> prices(static_cast<std::size_t>(kScenarios) * problem.priceCount());
      for (int from = 0; from < kScenarios; from += chunk) {
        BatchView batch;
        batch.count = std::min(chunk, kScenarios - from);
        batch.stride = c.stride;
        batch.volatility = &volatility[from * c.stride];
        batch.stress = &stress[from * c.stride];
        batch.stressStride = c.stride;
        batch.stressByAsset = true;
        problem.solve(batch,
                      {&w[from * c.stride], &answers[from],
                       &prices[static_cast<std::size_t>(from) * problem.priceCount()], nullptr},
                      threads, 1e-8);
      }
      for (int s = 0; s < kScenarios; s++) {
        // Those without a portfolio have no weights.
        const bool has = answers[s].status == Status::Solved;
        solved += has;
        for (int i = 0; i < c.stride; i++) {
          w[s * c.stride + i] = has && i < c.n ? w[s * c.stride + i] : 0;
        }
      }
      if (first.empty()) {
        first = w;
      }
      CHECK(std::memcmp(first.data(), w.data(), w.size() * sizeof(double)) == 0, "%s: %d threads, chunks of %d",
            kernels.name, threads, chunk);
    }
  }
  return solved;
}

// Small problems of the kinds that an interior point method alone does not finish.
enum class Hard {
  NoInside,     // every row holds another at its limit, and multipliers have no bound
  NothingPaid,  // a target risk where no portfolio earns more than another
  Flat,         // an objective that is zero all over, behind open bounds
  Scales,       // least variance among volatilities from 1e-12 to 1e6
  Hedged,       // the same under a gross exposure, far below the largest variances
  Costs,        // a target risk where portfolios differ by what they cost alone
  NoRisk        // a target risk of zero beside a riskless asset
};

Case drawHard(Hard kind, unsigned seed) {
  Source source(seed);
  Case c;
  c.n = kind == Hard::Scales || kind == Hard::Hedged ? 30 : 6;
  const int n = c.n;
  c.stride = (n + 7) / 8 * 8;
  c.covariance = allocate(n * c.stride);
  std::fill_n(c.covariance.get(), n * c.stride, 0.0);
  std::vector<double> row(n);
  std::vector<double> scale(n, 0.02);
  for (double& x : scale) {
    x = kind == Hard::Scales || kind == Hard::Hedged ? std::pow(10.0, -12 + 18 * source.uniform()) : x;
  }
  for (int t = 0; t < 2 * n + 5 && kind != Hard::NoInside; t++) {
    const double market = source.normal();
    for (int i = 0; i < n; i++) {
      row[i] = scale[i] * (0.6 * market + 0.8 * source.normal());
    }
    row[0] = kind == Hard::NoRisk ? 0 : row[0];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        c.covariance[i * c.stride + j] += row[i] * row[j] / (2 * n + 5);
      }
    }
  }
  const bool open = kind == Hard::Flat;
  c.lower.assign(n, open ? -kInfinity : -0.5);
  c.upper.assign(n, open ? kInfinity : 1.5);
  std::vector<double> inner(n);
  double sum = 0;
  for (double& w : inner) {
    w = source.uniform() / n;
    sum += w;
  }
  c.mu.resize(n);
  for (double& x : c.mu) {
    x = kind == Hard::NoInside || kind == Hard::NoRisk ? 0.001 * source.normal() : 0;
  }
  const bool rowless = kind == Hard::NothingPaid || kind == Hard::Costs || kind == Hard::NoRisk;
  const int m = kind == Hard::NoInside ? 60 : rowless ? 0 : 1;
  c.coefficients.assign(static_cast<std::size_t>(m) * n, 0.0);
  for (int r = 0; r < m; r++) {
    // New ones and equalities, then the same once more from the other side, in other units or added up.
    const double unit = kind == Hard::NoInside ? std::pow(10.0, -12 + 18 * source.uniform()) : 1;
    double value = 0;
    for (int i = 0; i < n; i++) {
      double& a = c.coefficients[r * n + i];
      const auto earlier = [&](int k) { return c.coefficients[(r - k) * n + i]; };
      a = r % 4 == 0   ? unit * source.normal()
          : r % 4 == 1 ? unit * (source.below(3) - 1)
          : r % 4 == 2 ? 1e3 * earlier(1)
                       : earlier(2) + earlier(3);
      value += a * inner[i];
    }
    c.rowLower.push_back(r % 3 == 1 ? -kInfinity : value);
    c.rowUpper.push_back(r % 3 == 2 ? kInfinity : value);
  }
  ProblemView& view = c.view;
  view.goal = rowless                                        ? Goal::TargetRisk
              : kind == Hard::Scales || kind == Hard::Hedged ? Goal::MinimumVariance
                                                             : Goal::RiskAversion;
  if (kind == Hard::Hedged) {
    view.gross = 1.05 * sum;
  }
  if (kind == Hard::Costs) {
    c.current = inner;
    std::rotate(c.current.begin(), c.current.begin() + 1, c.current.end());
    c.buy.assign(n, 0.0);
    c.sell.assign(n, 0.0);
    for (int i = 0; i < n; i++) {
      c.buy[i] = 0.001 * source.uniform();
      c.sell[i] = 0.001 * source.uniform();
    }
    view.current = c.current.data();
    view.buy = c.buy.data();
    view.sell = c.sell.data();
  }
  if (rowless && kind != Hard::NoRisk) {
    double variance = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        variance += inner[i] * c.covariance[i * c.stride + j] * inner[j];
      }
    }
    view.goalValue = (kind == Hard::Costs ? 1 : 1.1) * std::sqrt(variance);
  }
  view.budget = sum;
  view.expectedReturns = c.mu.data();
  view.lower = c.lower.data();
  view.upper = c.upper.data();
  view.rows = m;
  view.coefficients = c.coefficients.data();
  view.rowLower = c.rowLower.data();
  view.rowUpper = c.rowUpper.data();
  return c;
}

void checkHard(const Kernels& kernels) {
  for (const Hard kind :
       {Hard::NoInside, Hard::NothingPaid, Hard::Flat, Hard::Scales, Hard::Hedged, Hard::Costs, Hard::NoRisk}) {
    for (unsigned seed = 1; seed <= 40; seed++) {
      const Case c = drawHard(kind, seed);
      PreparedProblem problem(kernels, {.n = c.n, .stride = c.stride, .dense = c.covariance.get()}, c.view);
      BatchView batch;
      batch.count = 1;
      batch.stride = c.stride;
      std::vector<double> w(c.stride);
      std::vector<double> prices(problem.priceCount());
      Answer answer;
      problem.solve(batch, {w.data(), &answer, prices.data(), nullptr}, 1, 1e-8);
      CHECK(answer.status == Status::Solved, "%s hard %d seed %u: status %d, gap %g", kernels.name,
            static_cast<int>(kind), seed, static_cast<int>(answer.status), answer.relativeGap);
      checkFeasible(c, w.data(), kernels.name, seed);
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  const int problems = count > 1 ? std::atoi(arguments[1]) : 3000;
  const unsigned seed = count > 2 ? static_cast<unsigned>(std::atoi(arguments[2])) : 1;
  for (const char* name : {"portable", "avx2", "avx512"}) {
    const Kernels* kernels = kernelsNamed(name);
    if (kernels == nullptr) {
      std::printf("%s: not on this processor\n", name);
      continue;
    }
    Tally tally;
    for (int k = 0; k < problems; k++) {
      solveOne(*kernels, seed + k, tally);
    }
    std::printf("%s: %d solved, %d infeasible, %d inaccurate\n", name, tally.solved, tally.infeasible,
                tally.inaccurate);
    // Honest failures are failures; more than this many would be a defect.
    CHECK(tally.inaccurate <= 0.0002 * 2 * problems, "%s: %d inaccurate", name, tally.inaccurate);
    checkHard(*kernels);
    int solved = 0;
    for (unsigned k = 0; k < 6; k++) {
      solved += checkThreads(*kernels, seed + k);
    }
    CHECK(solved > 0, "%s: none of the batches solved", name);
  }
  return failures == 0 ? 0 : 1;
}
