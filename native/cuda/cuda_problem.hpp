// The CUDA executor: the base scenario is solved on the CPU, the scenarios of batches on a device, in chunks, so that
// one chunk is copied while another one is solved.
//
// What the device leaves inaccurate (the last resort has no kernel, see rescue.hpp) and batches that are not worth the
// trip go to the CPU executor, and so does everything where the device has no memory for the problem.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "cpu_engine.hpp"
#include "device_memory.hpp"
#include "runtime.hpp"

namespace parabola::cuda {

// What of a batch is on the device already, and where its weights are to stay: matrices [count, stride], or null. What
// is here is not among the batch's own arrays.
struct OnDevice {
  const double* expectedReturns = nullptr;
  const double* lower = nullptr;
  const double* upper = nullptr;
  const double* start = nullptr;
  const double* current = nullptr;
  const double* own = nullptr;  // [count * n, stride]
  double* weights = nullptr;    // beyond n they stay as they are
  long stride = 0;              // at least n

  bool reads(const double* array) const {
    return array != nullptr && (array == expectedReturns || array == lower || array == upper || array == start ||
                                array == current || array == own);
  }
};

class CudaProblem final : public Solver {
 public:
  struct Options {
    int device = 0;
    int chunk = 0;                   // scenarios, at most; 0: chosen here
    std::int64_t breakEven = 20000;  // batches of fewer weights than that, all scenarios together, go to the CPU
  };

  CudaProblem(Runtime& runtime, const Kernels& kernels, const CovarianceView& covariance, const ProblemView& problem,
              const Options& options);
  ~CudaProblem() override;
  CudaProblem(const CudaProblem&) = delete;
  CudaProblem& operator=(const CudaProblem&) = delete;

  // Takes ownership of memory that the covariance points to.
  void own(parabola::Memory covariance) { prepared_.own(std::move(covariance)); }

  int rows() const override { return prepared_.rows(); }
  // Throws CudaError for what goes wrong on the device; its results are then undefined.
  void solve(const BatchView& batch, const ResultView& results, int threads, double tolerance) override;
  // The same from and to the device's memory, which has to be there until this returns; `results.weights` is null if
  // they stay.
  void solve(const BatchView& batch, const OnDevice& there, const ResultView& results, int threads, double tolerance);

 private:
  struct Slot;

  bool upload();
  SolveParameters parametersFor(const BatchView& batch, double tolerance) const;
  bool solveOnDevice(const BatchView& batch, const OnDevice& there, const ResultView& results, double tolerance);
  void solveOnHost(const BatchView& batch, const OnDevice& there, const std::vector<int>& which,
                   const ResultView& results, int threads, double tolerance);

  Runtime& runtime_;
  const Options options_;
  PreparedProblem prepared_;
  DeviceProperties properties_;

  // On the host until upload() has placed them.
  Shared shared_;
  CovarianceView covariance_;
  ProblemView problem_;
  std::vector<const double*> rows_;
  const double* const* rowTable_ = nullptr;

  std::mutex mutex_;  // of what follows
  bool there_ = false;
  DeviceNumbers memory_;
  std::vector<std::unique_ptr<Slot>> idle_;
};

}  // namespace parabola::cuda
