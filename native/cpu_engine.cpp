#include "cpu_engine.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <new>
#include <optional>
#include <system_error>
#include <thread>

namespace parabola {
namespace {

// The multiple of 1 1' that makes faces with a riskless asset definite: the smallest variance, so that it is never the
// largest number in a face; not below 1e-8 of the largest, where it would drown.
double shiftFor(const double* covariance, int n, long stride) {
  double least = 0;
  double most = 0;
  for (int i = 0; i < n; i++) {
    const double variance = covariance[i * stride + i];
    most = std::max(most, variance);
    if (variance > 0 && (least == 0 || variance < least)) {
      least = variance;
    }
  }
  return most == 0 ? 1 : std::max(least, 1e-8 * most);
}

// The scenarios that each of several threads solves: turns of a share of its own first, then what others have left of
// theirs. Apart from each other they do not wait for one another's new pages of memory.
class Shares {
 public:
  Shares(int count, int turn, int threads)
      : count_(count), turn_(turn), each_((count + threads - 1) / threads), shares_(threads) {
    for (int t = 0; t < threads; t++) {
      shares_[t].next = std::min(t * static_cast<long>(each_), static_cast<long>(count));
    }
  }

  // Calls take(from, to) for one turn after another, until none is left.
  template <class F>
  void each(int thread, F take) {
    const int threads = static_cast<int>(shares_.size());
    for (int k = 0; k < threads; k++) {
      const int t = (thread + k) % threads;
      const long end = std::min((t + 1) * static_cast<long>(each_), static_cast<long>(count_));
      for (long from; (from = shares_[t].next.fetch_add(turn_, std::memory_order_relaxed)) < end;) {
        take(static_cast<int>(from), static_cast<int>(std::min(from + turn_, end)));
      }
    }
  }

  // No more turns for anybody.
  void stop() {
    for (Share& share : shares_) {
      share.next = count_;
    }
  }

 private:
  struct alignas(64) Share {
    std::atomic<long> next{0};
  };
  int count_, turn_, each_;
  std::vector<Share> shares_;
};

}  // namespace

// One thread's place of work: scratch, and the scenario that is being put together from problem and batch.
class PreparedProblem::Desk {
 public:
  Desk(const PreparedProblem& problem, const BatchView& batch)
      : problem_(problem),
        batch_(batch),
        plain_(problem.plain_ && batch.current == nullptr && batch.turnover == nullptr && batch.gross == nullptr &&
               batch.benchmark == nullptr && !batch.costly() && !batch.structured()),
        thin_(!plain_ && !batch.structured() && isThin(problem.shared_.factors, problem.shared_.diagonal, nullptr)) {
    const std::size_t n = static_cast<std::size_t>(problem.shared_.stride);
    if (batch.volatility != nullptr || batch.stress != nullptr) {
      scale_.assign(n, 0.0);
      common_.assign(n, 0.0);
    }
    if (batch.factorCovariance != nullptr || (!scale_.empty() && problem.covariance_.factorCount > 0)) {
      const std::size_t k = static_cast<std::size_t>(problem.covariance_.factorCount);
      factors_.assign(k * n, 0.0);
      root_.assign(k * k, 0.0);
      diagonal_.assign(n, 0.0);
    }
    if (batch.coefficients != nullptr) {
      row_.resize(problem.problem_.rows);
    }
  }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  Answer solve(int s, double tolerance, double* weights, const Prices& prices, void* self) {
    const Scenario scenario = put(s);
    if (invalid_) {
      return {Status::Invalid, 0, NAN, NAN, NAN, NAN, NAN};
    }
    return problem_.kernels_.solve(problem_.shared_, scenario, tolerance, memoryFor(scenario), weights, prices,
                                   {provideInverse, self, {provideSpare, this}});
  }

 private:
  Scenario put(int s) {
    const ProblemView& own = problem_.problem_;
    const auto row = [&](const double* matrix, const double* shared) {
      return matrix == nullptr ? shared : matrix + s * batch_.stride;
    };
    const auto value = [&](const double* array, double shared) { return array == nullptr ? shared : array[s]; };
    Scenario scenario{};
    scenario.goal = own.goal;
    scenario.goalValue = value(batch_.goalValue, own.goalValue);
    scenario.riskAversion = own.goal == Goal::RiskAversion ? scenario.goalValue : 1;
    scenario.expectedReturns = row(batch_.expectedReturns, own.expectedReturns);
    scenario.lower = row(batch_.lower, own.lower);
    scenario.upper = row(batch_.upper, own.upper);
    scenario.budget = value(batch_.budget, own.budget);
    // The problem's own start served its base scenario; a batch's start is for its scenarios.
    scenario.start = row(batch_.start, problem_.shared_.baseSide == nullptr ? own.start : nullptr);
    invalid_ = false;
    if (plain_) {
      return scenario;
    }
    limits_.budgeted = own.budgeted;
    limits_.rows = own.rows;
    limits_.row = problem_.row_.data();
    if (batch_.coefficients != nullptr) {
      for (int r = 0; r < own.rows; r++) {
        row_[r] = batch_.coefficients + (static_cast<long>(s) * own.rows + r) * batch_.stride;
      }
      limits_.row = row_.data();
    }
    limits_.rowLower = batch_.rowLower == nullptr ? own.rowLower : batch_.rowLower + s * batch_.rowStride;
    limits_.rowUpper = batch_.rowUpper == nullptr ? own.rowUpper : batch_.rowUpper + s * batch_.rowStride;
    limits_.current = row(batch_.current, own.current);
    limits_.turnover = value(batch_.turnover, own.turnover);
    limits_.gross = value(batch_.gross, own.gross);
    limits_.buy = rates(batch_.buy, own.buy, s);
    limits_.sell = rates(batch_.sell, own.sell, s);
    limits_.quadratic = rates(batch_.quadratic, own.quadratic, s);
    limits_.power = rates(batch_.power, own.power, s);
    limits_.exponent = own.exponent;
    limits_.benchmark = row(batch_.benchmark, own.benchmark);
    scenario.limits = &limits_;
    bool thin = thin_;
    if (batch_.structured()) {
      scenario.structure = &structure_;
      putStructure(s);
      thin =
          !invalid_ && structure_.own == nullptr &&
          isThin(structure_.factors != nullptr ? structure_.factors : problem_.shared_.factors,
                 structure_.diagonal != nullptr ? structure_.diagonal : problem_.shared_.diagonal, structure_.common);
    }
    scenario.thinFactors = thin ? problem_.covariance_.factorCount + (structure_.common != nullptr) : -1;
    return scenario;
  }

  // Whether all specific variances are large enough beside the others to divide by, so that faces need not be dense.
  bool isThin(const double* factors, const double* diagonal, const double* common) const {
    constexpr double kLeast = 1e-8;
    const Shared& shared = problem_.shared_;
    if (shared.covariance != nullptr || diagonal == nullptr) {
      return false;
    }
    for (int i = 0; i < shared.n; i++) {
      double rest = common == nullptr ? 0 : common[i] * common[i];
      for (int k = 0; k < shared.factorCount; k++) {
        rest += factors[k * shared.stride + i] * factors[k * shared.stride + i];
      }
      if (!(diagonal[i] > kLeast * rest)) {
        return false;
      }
    }
    return true;
  }

  // Memory for one kind of portfolio at a time: those of a batch are nearly always of one.
  double* memoryFor(const Scenario& scenario) {
    const int n = problem_.shared_.n;
    const std::size_t numbers =
        plain_ ? problem_.kernels_.workspace(n)
               : problem_.kernels_.generalWorkspace(n, problem_.problem_.rows, scenario.thinFactors);
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

  // A scenario's rates of some kind of cost. Costs of nothing are none, as the problem's own are.
  const double* rates(const double* matrix, const double* own, int s) {
    if (matrix == nullptr) {
      return own;
    }
    const double* row = matrix + s * batch_.stride;
    bool any = false;
    for (int i = 0; i < problem_.shared_.n; i++) {
      any = any || row[i] != 0;
      invalid_ = invalid_ || !(row[i] >= 0 && row[i] < INFINITY);
    }
    return any ? row : nullptr;
  }

  // See Model for the kinds.
  void putStructure(int s) {
    const int n = problem_.shared_.n;
    const auto row = [&](const double* matrix) { return matrix == nullptr ? nullptr : matrix + s * batch_.stride; };
    structure_.own = batch_.own == nullptr ? nullptr : batch_.own + static_cast<long>(s) * n * batch_.stride;
    structure_.diagonal = row(batch_.specific);
    const double* m = row(batch_.volatility);
    const double* theta = batch_.stress == nullptr ? nullptr : batch_.stress + s * batch_.stressStride;
    if (m != nullptr || theta != nullptr) {
      structure_.scale = scale_.data();
      structure_.common = theta == nullptr ? nullptr : common_.data();
      for (int i = 0; i < n; i++) {
        const double t = theta == nullptr ? 0 : theta[batch_.stressByAsset ? i : 0];
        const double multiplier = m == nullptr ? 1 : m[i];
        invalid_ = invalid_ || !(t >= 0 && t <= 1) || !(multiplier >= 0 && multiplier < INFINITY);
        scale_[i] = multiplier * std::sqrt(1 - t);
        common_[i] = multiplier * std::sqrt(t) * problem_.deviation_[i];
      }
    }
    if (structure_.scale != nullptr && problem_.covariance_.factorCount > 0) {
      scaleFactors();
    }
    for (int i = 0; structure_.diagonal != nullptr && i < n; i++) {
      invalid_ = invalid_ || !(structure_.diagonal[i] >= 0 && structure_.diagonal[i] < INFINITY);
    }
    if (batch_.factorCovariance != nullptr) {
      putFactors(batch_.factorCovariance + s * batch_.omegaStride);
    }
  }

  // A factor covariance has no base to scale: E G'G E + E diag(d) E.
  void scaleFactors() {
    const long stride = problem_.shared_.stride;
    for (int k = 0; k < problem_.covariance_.factorCount; k++) {
      for (int i = 0; i < problem_.shared_.n; i++) {
        factors_[k * stride + i] = scale_[i] * problem_.covariance_.root[k * stride + i];
      }
    }
    for (int i = 0; i < problem_.shared_.n; i++) {
      const double d = problem_.covariance_.specific == nullptr ? 0 : problem_.covariance_.specific[i];
      diagonal_[i] = scale_[i] * d * scale_[i];
    }
    structure_.factors = factors_.data();
    structure_.diagonal = diagonal_.data();
    structure_.scale = nullptr;
  }

  // G = L'F' with L L' = Omega; a singular Omega has columns of zeros.
  void putFactors(const double* omega) {
    const int k = problem_.covariance_.factorCount;
    const long stride = problem_.shared_.stride;
    for (int j = 0; j < k; j++) {
      double pivot = omega[j * k + j];
      for (int p = 0; p < j; p++) {
        pivot -= root_[j * k + p] * root_[j * k + p];
      }
      const double rounding = 1e-12 * std::fabs(omega[j * k + j]);
      invalid_ = invalid_ || !(pivot >= -rounding);
      const double diagonal = pivot > rounding ? std::sqrt(pivot) : 0;
      root_[j * k + j] = diagonal;
      for (int i = j + 1; i < k; i++) {
        double sum = omega[i * k + j];
        for (int p = 0; p < j; p++) {
          sum -= root_[i * k + p] * root_[j * k + p];
        }
        invalid_ = invalid_ || omega[i * k + j] != omega[j * k + i] ||
                   (diagonal == 0 && std::fabs(sum) > 1e-10 * std::sqrt(omega[i * k + i] * omega[j * k + j]));
        root_[i * k + j] = diagonal > 0 ? sum / diagonal : 0;
      }
    }
    problem_.kernels_.mixFactors(root_.data(), k, problem_.covariance_.exposures, stride, problem_.shared_.n,
                                 factors_.data());
    structure_.factors = factors_.data();
  }

  const PreparedProblem& problem_;
  const BatchView& batch_;
  const bool plain_;
  const bool thin_;  // whatever the scenario
  std::optional<Scratch> workspace_;
  std::optional<Scratch> spare_[2];  // see Spare
  std::size_t numbers_ = 0;
  Limits limits_;
  Structure structure_;
  std::vector<double> scale_, common_, factors_, root_, diagonal_;
  std::vector<const double*> row_;
  bool invalid_ = false;
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
  shared_.n = n;
  shared_.stride = stride;
  shared_.covariance = covariance.dense;
  shared_.factors = covariance.root;
  shared_.factorCount = covariance.factorCount;
  shared_.diagonal = covariance_.specific;
  for (int i = 0; i < n; i++) {
    double variance = covariance.dense == nullptr ? 0 : covariance.dense[i * stride + i];
    for (int k = 0; k < covariance.factorCount; k++) {
      variance += covariance.root[k * stride + i] * covariance.root[k * stride + i];
    }
    variance += covariance_.specific == nullptr ? 0 : covariance_.specific[i];
    deviation_[i] = std::sqrt(variance);
  }
  shared_.deviation = deviation_;
  if (covariance.dense != nullptr) {
    shared_.sigma = shiftFor(covariance.dense, n, stride);
  }
  plain_ = covariance.dense != nullptr && problem.budgeted && m == 0 && problem.current == nullptr &&
           problem.turnover == INFINITY && problem.gross == INFINITY && problem.benchmark == nullptr &&
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
  for (int i = 0; i < n; i++) {
    baseSide_[i] = baseWeights_[i] <= problem_.lower[i] ? -1 : baseWeights_[i] >= problem_.upper[i] ? 1 : 0;
    if (baseSide_[i] == 0) {
      baseIndex_.push_back(i);
    }
  }
  shared_.baseFree = static_cast<int>(baseIndex_.size());
  shared_.baseIndex = baseIndex_.data();
  shared_.baseWeights = baseWeights_;
  shared_.baseRows = baseRows_;
  shared_.baseSide = baseSide_;
}

// What the solutions of other scenarios start from, once there are any.
void PreparedProblem::prepareBatch() {
  if (shared_.baseSide == nullptr || shared_.covariance == nullptr) {
    return;
  }
  const Scratch workspace(kernels_.workspace(shared_.n));
  if (plain_) {
    factorBase(workspace.get());
  } else {
    baseProduct_ = allocate(shared_.stride);
    kernels_.baseProduct(shared_, workspace.get(), baseProduct_.get());
    shared_.baseProduct = baseProduct_.get();
  }
}

// The factor of the base scenario's face.
void PreparedProblem::factorBase(double* workspace) {
  const int free = shared_.baseFree;
  // With most weights free it is not what scenarios are solved by.
  if (free > shared_.n / 2 && shared_.n > 8) {
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

bool PreparedProblem::provideInverse(void* self) {
  auto& problem = *static_cast<PreparedProblem*>(self);
  std::call_once(problem.inverseOnce_, [&] {
    const Shared& shared = problem.shared_;
    const std::size_t square = static_cast<std::size_t>(shared.n) * shared.stride;
    Memory inverse = allocate(square);
    Memory balanced = allocate(shared.stride);
    const Memory factor = allocate(square);
    const Memory panel = allocate(problem.kernels_.invertPanel(shared.n));
    if (problem.kernels_.invert(shared.covariance, shared.n, shared.stride, shared.sigma, factor.get(), panel.get(),
                                inverse.get(), balanced.get())) {
      problem.inverse_ = std::move(inverse);
      problem.balanced_ = std::move(balanced);
      problem.shared_.inverse = problem.inverse_.get();
      problem.shared_.balanced = problem.balanced_.get();
    }
  });
  return problem.shared_.inverse != nullptr;
}

void PreparedProblem::solve(const BatchView& batch, const ResultView& results, int threads, double tolerance) {
  const int m = problem_.rows;
  const auto pricesOf = [&](int s) {
    double* p = results.prices + static_cast<long>(s) * priceCount();
    double* reduced = results.reducedCosts == nullptr ? nullptr : results.reducedCosts + s * batch.stride;
    return Prices{p, p + 1, p + 1 + m, p + 2 + m, p + 3 + m, reduced, nullptr};
  };
  if (!batch.overrides() && results.reducedCosts == nullptr) {
    // They are the base scenario, and have been solved.
    for (int s = 0; s < batch.count; s++) {
      std::copy_n(baseWeights_, batch.stride, results.weights + s * batch.stride);
      std::copy_n(basePrices_, priceCount(), pricesOf(s).budget);
      results.answers[s] = base_;
      if (base_.status == Status::Solved || base_.status == Status::Inaccurate) {
        results.answers[s].status = base_.relativeGap <= tolerance ? Status::Solved : Status::Inaccurate;
      }
    }
    return;
  }
  std::call_once(batchOnce_, [this] { prepareBatch(); });
  // Few enough scenarios a turn that the threads end together, enough that they do not meet at the counter.
  const int turn = std::max(1, std::min(2000 / shared_.n, batch.count / (8 * threads)));
  Shares shares(batch.count, turn, threads);
  std::exception_ptr failure;
  std::mutex failureMutex;
  const auto work = [&](int thread) {
    try {
      Desk desk(*this, batch);
      shares.each(thread, [&](int from, int to) {
        for (int s = from; s < to; s++) {
          double* const weights = results.weights + s * batch.stride;
          results.answers[s] = desk.solve(s, tolerance, weights, pricesOf(s), this);
          std::fill(weights + shared_.n, weights + batch.stride, 0.0);
        }
      });
    } catch (...) {
      const std::lock_guard<std::mutex> lock(failureMutex);
      failure = std::current_exception();
      shares.stop();
    }
  };
  const int helpers = std::min(threads, (batch.count + turn - 1) / turn) - 1;
  std::vector<std::thread> pool;
  try {
    for (int t = 0; t < helpers; t++) {
      pool.emplace_back(work, t + 1);
    }
  } catch (const std::system_error&) {
    // The system gives no more threads: those there are do the work.
  }
  work(0);
  for (std::thread& thread : pool) {
    thread.join();
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
}

}  // namespace parabola
