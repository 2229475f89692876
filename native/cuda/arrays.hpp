// The arrays of device memory that a launch reads or writes: f(pointer, numbers) for each, so that the stand-in can
// tell a host pointer, and one that is too short, from what is meant. A null pointer is one that is not used.
#pragma once

#include "scatter.hpp"

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

}  // namespace parabola::cuda
