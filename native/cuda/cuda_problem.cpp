#include "cuda_problem.hpp"

#include <algorithm>
#include <cstring>

#include "arena.hpp"

namespace parabola::cuda {

namespace {

constexpr double kPartOfMemory = 0.8;                   // of what is free; the rest is for others
constexpr std::size_t kStaging = std::size_t{1} << 25;  // bytes of pinned memory for a problem on its way
constexpr int kThreadsPerProcessor = 256;               // what the kernels' registers leave room for
constexpr int kLeastChunk = 256;
constexpr std::size_t kIdle = 4;         // chunks' rooms that are kept for the next batches: those of two threads
constexpr std::size_t kGathered = 4096;  // scenarios that go back to the CPU at a time

std::size_t numbersFor(std::size_t bytes) { return (bytes + sizeof(double) - 1) / sizeof(double); }

// Scenarios [first, first + count) of a batch.
BatchView part(BatchView batch, int rows, int n, int first, int count) {
  eachBatchArray(batch, rows, n, [&](const double*& array, std::int64_t each) {
    array = array == nullptr ? nullptr : array + first * each;
  });
  batch.count = count;
  return batch;
}

ResultView part(const ResultView& results, int prices, long stride, long first) {
  return {results.weights == nullptr ? nullptr : results.weights + first * stride, results.answers + first,
          results.prices + first * prices,
          results.reducedCosts == nullptr ? nullptr : results.reducedCosts + first * stride};
}

// The batch with the stride that its matrices on the device have: those of the host are copied to `spaced` where it is
// another.
BatchView withStride(BatchView batch, int rows, int n, const OnDevice& there, std::vector<parabola::Memory>& spaced) {
  if (there.stride == batch.stride) {
    return batch;
  }
  eachBatchMatrix(batch, rows, n, [&](const double*& array, int each) {
    if (array == nullptr || there.reads(array)) {
      return;
    }
    const std::int64_t count = static_cast<std::int64_t>(batch.count) * each;
    spaced.push_back(allocate(count * there.stride));
    for (std::int64_t row = 0; row < count; row++) {
      std::copy_n(array + row * batch.stride, n, spaced.back().get() + row * there.stride);
    }
    array = spaced.back().get();
  });
  batch.stride = there.stride;
  return batch;
}

}  // namespace

// Room for a chunk: its arrays, its answers, and the kernel's workspace.
struct CudaProblem::Slot {
  explicit Slot(Runtime& from) : runtime(from), stream(from.stream()) {}
  // What is under way after an error still uses the memory.
  ~Slot() {
    try {
      runtime.synchronise(*stream);
    } catch (const CudaError&) {
      // Of a device that is lost nothing is under way any more.
    }
  }

  Runtime& runtime;
  std::unique_ptr<Stream> stream;
  DeviceNumbers device, workspace;
  PinnedNumbers host;
  int first = 0;
  int count = 0;            // 0: nothing is under way
  std::size_t answers = 0;  // where the answers begin, in bytes
};

CudaProblem::CudaProblem(Runtime& runtime, const Kernels& kernels, const CovarianceView& covariance,
                         const ProblemView& problem, const Options& options)
    : runtime_(runtime),
      options_(options),
      prepared_(kernels, covariance, problem),
      properties_(runtime.properties(options.device)) {
  const PreparedProblem::Parts parts = prepared_.parts();
  shared_ = parts.shared;
  covariance_ = parts.covariance;
  problem_ = parts.problem;
  rows_ = parts.rows;
}

CudaProblem::~CudaProblem() = default;

// Copies the problem to the device, once; false if there is no room for it. The mutex is held.
bool CudaProblem::upload() {
  if (there_) {
    return true;
  }
  // Copies, whose pointers are moved: those of the problem stay on the host until all is there.
  Shared shared = shared_;
  CovarianceView covariance = covariance_;
  ProblemView problem = problem_;
  std::vector<const double*> rows = rows_;
  const double** table = rows.data();
  Arena arena;
  const auto add = [&](auto& array, std::int64_t count) { arena.add(array, count); };
  eachArray(shared, add);
  eachArray(covariance, add);
  eachArray(problem, shared.stride, add);
  for (const double*& row : rows) {
    arena.add(row, shared.stride);
  }
  arena.add(table, static_cast<std::int64_t>(rows.size()));
  try {
    DeviceNumbers memory(runtime_, numbersFor(arena.bytes()));
    const PinnedNumbers staging(runtime_, numbersFor(std::min(kStaging, arena.bytes())));
    const std::unique_ptr<Stream> stream = runtime_.stream();
    const auto there = reinterpret_cast<char*>(memory.get());
    const auto here = reinterpret_cast<char*>(staging.get());
    arena.place(there);  // the rows of the table too, so that what is copied of it are places on the device
    for (std::size_t from = 0; from < arena.bytes(); from += kStaging) {
      const std::size_t to = std::min(from + kStaging, arena.bytes());
      arena.copy(here, from, to);
      runtime_.copyToDevice(there + from, here, to - from, *stream);
      runtime_.synchronise(*stream);
    }
    memory_ = std::move(memory);
  } catch (const OutOfMemory&) {
    return false;  // there may be more of it next time
  }
  // So that scenarios there know their bounds for the problem's.
  shared.bounds.lower = problem.lower;
  shared.bounds.upper = problem.upper;
  shared_ = shared;
  covariance_ = covariance;
  problem_ = problem;
  rowTable_ = table;
  there_ = true;
  return true;
}

SolveParameters CudaProblem::parametersFor(const BatchView& batch, double tolerance) const {
  SolveParameters p;
  p.shared = shared_;
  p.covariance = covariance_;
  p.problem = problem_;
  p.rows = rowTable_;
  p.batch = batch;
  p.plain = prepared_.isPlain(batch) && p.covariance.dense != nullptr;
  p.thin = shared_.thinFactors >= 0 && !batch.structured();
  p.thinFactors = covariance_.dense == nullptr ? covariance_.factorCount + 1 : -1;
  p.tolerance = tolerance;
  p.launch = launchFor(p, properties_.sharedPerBlock, properties_.sharedPerMultiprocessor);
  return p;
}

void CudaProblem::solve(const BatchView& batch, const ResultView& results, int threads, double tolerance) {
  // Of the whole batch, so that all of its parts are solved in one place and to the same bits.
  const std::int64_t weights = static_cast<std::int64_t>(std::max(batch.count, batch.whole)) * shared_.n;
  const bool same = !batch.overrides() && results.reducedCosts == nullptr;
  if (same || weights < options_.breakEven) {
    prepared_.solve(batch, results, threads, tolerance);
  } else {
    OnDevice nothing;
    nothing.stride = batch.stride;
    solve(batch, nothing, results, threads, tolerance);
  }
}

void CudaProblem::solve(const BatchView& batch, const OnDevice& there, const ResultView& results, int threads,
                        double tolerance) {
  BatchView all = batch;
  const auto put = [](const double*& array, const double* where) { array = where != nullptr ? where : array; };
  put(all.expectedReturns, there.expectedReturns);
  put(all.lower, there.lower);
  put(all.upper, there.upper);
  put(all.start, there.start);
  put(all.current, there.current);
  put(all.own, there.own);
  const bool solved = solveOnDevice(all, there, results, tolerance);
  std::vector<int> left;
  for (int s = 0; s < batch.count; s++) {
    if (!solved || results.answers[s].status == Status::Inaccurate) {
      left.push_back(s);
    }
  }
  // So many at a time that their copies take little room.
  const std::size_t most = all.own == nullptr ? kGathered : std::max<std::size_t>(1, kGathered / shared_.n);
  for (std::size_t from = 0; from < left.size(); from += most) {
    const std::size_t to = std::min(from + most, left.size());
    solveOnHost(all, there, {left.begin() + from, left.begin() + to}, results, threads, tolerance);
  }
  results.reportDone(0, batch.count);
}

// Has the CPU solve some scenarios, as a batch.
void CudaProblem::solveOnHost(const BatchView& batch, const OnDevice& there, const std::vector<int>& which,
                              const ResultView& results, int threads, double tolerance) {
  const std::size_t count = which.size();
  const auto stride = static_cast<std::size_t>(batch.stride);
  const auto priced = static_cast<std::size_t>(priceCount());
  const auto n = static_cast<std::size_t>(shared_.n);
  std::unique_ptr<Stream> stream;
  PinnedNumbers pinned;
  // `rows` of each scenario at a time.
  const auto needDevice = [&](std::size_t rows) {
    if (stream == nullptr) {
      runtime_.select(options_.device);
      stream = runtime_.stream();
    }
    if (pinned.count() < count * rows * n) {
      pinned = PinnedNumbers(runtime_, count * rows * n);
    }
  };
  BatchView gathered = batch;
  gathered.count = static_cast<int>(count);
  std::vector<parabola::Memory> owned;
  eachBatchArray(gathered, problem_.rows, shared_.n, [&](const double*& array, std::int64_t each) {
    if (array == nullptr) {
      return;
    }
    owned.push_back(allocate(count * each));
    double* const copy = owned.back().get();
    if (there.reads(array)) {
      const std::size_t rows = static_cast<std::size_t>(each) / stride;
      needDevice(rows);
      for (std::size_t row = 0; row < count * rows; row++) {
        runtime_.copyToHost(pinned.get() + row * n, array + (which[row / rows] * rows + row % rows) * there.stride,
                            n * sizeof(double), *stream);
      }
      runtime_.synchronise(*stream);
      std::fill_n(copy, count * rows * stride, 0.0);
      for (std::size_t row = 0; row < count * rows; row++) {
        std::copy_n(pinned.get() + row * n, n, copy + row * stride);
      }
    } else {
      for (std::size_t k = 0; k < count; k++) {
        std::copy_n(array + which[k] * each, each, copy + k * each);
      }
    }
    array = copy;
  });
  const parabola::Memory weights = allocate(count * stride);
  const parabola::Memory reduced = allocate(results.reducedCosts == nullptr ? 1 : count * stride);
  std::vector<double> prices(count * priced);
  std::vector<Answer> answers(count);
  prepared_.solve(
      gathered,
      {weights.get(), answers.data(), prices.data(), results.reducedCosts == nullptr ? nullptr : reduced.get()},
      threads, tolerance);
  for (std::size_t k = 0; k < count; k++) {
    const ResultView to = part(results, priceCount(), batch.stride, which[k]);
    if (there.weights == nullptr) {
      std::copy_n(weights.get() + k * stride, stride, to.weights);
    }
    std::copy_n(prices.data() + k * priced, priced, to.prices);
    *to.answers = answers[k];
    if (to.reducedCosts != nullptr) {
      std::copy_n(reduced.get() + k * stride, stride, to.reducedCosts);
    }
  }
  if (there.weights != nullptr) {
    needDevice(1);
    for (std::size_t k = 0; k < count; k++) {
      std::copy_n(weights.get() + k * stride, n, pinned.get() + k * n);
      runtime_.copyToDevice(there.weights + which[k] * there.stride, pinned.get() + k * n, n * sizeof(double), *stream);
    }
    runtime_.synchronise(*stream);
  }
}

// False if the device has no room for the problem and one chunk of it.
bool CudaProblem::solveOnDevice(const BatchView& given, const OnDevice& onDevice, const ResultView& results,
                                double tolerance) {
  runtime_.select(options_.device);
  std::vector<parabola::Memory> spaced;
  const BatchView batch = withStride(given, problem_.rows, shared_.n, onDevice, spaced);
  std::vector<std::unique_ptr<Slot>> slots;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!upload()) {
      return false;
    }
    while (slots.size() < 2 && !idle_.empty()) {
      slots.push_back(std::move(idle_.back()));
      idle_.pop_back();
    }
  }
  while (slots.size() < 2) {
    slots.push_back(std::make_unique<Slot>(runtime_));
  }
  SolveParameters p = parametersFor(batch, tolerance);
  const int priced = priceCount();
  const int n = shared_.n;
  const long stride = batch.stride;
  const bool keepsWeights = onDevice.weights != nullptr;
  std::vector<bool> resident;
  eachBatchArray(batch, problem_.rows, n,
                 [&](const double* array, std::int64_t) { resident.push_back(onDevice.reads(array)); });

  // Bytes of a scenario, those of its answers, and what alignment may add to each array.
  std::size_t each = 0;
  eachBatchArray(batch, problem_.rows, n, [&](const double* array, std::int64_t numbers) {
    each += array == nullptr || onDevice.reads(array) ? 0 : numbers * sizeof(double);
  });
  each += (((results.reducedCosts == nullptr ? 0 : 1) + (keepsWeights ? 0 : 1)) * stride + priced) * sizeof(double) +
          sizeof(Answer);
  const int portfolios = p.launch.portfoliosPerBlock;
  p.groups = properties_.multiprocessors * (kThreadsPerProcessor / p.launch.threads) * portfolios;
  p.groups = std::min(p.groups, (batch.count + portfolios - 1) / portfolios * portfolios);
  double free = static_cast<double>(runtime_.memory().free);
  for (const std::unique_ptr<Slot>& slot : slots) {
    free += static_cast<double>((slot->device.count() + slot->workspace.count()) * sizeof(double));
  }
  free *= kPartOfMemory / 2;
  while (p.groups > portfolios && p.groups * (p.launch.memoryStride * sizeof(double)) > 0.5 * free) {
    p.groups = std::max(portfolios, p.groups / 2 / portfolios * portfolios);
  }
  // Two chunks at least, so that one is copied while the other is solved; each enough to keep all groups busy.
  int chunk = std::max({kLeastChunk, 4 * p.groups, (batch.count + 7) / 8});
  chunk = options_.chunk > 0 ? options_.chunk : chunk;
  chunk = std::min(chunk, batch.count);
  while (chunk > 1 && static_cast<double>(chunk) * each > 0.5 * free) {
    chunk = (chunk + 1) / 2;
  }

  // Makes room in a slot; false if there is none, not even for less.
  const auto ensure = [&](Slot& slot, std::size_t bytes) {
    const std::size_t work = std::max<std::size_t>(1, p.groups * p.launch.memoryStride);
    if (slot.device.count() < numbersFor(bytes)) {
      slot.device = DeviceNumbers();
      slot.host = PinnedNumbers();
      slot.device = DeviceNumbers(runtime_, numbersFor(bytes));
      slot.host = PinnedNumbers(runtime_, numbersFor(bytes));
    }
    if (slot.workspace.count() < work) {
      slot.workspace = DeviceNumbers();
      slot.workspace = DeviceNumbers(runtime_, work);
    }
  };

  const auto start = [&](Slot& slot, int first, int count) {
    BatchView here = part(batch, problem_.rows, n, first, count);
    SolveParameters q = p;
    q.batch = here;
    Arena arena;
    std::size_t place = 0;
    eachBatchArray(q.batch, problem_.rows, n, [&](const double*& array, std::int64_t numbers) {
      if (!resident[place++]) {
        arena.add(array, count * numbers);
      }
    });
    const std::size_t answers = arena.bytes();
    const auto after = [](std::size_t offset, std::size_t bytes) { return offset + (bytes + 255) / 256 * 256; };
    const std::size_t weights = after(answers, count * sizeof(Answer));
    const std::size_t prices = after(weights, keepsWeights ? 0 : count * stride * sizeof(double));
    const std::size_t reduced = after(prices, static_cast<std::size_t>(count) * priced * sizeof(double));
    const std::size_t next =
        results.reducedCosts == nullptr ? reduced : after(reduced, count * stride * sizeof(double));
    ensure(slot, next + 256);
    const auto there = reinterpret_cast<char*>(slot.device.get());
    const auto pinned = reinterpret_cast<char*>(slot.host.get());
    arena.copy(pinned, 0, answers);
    arena.place(there);
    q.answers = reinterpret_cast<Answer*>(there + answers);
    q.weights = keepsWeights ? onDevice.weights + first * stride : reinterpret_cast<double*>(there + weights);
    q.padding = !keepsWeights;
    q.prices = reinterpret_cast<double*>(there + prices);
    q.reducedCosts = results.reducedCosts == nullptr ? nullptr : reinterpret_cast<double*>(there + reduced);
    q.next = reinterpret_cast<int*>(there + next);
    q.memory = slot.workspace.get();
    if (answers > 0) {
      runtime_.copyToDevice(there, pinned, answers, *slot.stream);
    }
    runtime_.fill(there + next, 0, sizeof(int), *slot.stream);
    runtime_.launch(q, *slot.stream);
    runtime_.copyToHost(pinned + answers, there + answers, next - answers, *slot.stream);
    slot.first = first;
    slot.count = count;
    slot.answers = answers;
  };

  const auto collect = [&](Slot& slot) {
    if (slot.count == 0) {
      return;
    }
    runtime_.synchronise(*slot.stream);
    const char* from = reinterpret_cast<const char*>(slot.host.get()) + slot.answers;
    const ResultView to = part(results, priced, given.stride, slot.first);
    const auto take = [&](void* target, std::size_t bytes) {
      std::memcpy(target, from, bytes);
      from += (bytes + 255) / 256 * 256;
    };
    const auto takeRows = [&](double* target) {
      if (stride == given.stride) {
        take(target, slot.count * stride * sizeof(double));
        return;
      }
      const auto* rows = reinterpret_cast<const double*>(from);
      for (int s = 0; s < slot.count; s++) {
        double* const row = target + s * given.stride;
        std::copy_n(rows + s * stride, n, row);
        std::fill(row + n, row + given.stride, 0.0);
      }
      from += (slot.count * stride * sizeof(double) + 255) / 256 * 256;
    };
    take(to.answers, slot.count * sizeof(Answer));
    if (!keepsWeights) {
      takeRows(to.weights);
    }
    take(to.prices, static_cast<std::size_t>(slot.count) * priced * sizeof(double));
    if (to.reducedCosts != nullptr) {
      takeRows(to.reducedCosts);
    }
    slot.count = 0;
  };

  bool room = true;
  for (int first = 0, turn = 0; first < batch.count && room; turn++) {
    Slot& slot = *slots[turn % 2];
    collect(slot);
    const int count = std::min(chunk, batch.count - first);
    try {
      start(slot, first, count);
      first += count;
    } catch (const OutOfMemory&) {
      // What the other slot holds may be in the way too: one at a time, and smaller.
      collect(*slots[(turn + 1) % 2]);
      for (const std::unique_ptr<Slot>& other : slots) {
        runtime_.synchronise(*other->stream);  // a launch may be refused when its copies are under way
        other->device = DeviceNumbers();
        other->workspace = DeviceNumbers();
        other->host = PinnedNumbers();
      }
      room = chunk > 1 || p.groups > portfolios;
      chunk = (chunk + 1) / 2;
      p.groups = std::max(portfolios, p.groups / 2 / portfolios * portfolios);
    }
  }
  for (const std::unique_ptr<Slot>& slot : slots) {
    collect(*slot);
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  // The first one last, to be taken first: it is the one that small batches have made room in. What many threads had
  // at once is not kept for ever.
  for (auto slot = slots.rbegin(); slot != slots.rend() && idle_.size() < kIdle; ++slot) {
    idle_.push_back(std::move(*slot));
  }
  return room;
}

}  // namespace parabola::cuda
