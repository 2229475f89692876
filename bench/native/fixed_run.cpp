// A small run that is always the same, for counting its instructions: bench/instructions says how. Problems of a five
// factor market from a generator of its own, with nothing of libm in them, so that every machine solves the same ones.
//
// Arguments: SECTION [ROUNDS [ISA]]: solves the section's batch that many times after a first, uncounted one, on one
// thread. Without arguments it prints the sections. Prints how many portfolios a round has, how many of them were
// solved, the passes they took, a sum over the bits of their weights, and the time of the fastest round in microseconds
// a portfolio. Exits with 1 if a portfolio was not solved.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <vector>

#include "cpu_engine.hpp"

using namespace parabola;

namespace {

// Steele, Lea and Flood's SplitMix64.
class Source {
 public:
  explicit Source(std::uint64_t seed) : state_(seed) {}
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  // Twelve uniform numbers make one that is normal enough.
  double normal() {
    double sum = -6;
    for (int k = 0; k < 12; k++) {
      sum += uniform();
    }
    return sum;
  }

 private:
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};

constexpr int kFactors = 5;

struct Section {
  const char* name;
  int n;
  int count;     // portfolios a round
  bool sampled;  // the covariance of 2n observations; else that of the factors
};

const Section kSections[] = {
    {"single", 50, 100, true},         // each a problem of its own, prepared and solved
    {"long-only", 200, 200, true},     // between 0 and 0.1
    {"long-short", 500, 20, true},     // between -0.1 and 0.1, most of them free
    {"row", 200, 100, true},           // long-only, and more in one sector of eight
    {"factor-form", 500, 100, false},  // long-only, of five factors that are never formed
    {"gross", 200, 50, true},          // long-short, and half of what would be held short
    {"factor-short", 500, 50, false},  // of five factors, between -0.1 and 0.1
    {"sweep", 500, 30, true},          // long-only, at risk aversions from next to nothing to next to all
};

// One section's problem and batch.
class FixedRun {
 public:
  explicit FixedRun(const Section& section) : section_(section), n_(section.n), stride_((n_ + 7) / 8 * 8) {
    Source random(20240901 + static_cast<std::uint64_t>(&section - kSections));
    for (int i = 0; i < n_; i++) {
      loadings_.push_back(1 + 0.3 * random.normal());
      for (int f = 1; f < kFactors; f++) {
        loadings_.push_back(random.normal());
      }
      own_.push_back(0.019 * (0.5 + random.uniform()));
    }
    makeCovariance(random);
    makeMeans(random);
    const bool shorts = is("long-short") || is("gross") || is("factor-short");
    lower_.assign(n_, shorts ? -0.1 : 0.0);
    upper_.assign(n_, is("sweep") ? 1.0 : std::max(0.1, 10.0 / n_));
    problem_.goalValue = 5;
    problem_.expectedReturns = mean_.data();
    problem_.lower = lower_.data();
    problem_.upper = upper_.data();
    problem_.budget = 1;
    batch_.count = section.count;
    batch_.stride = stride_;
    batch_.expectedReturns = means_.data();
    if (is("sweep")) {
      double aversion = 0.5;
      for (int s = 0; s < section.count; s++, aversion *= 1.375) {
        aversions_.push_back(aversion);
        std::copy_n(mean_.data(), n_, means_.data() + s * stride_);
      }
      batch_.goalValue = aversions_.data();
    }
    weights_.assign(section.count * stride_, 0.0);
    prices_.assign(section.count * 5L, 0.0);
    answers_.resize(section.count);
  }

  void prepare(const Kernels& kernels) {
    kernels_ = &kernels;
    if (is("row")) {
      solveBase();
      for (int i = 0; i < n_; i++) {
        sector_.push_back(i % 8 == 0 ? 1 : 0);
        rowLower_ += sector_[i] * weights_[i];
      }
      rowLower_ += 0.1;
      problem_.rows = 1;
      problem_.coefficients = sector_.data();
      problem_.rowLower = &rowLower_;
      problem_.rowUpper = &infinity_;
    } else if (is("gross")) {
      solveBase();
      double gross = 0;
      for (int i = 0; i < n_; i++) {
        gross += std::fabs(weights_[i]);
      }
      problem_.gross = 1 + 0.5 * (gross - 1);
    }
    if (!is("single")) {
      prepared_ = std::make_unique<PreparedProblem>(kernels, sigma_, problem_);
    }
  }

  void solve() {
    if (!is("single")) {
      prepared_->solve(batch_, {weights_.data(), answers_.data(), prices_.data(), nullptr}, 1, 1e-8);
      return;
    }
    BatchView one;
    one.count = 1;
    one.stride = stride_;
    for (int s = 0; s < section_.count; s++) {
      ProblemView problem = problem_;
      problem.expectedReturns = means_.data() + s * stride_;
      PreparedProblem prepared(*kernels_, sigma_, problem);
      prepared.solve(one, {weights_.data() + s * stride_, &answers_[s], prices_.data() + s * 5L, nullptr}, 1, 1e-8);
    }
  }

  int solved() const {
    return static_cast<int>(std::count_if(answers_.begin(), answers_.end(),
                                          [](const Answer& answer) { return answer.status == Status::Solved; }));
  }
  int iterations() const {
    int sum = 0;
    for (const Answer& answer : answers_) {
      sum += answer.iterations;
    }
    return sum;
  }
  std::uint64_t bits() const {
    std::uint64_t sum = 0;
    for (const double w : weights_) {
      std::uint64_t b;
      std::memcpy(&b, &w, sizeof b);
      sum = sum * 0x9e3779b97f4a7c15ULL + b;
    }
    return sum;
  }

 private:
  bool is(const char* name) const { return std::strcmp(section_.name, name) == 0; }

  void makeCovariance(Source& random) {
    static const double volatility[kFactors] = {0.01, 0.0044, 0.0038, 0.0032, 0.0025};
    sigma_.n = n_;
    sigma_.stride = stride_;
    if (!section_.sampled) {
      root_ = allocate(kFactors * stride_);
      std::fill_n(root_.get(), kFactors * stride_, 0.0);
      for (int i = 0; i < n_; i++) {
        for (int f = 0; f < kFactors; f++) {
          root_[f * stride_ + i] = kScale * volatility[f] * loadings_[i * kFactors + f];
        }
        specific_.push_back(kScale * kScale * own_[i] * own_[i]);
      }
      sigma_.factorCount = kFactors;
      sigma_.root = sigma_.exposures = root_.get();
      sigma_.specific = specific_.data();
      return;
    }
    const int observations = 2 * n_;
    covariance_ = allocate(n_ * stride_);
    std::fill_n(covariance_.get(), n_ * stride_, 0.0);
    std::vector<double> x(n_);
    for (int t = 0; t < observations; t++) {
      double of[kFactors];
      for (int f = 0; f < kFactors; f++) {
        of[f] = volatility[f] * random.normal();
      }
      for (int i = 0; i < n_; i++) {
        x[i] = own_[i] * random.normal();
        for (int f = 0; f < kFactors; f++) {
          x[i] += of[f] * loadings_[i * kFactors + f];
        }
        x[i] *= kScale;
      }
      for (int i = 0; i < n_; i++) {
        for (int j = 0; j < n_; j++) {
          covariance_[i * stride_ + j] += x[i] * x[j] / observations;
        }
      }
    }
    sigma_.dense = covariance_.get();
  }

  // Those of the market, and in each scenario an error of 0.3 times their spread.
  void makeMeans(Source& random) {
    double sum = 0;
    for (int i = 0; i < n_; i++) {
      double others = 0;
      for (int f = 1; f < kFactors; f++) {
        others += loadings_[i * kFactors + f];
      }
      const double mean = 0.05 * loadings_[i * kFactors] + 0.005 * others + 0.03 * random.normal();
      mean_.push_back(kScale * kScale * mean / 252);
      sum += mean_[i] / n_;
    }
    double square = 0;
    for (const double mean : mean_) {
      square += (mean - sum) * (mean - sum) / n_;
    }
    const double spread = std::sqrt(square);
    means_.assign(section_.count * stride_, 0.0);
    for (int s = 0; s < section_.count; s++) {
      for (int i = 0; i < n_; i++) {
        means_[s * stride_ + i] = mean_[i] + 0.3 * spread * random.normal();
      }
    }
  }

  void solveBase() {
    PreparedProblem base(*kernels_, sigma_, problem_);
    BatchView one;
    one.count = 1;
    one.stride = stride_;
    base.solve(one, {weights_.data(), answers_.data(), prices_.data(), nullptr}, 1, 1e-8);
  }

  static constexpr double kScale = 48;  // to a mean variance of about one
  const Section& section_;
  const Kernels* kernels_ = nullptr;
  int n_;
  long stride_;
  std::vector<double> loadings_, own_, specific_, mean_, means_, lower_, upper_, weights_, prices_, sector_, aversions_;
  double rowLower_ = 0;
  double infinity_ = INFINITY;
  std::vector<Answer> answers_;
  Memory covariance_, root_;
  CovarianceView sigma_;
  ProblemView problem_;
  BatchView batch_;
  std::unique_ptr<PreparedProblem> prepared_;
};

}  // namespace

// What is counted: a function that can be named from outside.
extern "C" __attribute__((noinline)) void countedRound(void* run) { static_cast<FixedRun*>(run)->solve(); }

int main(int argc, char** argv) {
  if (argc < 2) {
    for (const Section& section : kSections) {
      std::printf("%s\n", section.name);
    }
    return 0;
  }
  const Kernels* kernels = argc > 3 ? kernelsNamed(argv[3]) : bestKernels();
  const auto section = std::find_if(std::begin(kSections), std::end(kSections),
                                    [&](const Section& s) { return std::strcmp(s.name, argv[1]) == 0; });
  if (section == std::end(kSections) || kernels == nullptr) {
    std::fprintf(stderr, "there is no section %s, or this processor cannot run %s\n", argv[1],
                 argc > 3 ? argv[3] : "it");
    return 2;
  }
  FixedRun run(*section);
  run.prepare(*kernels);
  run.solve();
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 1;
  double fastest = INFINITY;
  for (int round = 0; round < rounds; round++) {
    timespec before, after;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
    countedRound(&run);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
    fastest = std::min(fastest, 1e6 * static_cast<double>(after.tv_sec - before.tv_sec) +
                                    1e-3 * static_cast<double>(after.tv_nsec - before.tv_nsec));
  }
  std::printf("{\"portfolios\": %d, \"solved\": %d, \"passes\": %d, \"bits\": \"%016llx\", \"microseconds\": %.4g}\n",
              section->count, run.solved(), run.iterations(), static_cast<unsigned long long>(run.bits()),
              rounds > 0 ? fastest / section->count : 0);
  return run.solved() == section->count ? 0 : 1;
}
