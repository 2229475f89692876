// What a CUDA kernel is given: pointers to a batch in the device's memory.
#pragma once

#include "launch.hpp"
#include "problem.hpp"

namespace parabola {

// Arrays of one row or number a scenario, or with a stride of zero one for all; null where there is none.
struct Rows {
  const double* at = nullptr;
  long stride = 0;

#if defined(__CUDACC__)
  __host__ __device__
#endif
      const double*
      operator()(long s) const {
    return at == nullptr ? nullptr : at + s * stride;
  }
};

struct PlainBatch {
  Shared shared;
  Goal goal = Goal::RiskAversion;
  int count = 0;
  double tolerance = 1e-8;
  Rows expectedReturns, lower, upper, start;  // [n]
  Rows goalValue, budget;                     // [1]
  double* weights = nullptr;                  // [count, weightStride]
  long weightStride = 0;
  Answer* answers = nullptr;       // [count]
  double* prices = nullptr;        // [count] of the budget
  double* reducedCosts = nullptr;  // [count, weightStride], or null
  int* next = nullptr;             // [1] the scenario that the next group takes, zero at first
  double* memory = nullptr;        // [groups, memoryStride] for what is not in shared memory, see launch.hpp
  long memoryStride = 0;
  Room room = Room::Global;
  long sharedStride = 0;  // doubles of dynamic shared memory from one group of a block to the next
};

struct GeneralBatch : PlainBatch {  // prices [count, rows + 4]
  Limits limits;                    // what all scenarios share: whether there is a budget, how many rows, the exponent
  Rows coefficients;                // [n] of row r of scenario s: that of number s coefficientRows + r
  int coefficientRows = 0;          // rows, or 0 where all scenarios share them
  Rows rowLower, rowUpper;          // [rows]
  Rows current, buy, sell, quadratic, power, benchmark;  // [n]
  Rows turnover, gross;                                  // [1]
  bool structured = false;
  Rows own, scale, common, factors, diagonal;  // as Structure
  int thinFactors = -1;
};

}  // namespace parabola
