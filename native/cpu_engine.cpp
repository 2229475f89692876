#include "cpu_engine.hpp"

#include <algorithm>
#include <cmath>
#include <new>
#include <optional>

#include "shares.hpp"

namespace parabola {

// A batch of so many weights takes longer than to start a thread, even where each portfolio is easy.
constexpr long kLargeBatch = 20'000;

// See isSoonTurned(): multiplications.
constexpr double kSoonTurned = 300'000;

// One thread's place of work: scratch, and the scenario that is being put together from problem and batch.
class PreparedProblem::Desk {
 public:
  Desk(const PreparedProblem& problem, const BatchView& batch)
      : problem_(problem),
        batch_(batch),
        plain_(problem.isPlain(batch)),
        plainBesideCovariance_(problem.isPlainBesideCovariance(batch)),
        thin_(!plain_ && !batch.structured() && problem.shared_.thinFactors >= 0) {
    if (const std::size_t own = Assembly::numbers(problem.problem_, problem.covariance_, batch); own > 0) {
      own_.emplace(own);
      assembly_.layOut(problem.problem_, problem.covariance_, batch, own_->get());
    }
  }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  Answer solve(int s, double tolerance, double* weights, const Prices& prices, void* self) {
    const Kernels& kernels = problem_.kernels_;
    Scenario scenario;
    if (!kernels.assemble(problem_.shared_, problem_.covariance_, problem_.problem_, problem_.row_.data(), batch_,
                          plain_, thin_, s, assembly_, scenario)) {
      return {Status::Invalid, 0, NAN, NAN, NAN, NAN, NAN};
    }
    if (plainBesideCovariance_ && scenario.thinFactors >= 0) {
      scenario.limits = nullptr;
    }
    return kernels.solve(problem_.shared_, scenario, tolerance, memoryFor(scenario), weights, prices,
                         {provideInverse, self, {provideSpare, this}});
  }

 private:
  // Memory for one kind of portfolio at a time: those of a batch are nearly always of one.
  double* memoryFor(const Scenario& scenario) {
    const int n = problem_.shared_.n;
    const int thinFactors = scenario.structure != nullptr ? scenario.thinFactors : problem_.shared_.thinFactors;
    const std::size_t numbers = scenario.limits == nullptr ? problem_.kernels_.workspace(n, thinFactors)
                                                           : problem_.kernels_.generalWorkspace(
                                                                 n, problem_.problem_.rows, scenario.thinFactors);
    if (!workspace_ || numbers_ != numbers) {
      workspace_.reset();
      workspace_.emplace(numbers);
      numbers_ = numbers;
    }
    return workspace_->get();
  }

  static double* provideSpare(void* self, int place, std::size_t numbers) {
    std::optional<Scratch>& spare = static_cast<Desk*>(self)->spare_[place];
    try {
      spare.reset();
      return spare.emplace(numbers).get();
    } catch (const std::bad_alloc&) {
      return nullptr;  // kernels are no place for exceptions, and can do without
    }
  }

  const PreparedProblem& problem_;
  const BatchView& batch_;
  const bool plain_;
  const bool plainBesideCovariance_;
  const bool thin_;
  std::optional<Scratch> workspace_, own_;
  std::optional<Scratch> spare_[2];  // see Spare
  std::size_t numbers_ = 0;
  Assembly assembly_;
};

PreparedProblem::PreparedProblem(const Kernels& kernels, const CovarianceView& covariance, const ProblemView& problem)
    : kernels_(kernels), covariance_(covariance), problem_(problem) {
  const int n = covariance.n;
  const int m = problem.rows;
  const long stride = covariance.stride;
  // All arrays lie in one block, since a portfolio alone takes no longer to solve than so many calls for memory.
  const double** const vectors[] = {
      &problem_.expectedReturns, &problem_.lower,     &problem_.upper,      &problem_.start,
      &problem_.current,         &problem_.buy,       &problem_.sell,       &problem_.quadratic,
      &problem_.power,           &problem_.benchmark, &covariance_.specific};
  const long rowStride = (m + 4 + 7) / 8 * 8;
  long numbers = (m + kOwnVectors) * stride + 4 * rowStride;
  for (const double** values : vectors) {
    numbers += *values == nullptr ? 0 : stride;
  }
  numbers_ = allocate(numbers);
  double* next = numbers_.get();
  const auto place = [&](long length) {
    double* const at = next;
    next += length;
    std::fill(at, next, 0.0);
    return at;
  };
  const auto keep = [&](const double*& values, int count, long padded) {
    double* const at = place(padded);
    std::copy_n(values, count, at);
    values = at;
  };
  for (const double** values : vectors) {
    if (*values != nullptr) {
      keep(*values, n, stride);
    }
  }
  for (int r = 0; r < m; r++) {
    const double* row = problem.coefficients + static_cast<long>(r) * n;
    keep(row, n, stride);
    row_.push_back(row);
  }
  if (m > 0) {
    keep(problem_.rowLower, m, rowStride);
    keep(problem_.rowUpper, m, rowStride);
  }
  basePrices_ = place(rowStride);
  baseRows_ = place(rowStride);
  baseWeights_ = place(stride);
  baseSide_ = place(stride);
  deviation_ = place(stride);
  shared_.zeros = place(stride);
  shared_.bounds = kernels_.lookThrough(problem_.lower, problem_.upper, n);
  shared_.n = n;
  shared_.stride = stride;
  shared_.covariance = covariance.dense;
  shared_.factors = covariance.root;
  shared_.factorCount = covariance.factorCount;
  shared_.diagonal = covariance_.specific;
  if (covariance_.specific != nullptr) {
    double* const precision = place(stride);
    std::transform(covariance_.specific, covariance_.specific + n, precision,
                   [](double d) { return d > 0 ? 1 / d : 0; });
    shared_.precision = precision;
  }
  double least = 0;
  double most = 0;
  for (int i = 0; i < n; i++) {
    double variance = covariance.dense == nullptr ? 0 : covariance.dense[i * stride + i];
    for (int k = 0; k < covariance.factorCount; k++) {
      variance += covariance.root[k * stride + i] * covariance.root[k * stride + i];
    }
    variance += covariance_.specific == nullptr ? 0 : covariance_.specific[i];
    deviation_[i] = std::sqrt(variance);
    most = std::max(most, variance);
    least = variance > 0 && (least == 0 || variance < least) ? variance : least;
  }
  shared_.deviation = deviation_;
  shared_.sigma = shiftFor(least, most);
  shared_.thinFactors = kernels_.isThin(shared_) ? covariance.factorCount : -1;
  plain_ = (covariance.dense != nullptr || shared_.thinFactors >= 0) && problem.budgeted && m == 0 &&
           problem.current == nullptr && problem.turnover == INFINITY && problem.gross == INFINITY &&
           problem.benchmark == nullptr &&
           (problem.goal == Goal::RiskAversion || problem.goal == Goal::MinimumVariance);
  solveBase();
}

// The base scenario: the problem itself. All others start from the face of its optimum.
void PreparedProblem::solveBase() {
  const int n = shared_.n;
  const int m = problem_.rows;
  double* const p = basePrices_;
  const Prices prices{p, p + 1, p + 1 + m, p + 2 + m, p + 3 + m, nullptr, baseRows_};
  {
    const BatchView nothing;
    base_ = Desk(*this, nothing).solve(0, 1e-8, baseWeights_, prices, this);
  }
  if (base_.status != Status::Solved) {
    return;
  }
  baseIndex_.reserve(n);
  const bool trades = problem_.current != nullptr &&
                      (problem_.turnover < INFINITY || problem_.buy != nullptr || problem_.sell != nullptr);
  // How much a weight's expected return may change before it comes to rest, the others held.
  std::vector<double> hold(n);
  for (int i = 0; i < n; i++) {
    const double w = baseWeights_[i];
    double distance = std::min(w - problem_.lower[i], problem_.upper[i] - w);
    baseSide_[i] = w <= problem_.lower[i] ? -1 : w >= problem_.upper[i] ? 1 : 0;
    // On a kink a weight rests too.
    if (trades) {
      distance = std::min(distance, std::fabs(w - problem_.current[i]));
    }
    if (problem_.gross < INFINITY) {
      distance = std::min(distance, std::fabs(w));
    }
    if (distance > 0) {
      hold[i] = distance * deviation_[i] * deviation_[i];
      baseIndex_.push_back(i);
    }
  }
  std::sort(baseIndex_.begin(), baseIndex_.end(),
            [&](int i, int j) { return hold[i] > hold[j] || (hold[i] == hold[j] && i < j); });
  shared_.baseFree = static_cast<int>(baseIndex_.size());
  shared_.baseIndex = baseIndex_.data();
  shared_.baseWeights = baseWeights_;
  shared_.baseRows = baseRows_;
  shared_.basePrices = prices;
  shared_.rows = m;
  shared_.baseSide = baseSide_;
}

// What the solutions of other scenarios start from, once there are any.
void PreparedProblem::prepareBatch() {
  if (shared_.baseSide == nullptr) {
    return;
  }
  if (shared_.covariance != nullptr) {
    const Scratch workspace(kernels_.workspace(shared_.n, shared_.thinFactors));
    factorBase(workspace.get());
    baseStep_ = allocate(2 * shared_.stride);
    double* const product = baseStep_.get();
    double* const step = product + shared_.stride;
    kernels_.prepareStep(shared_, workspace.get(), product, step);
    shared_.baseProduct = product;
    shared_.baseStep = step;
    if (isSoonTurned()) {
      turnInverse();
    }
  } else if (plain_) {
    baseDual_ = allocate(kernels_.dualNumbers(shared_.n, shared_.factorCount));
    kernels_.startDual(shared_, baseDual_.get());
    shared_.baseDual = baseDual_.get();
  }
}

// The factor of the base scenario's face.
void PreparedProblem::factorBase(double* workspace) {
  const int free = shared_.baseFree;
  // With most weights free it is not what plain scenarios are solved by.
  if (plain_ && free > shared_.n / 2 && shared_.n > 8) {
    return;
  }
  const std::size_t capacity = static_cast<std::size_t>(free) * (2 * free + 64);
  baseL_ = allocate(capacity);
  baseInverse_ = allocate(free);
  const int stride = kernels_.factorBase(shared_, workspace, baseL_.get(), capacity, baseInverse_.get());
  if (stride > 0) {
    shared_.baseStride = stride;
    shared_.baseL = baseL_.get();
    shared_.baseInverse = baseInverse_.get();
  }
}

// Whether the inverse turned on the base scenario's face takes less time to make than it spares a few portfolios.
bool PreparedProblem::isSoonTurned() const {
  const auto free = static_cast<double>(shared_.baseFree);
  const double held = shared_.n - free;
  return plain_ && !shared_.mostAreFree() && shared_.n > 8 && free * held * held <= kSoonTurned;
}

// The inverse turned on the base scenario's face.
void PreparedProblem::turnInverse() {
  const int n = shared_.n;
  std::vector<int> order;
  order.reserve(shared_.stride + 8);
  for (const bool held : {false, true}) {
    for (int i = 0; i < n; i++) {
      if ((baseSide_[i] != 0) == held) {
        order.push_back(i);
      }
    }
  }
  const int free = static_cast<int>(std::count(baseSide_, baseSide_ + n, 0.0));
  order.resize(shared_.stride + 8);
  turned_.emplace(static_cast<std::size_t>(n) * shared_.stride);
  turnedBalanced_.emplace(shared_.stride);
  const Scratch memory(kernels_.turnNumbers(n, free));
  if (kernels_.turn(shared_.covariance, n, shared_.stride, shared_.sigma, order.data(), free, memory.get(),
                    turned_->get(), turnedBalanced_->get())) {
    shared_.turnedBalanced = turnedBalanced_->get();
    shared_.turned = turned_->get();
  }
}

bool PreparedProblem::provideInverse(void* self) {
  auto& problem = *static_cast<PreparedProblem*>(self);
  if (problem.shared_.covariance == nullptr) {
    return false;
  }
  if (problem.shared_.mostAreFree()) {
    std::call_once(problem.turnOnce_, [&] { problem.turnInverse(); });
    if (problem.shared_.turned != nullptr) {
      return true;
    }
  }
  std::call_once(problem.inverseOnce_, [&] {
    const Shared& shared = problem.shared_;
    const std::size_t square = static_cast<std::size_t>(shared.n) * shared.stride;
    Scratch inverse(square);
    Scratch balanced(shared.stride);
    const Scratch factor(square);
    const Scratch panel(problem.kernels_.invertPanel(shared.n));
    if (problem.kernels_.invert(shared.covariance, shared.n, shared.stride, shared.sigma, factor.get(), panel.get(),
                                inverse.get(), balanced.get())) {
      problem.inverse_.emplace(std::move(inverse));
      problem.balanced_.emplace(std::move(balanced));
      problem.shared_.balanced = problem.balanced_->get();
      problem.shared_.inverse = problem.inverse_->get();
    }
  });
  return problem.shared_.inverse != nullptr;
}

bool PreparedProblem::isPlainBesideCovariance(const BatchView& batch) const {
  return plain_ && batch.current == nullptr && batch.turnover == nullptr && batch.gross == nullptr &&
         batch.benchmark == nullptr && !batch.costly();
}

bool PreparedProblem::isPlain(const BatchView& batch) const {
  return isPlainBesideCovariance(batch) && !batch.structured();
}

PreparedProblem::Parts PreparedProblem::parts() {
  std::call_once(batchOnce_, [this] { prepareBatch(); });
  if (plain_ && (shared_.baseSide == nullptr || shared_.mostAreFree())) {
    provideInverse(this);
  }
  return {shared_, covariance_, problem_, row_};
}

Prices PreparedProblem::pricesOf(const ResultView& results, long stride, int s) const {
  const int m = problem_.rows;
  double* const p = results.prices + static_cast<long>(s) * priceCount();
  double* const reduced = results.reducedCosts == nullptr ? nullptr : results.reducedCosts + s * stride;
  return {p, p + 1, p + 1 + m, p + 2 + m, p + 3 + m, reduced, nullptr};
}

void PreparedProblem::solve(const BatchView& batch, const ResultView& results, int threads, double tolerance) {
  if (!batch.overrides() && results.reducedCosts == nullptr) {
    // They are the base scenario, and have been solved.
    for (int s = 0; s < batch.count; s++) {
      std::copy_n(baseWeights_, batch.stride, results.weights + s * batch.stride);
      std::copy_n(basePrices_, priceCount(), pricesOf(results, batch.stride, s).budget);
      results.answers[s] = base_;
      if (base_.status == Status::Solved || base_.status == Status::Inaccurate) {
        results.answers[s].status = base_.relativeGap <= tolerance ? Status::Solved : Status::Inaccurate;
      }
    }
    results.reportDone(0, batch.count);
    return;
  }
  std::call_once(batchOnce_, [this] { prepareBatch(); });
  // Few enough scenarios a turn that the threads end together, enough that they do not meet at the counter.
  const int turn = std::max(1, std::min(2000 / shared_.n, batch.count / 8 / threads));
  const bool large = static_cast<long>(batch.count) * shared_.n >= kLargeBatch;
  shareOut(batch.count, turn, threads, large, [&](auto turns) {
    // Copies on the thread's own stack: what lies on the caller's is near what the caller writes all the time, and to
    // fetch such a line for every portfolio costs a small one a tenth to a fifth of its time.
    const BatchView mine = batch;
    const ResultView out = results;
    const double enough = tolerance;
    Desk desk(*this, mine);
    turns([&](int from, int to) {
      for (int s = from; s < to; s++) {
        double* const weights = out.weights + s * mine.stride;
        out.answers[s] = desk.solve(s, enough, weights, pricesOf(out, mine.stride, s), this);
        std::fill(weights + shared_.n, weights + mine.stride, 0.0);
      }
      out.reportDone(from, to);
    });
  });
}

}  // namespace parabola
