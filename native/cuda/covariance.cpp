#include "covariance.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "staging.hpp"

namespace parabola::cuda {

namespace {

// A launch over 16 groups reads and writes the scatter seldom enough (see covariance.cu), and a copy of some megabytes
// comes to the full rate of the bus.
constexpr std::int64_t kUsualChunk = 16 * kGroup;
constexpr std::int64_t kUsualNumbers = std::int64_t{1} << 22;

// Of the free memory; the rest is for the library's workspace and for others.
constexpr double kPartOfMemory = 0.9;

std::int64_t wholeGroups(std::int64_t rows) { return std::max<std::int64_t>(1, rows / kGroup) * kGroup; }

}  // namespace

SampleCovariance::SampleCovariance(Runtime& runtime, int assets, const Options& options)
    : runtime_(runtime), n_(assets), stride_((std::int64_t{assets} + 7) / 8 * 8), options_(options) {
  if (assets < 1) {
    throw std::invalid_argument("sample of " + std::to_string(assets) + " assets: needs at least 1");
  }
  copyThreads_ = options.copyThreads > 0 ? options.copyThreads
                                         : static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, 8u));
  runtime_.select(options.device);
  properties_ = runtime_.properties(options.device);
  copies_ = runtime_.stream();
  work_ = runtime_.stream();
  const std::int64_t usual = std::max(kUsualChunk, kUsualNumbers / n_);
  plan(wholeGroups(options.chunk > 0 ? options.chunk : usual));
  while (true) {
    try {
      allocate();
      break;
    } catch (const OutOfMemory&) {
      release();
      if (capacity_ == kGroup) {
        throw;
      }
      capacity_ = wholeGroups(capacity_ / 2);
    }
  }
  runtime_.fill(scatter_.get(), 0, scatter_.count() * sizeof(double), *work_);
  runtime_.fill(means_.get(), 0, 2 * stride_ * sizeof(double), *work_);
}

SampleCovariance::~SampleCovariance() {
  // Memory is freed when nothing uses it any more; after an error that is so at once.
  try {
    runtime_.select(options_.device);
    runtime_.synchronise(*copies_);
    runtime_.synchronise(*work_);
  } catch (const CudaError&) {
  }
}

// The largest chunk that the memory has room for, so that it is seldom that allocating fails.
void SampleCovariance::plan(std::int64_t wanted) {
  const double free = kPartOfMemory * static_cast<double>(runtime_.memory().free) / sizeof(double);
  const double fixed = static_cast<double>(n_) * static_cast<double>(stride_);
  for (capacity_ = wanted; capacity_ > kGroup; capacity_ = wholeGroups(capacity_ / 2)) {
    const double chunk = static_cast<double>(capacity_) * (2.0 * n_ + 1.02 * static_cast<double>(stride_) + 4);
    if (fixed + chunk <= free) {
      return;
    }
  }
}

// A chunk's returns, weights and groups' weights.
std::size_t SampleCovariance::slotNumbers() const {
  return capacity_ * n_ + capacity_ + groupsOf(static_cast<int>(capacity_));
}

void SampleCovariance::allocate() {
  const int groups = groupsOf(static_cast<int>(capacity_));
  scatter_ = DeviceNumbers(runtime_, n_ * stride_);
  centred_ = DeviceNumbers(runtime_, placesOf(static_cast<int>(capacity_)) * stride_);
  means_ = DeviceNumbers(runtime_, (2 + 2 * groups) * stride_);
  variances_ = DeviceNumbers(runtime_, stride_);
  row_ = PinnedNumbers(runtime_, 2 * stride_);
  for (Slot& slot : slots_) {
    slot.device = DeviceNumbers(runtime_, slotNumbers());
    slot.host = PinnedNumbers(runtime_, slotNumbers());
    slot.copied = runtime_.event();
    slot.used = runtime_.event();
  }
}

void SampleCovariance::release() {
  for (Slot& slot : slots_) {
    slot = Slot();
  }
  for (DeviceNumbers* numbers : {&scatter_, &centred_, &means_, &variances_}) {
    *numbers = DeviceNumbers();
  }
  row_ = PinnedNumbers();
}

void SampleCovariance::begin() {
  if (broken_) {
    throw std::logic_error("sample covariance: observations were lost in an earlier error");
  }
  runtime_.select(options_.device);
}

std::int64_t SampleCovariance::observations() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return folded_ + pending_;
}

void SampleCovariance::checkAdding(std::int64_t observations, std::int64_t stride, bool weighted) {
  if (observations < 0 || stride < n_) {
    throw std::invalid_argument(std::to_string(observations) + " observations, " + std::to_string(stride) +
                                " apart, of " + std::to_string(n_) + " assets");
  }
  if (observations > 0) {
    if (folded_ + pending_ > 0 && weighted_ != weighted) {
      throw std::invalid_argument("weights must be given for all observations or for none");
    }
    weighted_ = weighted;
  }
}

void SampleCovariance::add(const double* returns, std::int64_t observations, std::int64_t stride,
                           const double* weights) {
  const std::lock_guard<std::mutex> lock(mutex_);
  begin();
  checkAdding(observations, stride, weights != nullptr);
  for (std::int64_t next = 0; next < observations;) {
    const std::int64_t rows = std::min(observations - next, capacity_ - pending_);
    stage(returns + next * stride, rows, stride, weights == nullptr ? nullptr : weights + next);
    next += rows;
    if (pending_ == capacity_) {
      flush();
    }
  }
}

void SampleCovariance::addFromDevice(const double* returns, std::int64_t observations, std::int64_t stride) {
  const std::lock_guard<std::mutex> lock(mutex_);
  begin();
  checkAdding(observations, stride, false);
  flush();
  for (std::int64_t next = 0; next < observations;) {
    const std::int64_t rows = std::min(observations - next, capacity_);
    broken_ = true;
    pending_ = rows;
    fold(returns + next * stride, stride, static_cast<int>(rows), nullptr, nullptr, weight_ + static_cast<double>(rows),
         nullptr);
    next += rows;
  }
  runtime_.synchronise(*work_);
}

// Into the current slot's pinned memory.
void SampleCovariance::stage(const double* returns, std::int64_t rows, std::int64_t stride, const double* weights) {
  Slot& slot = slots_[current_];
  if (pending_ == 0) {
    runtime_.synchronise(*slot.copied);
  }
  std::int64_t good = rows;
  std::string error;
  const std::int64_t bad = copyFinite(slot.host.get() + pending_ * n_, returns, rows, n_, stride, copyThreads_);
  if (bad >= 0) {
    good = bad / n_;
    error = "returns[observation " + std::to_string(folded_ + pending_ + good) + ", asset " + std::to_string(bad % n_) +
            "] = " + std::to_string(returns[good * stride + bad % n_]) + ": must be finite";
  }
  if (weights != nullptr) {
    double* to = slot.host.get() + capacity_ * n_ + pending_;
    for (std::int64_t row = 0; row < good; row++) {
      if (!(weights[row] >= 0) || !std::isfinite(weights[row])) {
        error = "weights[observation " + std::to_string(folded_ + pending_ + row) +
                "] = " + std::to_string(weights[row]) + ": must be finite and at least 0";
        good = row;
        break;
      }
      to[row] = weights[row];
      weightSquares_ += weights[row] * weights[row];
      positive_ += weights[row] > 0 ? 1 : 0;
    }
  }
  pending_ += good;
  if (!error.empty()) {
    throw std::invalid_argument(error);
  }
}

// Sends the current slot on its way.
void SampleCovariance::flush() {
  if (pending_ == 0) {
    return;
  }
  broken_ = true;
  Slot& slot = slots_[current_];
  const int rows = static_cast<int>(pending_), groups = groupsOf(rows);
  const std::int64_t weightsAt = capacity_ * n_, groupsAt = weightsAt + capacity_;
  double weight = weight_;
  for (int group = 0; group < groups; group++) {
    const int first = group * kGroup, last = std::min(rows, first + kGroup);
    double sum = last - first;
    if (weighted_) {
      sum = 0;
      for (int row = first; row < last; row++) {
        sum += slot.host.get()[weightsAt + row];
      }
      slot.host.get()[groupsAt + group] = sum;
    }
    weight += sum;
  }

  runtime_.wait(*copies_, *slot.used);
  runtime_.copyToDevice(slot.device.get(), slot.host.get(), pending_ * n_ * sizeof(double), *copies_);
  if (weighted_) {
    runtime_.copyToDevice(slot.device.get() + weightsAt, slot.host.get() + weightsAt,
                          (slotNumbers() - weightsAt) * sizeof(double), *copies_);
  }
  runtime_.record(*slot.copied, *copies_);
  runtime_.wait(*work_, *slot.copied);

  const bool weighted = weighted_;
  fold(slot.device.get(), n_, rows, weighted ? slot.device.get() + weightsAt : nullptr,
       weighted ? slot.device.get() + groupsAt : nullptr, weight, &slot);
  current_ = 1 - current_;
}

// Takes in `pending_` observations that are on the device, after which all weigh `weightAfter`; `used` is their slot,
// if they have one.
void SampleCovariance::fold(const double* returns, std::int64_t stride, int rows, const double* weights,
                            const double* groupWeights, double weightAfter, Slot* used) {
  const int groups = groupsOf(rows);
  double* origins = means_.get() + 2 * stride_;
  double* rests = origins + groups * stride_;
  CentreParameters centre;
  centre.returns = returns;
  centre.returnsStride = stride;
  centre.rows = rows;
  centre.n = n_;
  centre.weights = weights;
  centre.groupWeights = groupWeights;
  centre.centred = centred_.get();
  centre.stride = stride_;
  centre.origins = origins;
  centre.rests = rests;
  runtime_.launch(centre, *work_);
  JoinParameters join;
  join.origins = origins;
  join.rests = rests;
  join.groupWeights = groupWeights;
  join.rows = rows;
  join.weightBefore = weight_;
  join.centred = centred_.get();
  join.stride = stride_;
  join.mean = means_.get();
  runtime_.launch(join, *work_);
  if (used != nullptr) {
    // Joining reads the groups' weights.
    runtime_.record(*used->used, *work_);
  }
  multiply(placesOf(rows));
  weight_ = weightAfter;
  folded_ += pending_;
  pending_ = 0;
  broken_ = false;
}

void SampleCovariance::multiply(int depth) {
  SyrkParameters p;
  p.rows = centred_.get();
  p.scatter = scatter_.get();
  p.n = n_;
  p.depth = depth;
  p.stride = stride_;
  p.tile = tileFor(n_, 1, properties_);
  // A sample of less than a chunk is not worth trying both for.
  if (!decided_ && options_.products == Products::Library) {
    decided_ = true;
    library_ = runtime_.blas() != nullptr;
  } else if (!decided_ && options_.products == Products::Fastest && folded_ + pending_ >= capacity_) {
    decided_ = true;
    library_ = libraryIsFaster(runtime_, options_.device, p, *work_);
  }
  if (library_) {
    runtime_.blas()->syrk(p, *work_);
  } else {
    runtime_.launch(p, *work_);
  }
}

void SampleCovariance::mean(double* mean) {
  const std::lock_guard<std::mutex> lock(mutex_);
  begin();
  if (folded_ + pending_ == 0 || (weighted_ && positive_ == 0)) {
    throw std::invalid_argument("mean of no observations: needs at least 1");
  }
  flush();
  runtime_.copyToHost(row_.get(), means_.get(), stride_ * sizeof(double), *work_);
  runtime_.synchronise(*work_);
  std::memcpy(mean, row_.get(), n_ * sizeof(double));
}

double SampleCovariance::divisor() const {
  const std::int64_t count = weighted_ ? positive_ : folded_ + pending_;
  if (count < 2) {
    throw std::invalid_argument("sample covariance of " + std::to_string(count) +
                                (count == 1 ? " observation" : " observations") + ": needs at least 2");
  }
  return weighted_ ? weight_ - weightSquares_ / weight_ : static_cast<double>(folded_ - 1);
}

void SampleCovariance::finish(double* target, int firstRow, int rowCount) {
  FinishParameters p;
  p.scatter = scatter_.get();
  p.stride = stride_;
  p.n = n_;
  p.divisor = divisor();
  p.firstRow = firstRow;
  p.rowCount = rowCount;
  p.covariance = target;
  p.variances = variances_.get();
  runtime_.launch(p, *work_);
}

void SampleCovariance::checkVariances() {
  runtime_.copyToHost(row_.get(), variances_.get(), stride_ * sizeof(double), *work_);
  runtime_.synchronise(*work_);
  for (int i = 0; i < n_; i++) {
    if (!std::isfinite(row_.get()[i])) {
      throw std::invalid_argument("the variance of asset " + std::to_string(i) + " overflows");
    }
  }
}

DeviceNumbers SampleCovariance::covarianceOnDevice() {
  const std::lock_guard<std::mutex> lock(mutex_);
  begin();
  divisor();
  DeviceNumbers result(runtime_, n_ * stride_);
  flush();
  finish(result.get(), 0, n_);
  checkVariances();
  return result;
}

void SampleCovariance::covariance(double* covariance, std::int64_t stride) {
  const std::lock_guard<std::mutex> lock(mutex_);
  begin();
  divisor();
  flush();
  // By way of the chunks' memory, which is free now: while one part is copied to its place, the next one comes.
  runtime_.synchronise(*work_);
  const int part = static_cast<int>(std::min<std::int64_t>(n_, capacity_ * n_ / stride_));
  int waiting = -1;
  const auto collect = [&] {
    Slot& slot = slots_[waiting / part % 2];
    runtime_.synchronise(*slot.copied);
    const int rows = std::min(part, n_ - waiting);
    for (int i = 0; i < rows; i++) {
      std::memcpy(covariance + (waiting + i) * stride, slot.host.get() + i * stride_, n_ * sizeof(double));
    }
  };
  for (int first = 0; first < n_; first += part) {
    Slot& slot = slots_[first / part % 2];
    const int rows = std::min(part, n_ - first);
    finish(slot.device.get(), first, rows);
    runtime_.copyToHost(slot.host.get(), slot.device.get(), rows * stride_ * sizeof(double), *work_);
    runtime_.record(*slot.copied, *work_);
    if (waiting >= 0) {
      collect();
    }
    waiting = first;
  }
  collect();
  checkVariances();
}

}  // namespace parabola::cuda
