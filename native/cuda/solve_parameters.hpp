// What the solving kernels are given: a problem, its batch and the place for its answers, all in the device's memory.
#pragma once

#include <atomic>
#include <cstddef>

#include "batch.hpp"
#include "launch.hpp"

namespace parabola::cuda {

struct SolveParameters {
  Shared shared;
  CovarianceView covariance;
  ProblemView problem;
  const double* const* rows = nullptr;  // [problem.rows] the problem's own
  BatchView batch;
  bool plain = false;    // bounds and a budget, and the shared covariance: the kernels of plain.cu, else of general.cu
  bool thin = false;     // isThin() of the shared covariance
  int thinFactors = -1;  // the most that a scenario's covariance has, where faces need not be dense
  double tolerance = 1e-8;
  double* weights = nullptr;       // [count, stride]
  bool padding = true;             // whether what lies behind the n weights of a scenario becomes zero, or stays
  Answer* answers = nullptr;       // [count]
  double* prices = nullptr;        // [count, problem.rows + 4]
  double* reducedCosts = nullptr;  // [count, stride], or null
  int* next = nullptr;             // [1] the scenario that the next group takes, zero at first
  Launch launch;
  int groups = 0;            // of lanes, each with a portfolio
  double* memory = nullptr;  // [groups, launch.memoryStride] for what is not in shared memory
};

// How the portfolios are laid over a device that has room for `sharedPerBlock` and `sharedPerProcessor` bytes.
Launch launchFor(const SolveParameters& parameters, std::size_t sharedPerBlock, std::size_t sharedPerProcessor);

// How many lanes a group has on the CPU, for the tests: 1, unless they ask for more.
std::atomic<int>& lanesOnCpu();

}  // namespace parabola::cuda
