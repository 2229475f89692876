// The kernels with lanes that are threads, under ThreadSanitizer: a barrier that is missing is a data race, lanes that
// decide differently abort, and what comes out is what one thread with packs of eight finds.
//
// Arguments: [problems [seed]]. The seed of a failure is printed with it.
#include "lockstep.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>
#include <thread>
#include <vector>

#include "check.hpp"
#include "cpu_engine.hpp"
#include "goals.hpp"
#include "inverse.hpp"
#include "plain.hpp"
#include "turned.hpp"

using namespace parabola;
using namespace parabola::device;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

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

// Everything a scenario is made of; rows of the covariance as the library wants them.
struct Case {
  int n = 0;
  long stride = 0;
  Memory covariance;
  std::vector<double> mu, lower, upper, deviation, zeros;
  std::vector<double> coefficients, rowLower, rowUpper, current, buy, sell, quadratic, power, benchmark;
  std::vector<double> specific;
  Memory root;  // of a factor covariance, instead of the other
  int factors = 0;
  int rows = 0;
  bool budgeted = true;
  double turnover = kInfinity;
  double gross = kInfinity;
  Goal goal = Goal::RiskAversion;
  double gamma = 1;
  double budget = 1;
  double sigma = 1;
};

Case draw(unsigned seed) {
  Source source(seed);
  Case c;
  static const int sizes[] = {1, 2, 3, 5, 8, 13, 20, 33, 60};
  c.n = sizes[source.below(9)];
  const int n = c.n;
  c.stride = (n + 7) / 8 * 8;
  c.covariance = allocate(n * c.stride);
  std::fill_n(c.covariance.get(), n * c.stride, 0.0);
  // Full, fewer observations than assets, none, duplicates, riskless assets, scales far apart.
  const int kind = source.below(6);
  const int T = kind == 1 ? 1 + source.below(n) : 2 * n + 5;
  std::vector<double> scale(n);
  for (double& s : scale) {
    s = kind == 5 ? std::pow(10.0, -6 + 9 * source.uniform()) : 0.02 * std::exp(0.4 * source.normal());
  }
  std::vector<double> row(n);
  for (int t = 0; t < T && kind != 2; t++) {
    const double market = source.normal();
    for (int i = 0; i < n; i++) {
      row[i] = scale[i] * (0.6 * market + 0.8 * source.normal());
      row[i] = kind == 3 && i % 2 == 1 ? row[i - 1] : kind == 4 && i % 3 == 0 ? 0 : row[i];
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        c.covariance[i * c.stride + j] += row[i] * row[j] / T;
      }
    }
  }
  double least = 0;
  double most = 0;
  for (int i = 0; i < n; i++) {
    const double v = c.covariance[i * c.stride + i];
    c.deviation.push_back(std::sqrt(v));
    most = std::max(most, v);
    least = v > 0 && (least == 0 || v < least) ? v : least;
  }
  c.sigma = most == 0 ? 1 : std::max(least, 1e-8 * most);
  const int returns = source.below(4);
  for (int i = 0; i < n; i++) {
    c.mu.push_back(returns == 0   ? 0
                   : returns == 1 ? 0.001 * source.below(3)
                   : returns == 2 ? 10 * source.normal()
                                  : scale[i] * 0.1 * source.normal());
  }
  static const double gammas[] = {0, 0.5, 1, 5, 1e4};
  c.gamma = gammas[source.below(5)];
  static const double budgets[] = {1, 1, 1, 0, 3};
  c.budget = budgets[source.below(5)];
  c.lower.assign(n, 0.0);
  c.upper.assign(n, 1.0);
  switch (source.below(6)) {
    case 0:
      std::fill(c.upper.begin(), c.upper.end(), std::max(0.1, 2.0 / n));
      break;
    case 1:
      std::fill(c.lower.begin(), c.lower.end(), -0.5);
      std::fill(c.upper.begin(), c.upper.end(), 0.5 + 1.0 / n);
      break;
    case 2:
      for (int i = 0; i < n; i++) {
        c.lower[i] = source.normal() / n;
        c.upper[i] = source.oneIn(3) ? c.lower[i] : c.lower[i] + source.uniform();
      }
      break;
    case 3:
      std::fill(c.upper.begin(), c.upper.end(), kInfinity);
      break;
    case 4:
      std::fill(c.lower.begin(), c.lower.end(), -10.0);
      std::fill(c.upper.begin(), c.upper.end(), 10.0);
      break;
    default:
      std::fill(c.lower.begin(), c.lower.end(), 0.125);
      std::fill(c.upper.begin(), c.upper.end(), 0.125);
      c.budget = 0.125 * n;
      break;
  }
  c.zeros.assign(c.stride, 0.0);
  return c;
}

// More than bounds and a budget; now and then what nobody can meet.
void addLimits(Case& c, unsigned seed) {
  Source source(seed + 1'000'000);
  const int n = c.n;
  const auto fill = [&](std::vector<double>& values, auto value) {
    for (int i = 0; i < n; i++) {
      values.push_back(value(i));
    }
  };
  c.rows = source.below(5);
  std::vector<double> inner(n);
  for (int i = 0; i < n; i++) {
    const double low = std::max(c.lower[i], -2.0);
    inner[i] = low + 0.5 * (std::min(c.upper[i], 2.0) - low);
  }
  for (int r = 0; r < c.rows; r++) {
    double value = 0;
    for (int i = 0; i < n; i++) {
      const double a = r == 3 ? c.coefficients[i] : source.oneIn(3) ? 0 : source.oneIn(2) ? 1 : source.normal();
      c.coefficients.push_back(a);
      value += a * inner[i];
    }
    const int kind = source.below(4);
    c.rowLower.push_back(kind == 1 ? -kInfinity : value - (kind == 3 ? 0 : 0.3 * source.uniform()));
    c.rowUpper.push_back(kind == 2 ? kInfinity : kind == 3 ? c.rowLower[r] : value + 0.3 * source.uniform());
  }
  fill(c.current, [&](int i) { return source.oneIn(3) ? 0 : inner[i] + 0.1 * source.normal(); });
  if (source.oneIn(3)) {
    c.turnover = source.oneIn(5) ? 0 : 3 * source.uniform();
  }
  if (source.oneIn(4)) {
    c.gross = 0.5 + 2 * source.uniform();
  }
  if (source.oneIn(3)) {
    fill(c.buy, [&](int) { return 0.001 * source.uniform(); });
    fill(c.sell, [&](int) { return 0.001 * source.below(2); });
  }
  if (source.oneIn(4)) {
    fill(c.quadratic, [&](int) { return 0.01 * source.uniform(); });
  }
  if (source.oneIn(6)) {
    fill(c.power, [&](int) { return 0.001 * source.uniform(); });
  }
  if (source.oneIn(4)) {
    fill(c.benchmark, [&](int) { return source.uniform() / n; });
  }
  c.budgeted = !source.oneIn(6);
  static const Goal goals[] = {Goal::RiskAversion, Goal::RiskAversion, Goal::RiskAversion, Goal::MinimumVariance,
                               Goal::TargetReturn, Goal::TargetRisk,   Goal::MaximumSharpe};
  c.goal = goals[source.below(7)];
  if (c.goal == Goal::TargetReturn) {
    c.gamma = 0;
    for (int i = 0; i < n; i++) {
      c.gamma += c.mu[i] * inner[i];
    }
  } else if (c.goal == Goal::TargetRisk) {
    c.gamma = 0.02 * source.uniform();
  } else if (c.goal == Goal::MaximumSharpe) {
    c.gamma = 0.0001 * source.normal();
  }
  if (source.oneIn(4)) {
    c.factors = 1 + source.below(6);
    c.root = allocate(c.factors * c.stride);
    std::fill_n(c.root.get(), c.factors * c.stride, 0.0);
    for (int i = 0; i < n; i++) {
      for (int f = 0; f < c.factors; f++) {
        c.root[f * c.stride + i] = 0.02 * source.normal();
      }
      c.specific.push_back(source.oneIn(6) ? 0 : 0.0004 * source.uniform());
    }
  }
}

const double* orNull(const std::vector<double>& values) { return values.empty() ? nullptr : values.data(); }

// What each lane of a group makes of f(group); they all have to agree, to the bit.
template <class F>
Answer inLockstep(int lanes, F f) {
  Lockstep shared(lanes);
  std::vector<Answer> answers(lanes);
  std::vector<std::thread> threads;
  for (int l = 0; l < lanes; l++) {
    threads.emplace_back([&, l] { answers[l] = f(LockstepGroup(shared, l)); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  for (const Answer& answer : answers) {
    CHECK(answer.status == answers[0].status && answer.iterations == answers[0].iterations &&
              std::memcmp(&answer.objective, &answers[0].objective, sizeof(double)) == 0 &&
              std::memcmp(&answer.gap, &answers[0].gap, sizeof(double)) == 0,
          "lanes found different answers");
  }
  return answers[0];
}

int compared = 0;
int turnedMost = 0;     // on faces with most weights free
int turnedFew = 0;      // and with few
int leftToTheHost = 0;  // what only the last resort solves, which many lanes do without

void compare(const Answer& found, const Answer& expected, unsigned seed, int n, int lanes) {
  compared++;
  if (found.status == Status::Inaccurate && expected.status != Status::Inaccurate) {
    leftToTheHost++;
    return;
  }
  CHECK(found.status == expected.status, "seed %u n=%d with %d lanes: status %d, not %d", seed, n, lanes,
        static_cast<int>(found.status), static_cast<int>(expected.status));
  if (found.status != Status::Solved || expected.status != Status::Solved) {
    return;
  }
  double size = std::fabs(expected.objective);
  if (expected.relativeGap > 0) {
    size = std::max(size, expected.gap / expected.relativeGap);  // it has floors for rounding
  }
  CHECK(std::fabs(found.objective - expected.objective) <= 1e-10 * size + found.gap + expected.gap,
        "seed %u n=%d with %d lanes: objective %.17g, not %.17g", seed, n, lanes, found.objective, expected.objective);
}

void solvePlainCase(unsigned seed) {
  const Case c = draw(seed);
  const ProblemView view{.goalValue = c.gamma,
                         .expectedReturns = c.mu.data(),
                         .lower = c.lower.data(),
                         .upper = c.upper.data(),
                         .budget = c.budget};
  PreparedProblem problem(*kernelsNamed("portable"), {.n = c.n, .stride = c.stride, .dense = c.covariance.get()}, view);
  BatchView batch;
  batch.count = 1;
  batch.stride = c.stride;
  std::vector<double> w(c.stride);
  std::vector<double> prices(problem.priceCount());
  Answer expected;
  problem.solve(batch, {w.data(), &expected, prices.data(), nullptr}, 1, 1e-8);

  const std::size_t square = static_cast<std::size_t>(c.n) * c.stride;
  std::vector<double> inverse(square), factor(square), panel(panelNumbers(c.n)), balanced(c.n);
  std::vector<double> memory(Workspace::numbers(c.n));
  for (const int lanes : {2, 3, 8}) {
    std::vector<double> weights(c.n), reduced(c.n);
    double price;
    const Answer found = inLockstep(lanes, [&](const LockstepGroup& group) {
      Shared shared;
      shared.n = c.n;
      shared.stride = c.stride;
      shared.covariance = c.covariance.get();
      shared.deviation = c.deviation.data();
      shared.sigma = c.sigma;
      shared.zeros = c.zeros.data();
      Scenario scenario{c.mu.data(), c.gamma, c.lower.data(), c.upper.data(), c.budget, nullptr};
      Workspace ws;
      ws.layOut(c.n, memory.data());
      const auto provide = [&] {
        if (shared.inverse == nullptr && invert(group, shared.covariance, c.n, c.stride, c.sigma, factor.data(),
                                                panel.data(), inverse.data(), balanced.data())) {
          shared.inverse = inverse.data();
          shared.balanced = balanced.data();
        }
        return shared.inverse != nullptr;
      };
      return solvePlain(group, shared, scenario, 1e-8, ws, weights.data(),
                        {.budget = &price, .reducedCosts = reduced.data()}, provide);
    });
    compare(found, expected, seed, c.n, lanes);
  }
}

// A scenario of a batch whose inverse is turned on the face of the base scenario, here that of a draw without its mean.
void solveTurnedCase(unsigned seed) {
  Case c = draw(seed);
  const ProblemView view{.goalValue = c.gamma,
                         .expectedReturns = c.zeros.data(),
                         .lower = c.lower.data(),
                         .upper = c.upper.data(),
                         .budget = c.budget};
  PreparedProblem problem(*kernelsNamed("portable"), {.n = c.n, .stride = c.stride, .dense = c.covariance.get()}, view);
  BatchView batch;
  batch.count = 1;
  batch.stride = c.stride;
  std::vector<double> base(c.stride), w(c.stride), prices(problem.priceCount());
  Answer expected;
  problem.solve(batch, {base.data(), &expected, prices.data(), nullptr}, 1, 1e-8);
  std::vector<double> side(c.n);
  std::vector<int> order;
  for (const bool held : {false, true}) {
    for (int i = 0; i < c.n; i++) {
      side[i] = base[i] <= c.lower[i] ? -1 : base[i] >= c.upper[i] ? 1 : 0;
      if ((side[i] != 0) == held) {
        order.push_back(i);
      }
    }
  }
  order.resize(padded(c.n) + kLanes);
  const int free = static_cast<int>(std::count(side.begin(), side.end(), 0.0));
  if (expected.status != Status::Solved || free == 0 || c.n <= kBlock) {
    return;
  }
  std::vector<double> means(c.mu);
  means.resize(c.stride);
  batch.expectedReturns = means.data();
  problem.solve(batch, {w.data(), &expected, prices.data(), nullptr}, 1, 1e-8);

  const std::size_t square = static_cast<std::size_t>(c.n) * c.stride;
  std::vector<double> inverse(square), balanced(c.n), scratch(turnNumbers(c.n, free)), memory(Workspace::numbers(c.n));
  for (const int lanes : {2, 3, 8}) {
    std::vector<double> weights(c.n);
    double price;
    const Answer found = inLockstep(lanes, [&](const LockstepGroup& group) {
      Shared shared;
      shared.n = c.n;
      shared.stride = c.stride;
      shared.covariance = c.covariance.get();
      shared.deviation = c.deviation.data();
      shared.sigma = c.sigma;
      shared.zeros = c.zeros.data();
      shared.baseSide = side.data();
      shared.baseFree = free;
      if (turn(group, shared.covariance, c.n, c.stride, c.sigma, order.data(), free, scratch.data(), inverse.data(),
               balanced.data())) {
        shared.turned = inverse.data();
        shared.turnedBalanced = balanced.data();
      }
      const Scenario scenario{c.mu.data(), c.gamma, c.lower.data(), c.upper.data(), c.budget, nullptr};
      Workspace ws;
      ws.layOut(c.n, memory.data());
      return solvePlain(group, shared, scenario, 1e-8, ws, weights.data(), {.budget = &price}, [] { return true; });
    });
    (2 * free > c.n ? turnedMost : turnedFew)++;
    compare(found, expected, seed, c.n, lanes);
  }
}

void solveGeneralCase(unsigned seed) {
  Case c = draw(seed);
  addLimits(c, seed);
  const ProblemView view{.goal = c.goal,
                         .goalValue = c.gamma,
                         .expectedReturns = c.mu.data(),
                         .lower = c.lower.data(),
                         .upper = c.upper.data(),
                         .budgeted = c.budgeted,
                         .budget = c.budget,
                         .rows = c.rows,
                         .coefficients = c.coefficients.data(),
                         .rowLower = c.rowLower.data(),
                         .rowUpper = c.rowUpper.data(),
                         .current = c.current.data(),
                         .turnover = c.turnover,
                         .gross = c.gross,
                         .buy = orNull(c.buy),
                         .sell = orNull(c.sell),
                         .quadratic = orNull(c.quadratic),
                         .power = orNull(c.power),
                         .exponent = 1.5,
                         .benchmark = orNull(c.benchmark)};
  CovarianceView sigma{.n = c.n, .stride = c.stride};
  if (c.factors > 0) {
    sigma.factorCount = c.factors;
    sigma.root = sigma.exposures = c.root.get();
    sigma.specific = c.specific.data();
  } else {
    sigma.dense = c.covariance.get();
  }
  PreparedProblem problem(*kernelsNamed("portable"), sigma, view);
  BatchView batch;
  batch.count = 1;
  batch.stride = c.stride;
  std::vector<double> w(c.stride);
  std::vector<double> prices(problem.priceCount());
  Answer expected;
  problem.solve(batch, {w.data(), &expected, prices.data(), nullptr}, 1, 1e-8);

  // As the engine does it: whether all specific variances can be divided by.
  int thinFactors = c.factors > 0 ? c.factors : -1;
  for (int i = 0; i < c.n && c.factors > 0; i++) {
    double rest = 0;
    for (int f = 0; f < c.factors; f++) {
      rest += c.root[f * c.stride + i] * c.root[f * c.stride + i];
    }
    thinFactors = c.specific[i] > 1e-8 * rest ? thinFactors : -1;
    c.deviation[i] = std::sqrt(rest + c.specific[i]);
  }
  std::vector<const double*> rows;
  for (int r = 0; r < c.rows; r++) {
    rows.push_back(c.coefficients.data() + r * c.n);
  }
  std::vector<double> memory(GoalWorkspace::numbers(c.n, c.rows, thinFactors));
  for (const int lanes : {2, 3, 8}) {
    std::vector<double> reduced(c.n), sides(c.rows + 4);
    const Answer found = inLockstep(lanes, [&](const LockstepGroup& group) {
      Shared shared;
      shared.n = c.n;
      shared.stride = c.stride;
      shared.covariance = sigma.dense;
      shared.factors = sigma.root;
      shared.factorCount = c.factors;
      shared.diagonal = c.factors > 0 ? c.specific.data() : nullptr;
      shared.deviation = c.deviation.data();
      shared.sigma = c.sigma;
      shared.zeros = c.zeros.data();
      Limits limits;
      limits.budgeted = c.budgeted;
      limits.rows = c.rows;
      limits.row = rows.data();
      limits.rowLower = c.rowLower.data();
      limits.rowUpper = c.rowUpper.data();
      limits.current = c.current.data();
      limits.turnover = c.turnover;
      limits.gross = c.gross;
      limits.buy = view.buy;
      limits.sell = view.sell;
      limits.quadratic = view.quadratic;
      limits.power = view.power;
      limits.exponent = view.exponent;
      limits.benchmark = view.benchmark;
      Scenario scenario{
          c.mu.data(), c.goal == Goal::RiskAversion ? c.gamma : 1, c.lower.data(), c.upper.data(), c.budget, nullptr};
      scenario.goal = c.goal;
      scenario.goalValue = c.gamma;
      scenario.limits = &limits;
      scenario.thinFactors = thinFactors;
      GoalWorkspace workspace;
      workspace.layOut(c.n, c.rows, c.goal == Goal::TargetReturn, thinFactors, memory.data());
      double* const p = prices.data();
      return solveGoal(group, shared, scenario, 1e-8, workspace,
                       {p, p + 1, p + 1 + c.rows, p + 2 + c.rows, p + 3 + c.rows, reduced.data(), sides.data()});
    });
    compare(found, expected, seed, c.n, lanes);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int problems = argc > 1 ? std::atoi(argv[1]) : 24;
  const unsigned seed = argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : 1;
  for (int k = 0; k < problems; k++) {
    solvePlainCase(seed + k);
    solveTurnedCase(seed + k);
    if (k % 3 == 0) {
      solveGeneralCase(seed + k);
    }
  }
  CHECK(problems < 24 || (turnedMost > 0 && turnedFew > 0), "%d problems have most weights free, %d few", turnedMost,
        turnedFew);
  CHECK(leftToTheHost <= 3 + compared / 20, "%d of %d left to the host", leftToTheHost, compared);
  std::printf("%d problems, %d of %d solves left to the host\n", problems, leftToTheHost, compared);
  return failures == 0 ? 0 : 1;
}
