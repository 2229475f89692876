// A batch gives the same bits for any number of threads, any chunking, any order of its scenarios; and callers may
// solve on one prepared problem at once. Worth running under ThreadSanitizer too.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "check.hpp"
#include "cpu_engine.hpp"

using namespace parabola;

namespace {

struct Fixture {
  int n;
  long stride;
  Memory covariance;
  std::vector<double> mu, lower, upper, means;
  int scenarios;

  Fixture(int assets, double lowest, int count) : n(assets), stride((assets + 7) / 8 * 8), scenarios(count) {
    std::mt19937_64 random(7);
    std::normal_distribution<double> normal;
    covariance = allocate(n * stride);
    std::fill(covariance.get(), covariance.get() + n * stride, 0.0);
    std::vector<double> x(2L * n * n);
    for (double& v : x) {
      v = normal(random);
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double s = 0;
        for (int t = 0; t < 2 * n; t++) {
          s += x[t * n + i] * x[t * n + j];
        }
        covariance[i * stride + j] = s / (2 * n);
      }
    }
    mu.assign(n, 0.0);
    lower.assign(n, lowest);
    upper.assign(n, 0.1);
    means.assign(scenarios * stride, 0.0);
    for (int s = 0; s < scenarios; s++) {
      for (int i = 0; i < n; i++) {
        means[s * stride + i] = 0.1 * normal(random);
      }
    }
  }

  ProblemView view() const {
    return {.goalValue = 1, .expectedReturns = mu.data(), .lower = lower.data(), .upper = upper.data(), .budget = 1};
  }
  CovarianceView sigma() const { return {.n = n, .stride = stride, .dense = covariance.get()}; }
};

std::vector<double> solve(PreparedProblem& problem, const Fixture& f, const std::vector<int>& order, int threads,
                          int chunk) {
  std::vector<double> means(f.means.size());
  for (std::size_t s = 0; s < order.size(); s++) {
    std::copy_n(&f.means[order[s] * f.stride], f.stride, &means[s * f.stride]);
  }
  std::vector<double> weights(means.size());
  std::vector<Answer> answers(order.size());
  for (int from = 0; from < f.scenarios; from += chunk) {
    BatchView batch;
    batch.count = std::min(chunk, f.scenarios - from);
    batch.stride = f.stride;
    batch.expectedReturns = &means[from * f.stride];
    std::vector<double> prices(static_cast<std::size_t>(batch.count) * problem.priceCount());
    problem.solve(batch, {&weights[from * f.stride], &answers[from], prices.data(), nullptr}, threads, 1e-8);
  }
  std::vector<double> inOrder(means.size());
  for (std::size_t s = 0; s < order.size(); s++) {
    CHECK(answers[s].status == Status::Solved, "scenario %d: status %d", order[s], static_cast<int>(answers[s].status));
    std::copy_n(&weights[s * f.stride], f.n, &inOrder[order[s] * f.stride]);
  }
  return inOrder;
}

void sameBits(int n, double lowest) {
  const Fixture f(n, lowest, 60);
  std::vector<int> order(f.scenarios);
  for (int s = 0; s < f.scenarios; s++) {
    order[s] = s;
  }
  PreparedProblem problem(*bestKernels(), f.sigma(), f.view());
  const std::vector<double> expected = solve(problem, f, order, 1, f.scenarios);
  const auto same = [&](const std::vector<double>& w) {
    return std::memcmp(w.data(), expected.data(), w.size() * sizeof(double)) == 0;
  };
  for (const int threads : {1, 2, 5}) {
    for (const int chunk : {1, 7, 60}) {
      // Prepared anew, so that the inverse too is made by whichever thread needs it first.
      PreparedProblem again(*bestKernels(), f.sigma(), f.view());
      CHECK(same(solve(again, f, order, threads, chunk)), "n=%d, %d threads, chunks of %d", n, threads, chunk);
    }
  }
  std::vector<int> shuffled = order;
  std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937_64(3));
  CHECK(same(solve(problem, f, shuffled, 2, f.scenarios)), "n=%d, in another order", n);
  std::vector<std::thread> callers;
  for (int c = 0; c < 3; c++) {
    callers.emplace_back([&] { CHECK(same(solve(problem, f, order, 2, 20)), "n=%d, from several callers", n); });
  }
  for (std::thread& caller : callers) {
    caller.join();
  }
}

}  // namespace

int main() {
  sameBits(60, 0);
  sameBits(60, -0.1);
  std::printf("%s\n", failures == 0 ? "the same bits" : "different bits");
  return failures == 0 ? 0 : 1;
}
