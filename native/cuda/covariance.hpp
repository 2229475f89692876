// Mean and covariance of T observations of n assets' simple returns, taken in as they come and worked on by a device.
//
//   mean = (1/T) sum r_t        covariance = 1/(T - 1) sum (r_t - mean)(r_t - mean)'
//
// and with weights w_t, W = sum w_t: mean = (1/W) sum w_t r_t, covariance = 1/(W - sum w_t^2 / W) sum w_t (r_t - mean)
// (r_t - mean)', which no scale of the weights changes and which for equal ones is the first.
//
// The observations are read once, in chunks, through two pinned buffers: while one is copied and worked on, the other
// one is filled. The result is exactly symmetric, and exactly zero for an asset whose return never changes. With the
// project's own products it has the same bits for any division of the observations into calls and into chunks (and so
// for any amount of free memory) and for any size of tile, as long as no result is read in between, which closes the
// current group of kGroup observations and changes later results by rounding. Chips that multiply by different
// instructions may differ by rounding; with cuBLAS, chunks may too.
#pragma once

#include <cstdint>
#include <mutex>

#include "device_memory.hpp"
#include "products.hpp"

namespace parabola::cuda {

class SampleCovariance {
 public:
  struct Options {
    int device = 0;
    std::int64_t chunk = 0;  // observations, rounded down to whole groups but at least one; 0: chosen here
    int copyThreads = 0;     // that fill the pinned buffers; 0: chosen here
    Products products = Products::Fastest;
  };

  // Throws OutOfMemory if not even chunks of one group fit.
  SampleCovariance(Runtime& runtime, int assets, const Options& options);
  SampleCovariance(Runtime& runtime, int assets) : SampleCovariance(runtime, assets, Options()) {}
  ~SampleCovariance();

  // Any thread may call any of these; they wait for each other.

  // Adds returns [observations, n], `stride` apart; `weights` [observations], at least 0, for all calls or for none.
  // Throws std::invalid_argument for a number that is not finite, with its observation, counted over all calls; those
  // before it may then have been added.
  void add(const double* returns, std::int64_t observations, std::int64_t stride, const double* weights = nullptr);

  // The same for returns that lie on the device already, and are there until this returns. Numbers that are not finite
  // show when a result is asked for. Observations from the host that do not fill a group of kGroup close it.
  void addFromDevice(const double* returns, std::int64_t observations, std::int64_t stride);

  std::int64_t observations() const;
  std::int64_t stride() const { return stride_; }  // n rounded up to 8
  std::int64_t chunk() const { return capacity_; }

  // Throw std::invalid_argument if there are too few observations or a variance overflows.
  void mean(double* mean);                                   // [n]
  void covariance(double* covariance, std::int64_t stride);  // [n, n], rows `stride` apart
  DeviceNumbers covarianceOnDevice();                        // [n, stride()], zero from column n on

 private:
  struct Slot {
    PinnedNumbers host;
    DeviceNumbers device;
    std::unique_ptr<Event> copied;  // what is in `host` has been read
    std::unique_ptr<Event> used;    // what is in `device` has been read
  };

  void plan(std::int64_t wanted);
  void allocate();
  void release();
  std::size_t slotNumbers() const;
  void begin();
  void checkAdding(std::int64_t observations, std::int64_t stride, bool weighted);
  void stage(const double* returns, std::int64_t rows, std::int64_t stride, const double* weights);
  void flush();
  void fold(const double* returns, std::int64_t stride, int rows, const double* weights, const double* groupWeights,
            double weightAfter, Slot* used);
  void multiply(int depth);
  double divisor() const;
  void finish(double* target, int firstRow, int rowCount);
  void checkVariances();

  Runtime& runtime_;
  const int n_;
  const std::int64_t stride_;
  const Options options_;
  int copyThreads_ = 1;
  DeviceProperties properties_;
  std::int64_t capacity_ = 0;

  mutable std::mutex mutex_;
  bool broken_ = false;  // a chunk was lost in an error
  bool weighted_ = false;
  bool decided_ = false;
  bool library_ = false;
  int current_ = 0;
  std::int64_t pending_ = 0;
  std::int64_t folded_ = 0;
  double weight_ = 0;         // of what is folded in
  double weightSquares_ = 0;  // of all
  std::int64_t positive_ = 0;

  std::unique_ptr<Stream> copies_, work_;
  Slot slots_[2];
  DeviceNumbers scatter_;  // [n, stride]
  DeviceNumbers centred_;  // [placesOf(capacity), stride]
  DeviceNumbers means_;    // [2, stride], then the groups' [2, groups, stride]
  DeviceNumbers variances_;
  PinnedNumbers row_;  // [2, stride]
};

}  // namespace parabola::cuda
