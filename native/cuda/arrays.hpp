// The arrays of device memory that a launch reads or writes: f(pointer, numbers) for each, so that the stand-in can
// tell a host pointer, and one that is too short, from what is meant. A null pointer is one that is not used.
#pragma once

#include <type_traits>

#include "draw_parameters.hpp"
#include "scatter.hpp"
#include "solve_parameters.hpp"

namespace parabola::cuda {

template <class F>
void eachArray(const CentreParameters& p, F f) {
  const std::int64_t others = p.scenarios - 1;
  f(p.returns, others * p.returnsBetween + (p.rows - 1) * p.returnsStride + p.n);
  f(p.weights, p.rows);
  f(p.groupWeights, groupsOf(p.rows));
  f(p.centred, others * p.centredBetween + placesOf(p.rows) * p.stride);
  f(p.origins, others * p.meansBetween + groupsOf(p.rows) * p.stride);
  f(p.rests, others * p.meansBetween + groupsOf(p.rows) * p.stride);
}

template <class F>
void eachArray(const JoinParameters& p, F f) {
  const std::int64_t others = p.scenarios - 1;
  f(p.origins, others * p.meansBetween + groupsOf(p.rows) * p.stride);
  f(p.rests, others * p.meansBetween + groupsOf(p.rows) * p.stride);
  f(p.groupWeights, groupsOf(p.rows));
  f(p.centred, others * p.centredBetween + placesOf(p.rows) * p.stride);
  f(p.mean, others * p.meanBetween + 2 * p.stride);
}

template <class F>
void eachArray(const SyrkParameters& p, F f) {
  const std::int64_t others = p.scenarios - 1;
  f(p.rows, others * p.rowsBetween + p.depth * p.stride);
  f(p.scatter, others * p.scatterBetween + p.n * p.stride);
}

template <class F>
void eachArray(const FinishParameters& p, F f) {
  const std::int64_t others = p.scenarios - 1;
  f(p.scatter, others * p.scatterBetween + p.n * p.stride);
  f(p.covariance, others * p.covarianceBetween + p.rowCount * p.stride);
  f(p.variances, p.scenarios * p.stride);
}

// Of those of a problem f is given the pointers themselves, which upload() moves.
template <class SharedView, class F>
requires std::is_same_v<std::remove_const_t<SharedView>, Shared>
void eachArray(SharedView& s, F f) {
  const std::int64_t square = s.n * static_cast<std::int64_t>(s.stride);
  f(s.covariance, square);
  f(s.deviation, s.stride);
  f(s.factors, s.factorCount * static_cast<std::int64_t>(s.stride));
  f(s.diagonal, s.stride);
  f(s.zeros, s.stride);
  f(s.baseSide, s.stride);
  f(s.baseWeights, s.stride);
  f(s.baseProduct, s.stride);
  f(s.baseStep, s.stride);
  f(s.baseRows, s.rows + 3);
  f(s.basePrices.budget, 1);
  f(s.basePrices.rows, s.rows);
  f(s.basePrices.turnover, 1);
  f(s.basePrices.gross, 1);
  f(s.basePrices.target, 1);
  f(s.baseIndex, s.baseFree);
  f(s.baseL, s.baseFree * static_cast<std::int64_t>(s.baseStride));
  f(s.baseInverse, s.baseFree);
  f(s.inverse, square);
  f(s.balanced, s.stride);
  f(s.turned, square);
  f(s.turnedBalanced, s.stride);
}

template <class View, class F>
requires std::is_same_v<std::remove_const_t<View>, CovarianceView>
void eachArray(View& c, F f) {
  f(c.dense, c.n * static_cast<std::int64_t>(c.stride));
  f(c.root, c.factorCount * static_cast<std::int64_t>(c.stride));
  f(c.exposures, c.factorCount * static_cast<std::int64_t>(c.stride));
  f(c.specific, c.stride);
}

// Those of `stride` numbers; coefficients are told apart, see SolveParameters::rows.
template <class View, class F>
requires std::is_same_v<std::remove_const_t<View>, ProblemView>
void eachArray(View& p, std::int64_t stride, F f) {
  for (auto* array : {&p.expectedReturns, &p.lower, &p.upper, &p.start, &p.current, &p.buy, &p.sell, &p.quadratic,
                      &p.power, &p.benchmark}) {
    f(*array, stride);
  }
  f(p.rowLower, p.rows);
  f(p.rowUpper, p.rows);
}

// f(array, rows of `stride` numbers that a scenario has) for those of a batch that have such, whose scenarios have so
// many rows of constraints and so many assets.
template <class Batch, class F>
void eachBatchMatrix(Batch& b, int rows, int n, F f) {
  for (auto* array : {&b.expectedReturns, &b.lower, &b.upper, &b.start, &b.current, &b.buy, &b.sell, &b.quadratic,
                      &b.power, &b.benchmark, &b.volatility, &b.specific}) {
    f(*array, 1);
  }
  f(b.coefficients, rows);
  f(b.own, n);
}

// f(array, numbers of a scenario) for all of a batch.
template <class Batch, class F>
void eachBatchArray(Batch& b, int rows, int n, F f) {
  eachBatchMatrix(b, rows, n, [&](auto& array, int each) { f(array, each * static_cast<std::int64_t>(b.stride)); });
  for (auto* array : {&b.goalValue, &b.budget, &b.turnover, &b.gross}) {
    f(*array, std::int64_t{1});
  }
  f(b.rowLower, static_cast<std::int64_t>(b.rowStride));
  f(b.rowUpper, static_cast<std::int64_t>(b.rowStride));
  f(b.stress, static_cast<std::int64_t>(b.stressStride));
  f(b.factorCovariance, static_cast<std::int64_t>(b.omegaStride));
}

template <class F>
void eachArray(const SolveParameters& p, F f) {
  const std::int64_t count = p.batch.count;
  eachArray(p.shared, f);
  eachArray(p.covariance, f);
  eachArray(p.problem, p.shared.stride, f);
  eachBatchArray(p.batch, p.problem.rows, p.shared.n,
                 [&](const double* array, std::int64_t each) { f(array, count * each); });
  f(p.rows, p.problem.rows);
  f(p.weights, count * p.batch.stride);
  f(p.answers, count);
  f(p.prices, count * (p.problem.rows + 4));
  f(p.reducedCosts, count * p.batch.stride);
  f(p.next, 1);
  f(p.memory, p.groups * static_cast<std::int64_t>(p.launch.memoryStride));
}

template <class View, class F>
requires std::is_same_v<std::remove_const_t<View>, ProcessView>
void eachArray(View& p, F f) {
  const std::int64_t rows = p.regimes * static_cast<std::int64_t>(p.stride);
  f(p.mean, rows);
  f(p.deviation, rows);
  f(p.specific, rows);
  f(p.freedom, p.regimes);
  f(p.initial, p.regimes);
  f(p.transition, p.regimes * static_cast<std::int64_t>(p.regimes));
  f(p.columns, p.allColumns * static_cast<std::int64_t>(p.stride));
  f(p.firstColumn, p.regimes + 1);
  f(p.jump, p.stride);
  f(p.jumpRoot, p.jumpColumns * static_cast<std::int64_t>(p.stride));
  f(p.history, p.observations * static_cast<std::int64_t>(p.stride));
}

// f(array, numbers of a path) for what paths have of their own.
template <class View, class F>
void eachOwnArray(View& d, F f) {
  f(d.numbers, std::int64_t{1});
  f(d.shifts, static_cast<std::int64_t>(d.shiftStride));
  f(d.multipliers, static_cast<std::int64_t>(d.multiplierStride));
  f(d.stress, static_cast<std::int64_t>(d.stressStride));
}

template <class F>
void eachArray(const DrawParameters& p, F f) {
  const std::int64_t rows = p.draw.paths * static_cast<std::int64_t>(p.draw.steps);
  eachArray(p.process, f);
  eachOwnArray(p.draw, [&](const auto* array, std::int64_t each) { f(array, p.draw.paths * each); });
  f(p.draw.target, (rows - 1) * p.draw.targetStride + (p.draw.padding > p.process.n ? p.draw.padding : p.process.n));
  f(p.memory, p.groups * p.memoryStride);
}

}  // namespace parabola::cuda
