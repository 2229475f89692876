#include "window_covariances.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "products.hpp"

namespace parabola::cuda {

namespace {

constexpr double kPartOfMemory = 0.5;  // of what is free; the rest is for what is done with the covariances
constexpr int kMost = 16384;           // windows at a time: a launch has so many places in a row

}  // namespace

std::int64_t covarianceStride(int n) { return (static_cast<std::int64_t>(n) + 7) / 8 * 8; }

void windowCovariances(Runtime& runtime, int device, const Windows& windows, double* covariances) {
  if (windows.rows < 2) {
    throw std::invalid_argument("sample covariance of " + std::to_string(windows.rows) +
                                " observations: needs at least 2");
  }
  runtime.select(device);
  const DeviceProperties properties = runtime.properties(device);
  const int n = windows.n;
  const std::int64_t stride = covarianceStride(n);
  const std::int64_t places = placesOf(windows.rows);
  const int groups = groupsOf(windows.rows);
  // Of one window: its centred returns, the products of these, the mean, the groups' means, and the variances.
  const std::int64_t each = (places + n + 2 + 2 * groups + 1) * stride;
  const double room = kPartOfMemory * static_cast<double>(runtime.memory().free) / sizeof(double);
  int together = std::min(windows.count, kMost);
  while (together > 1 && static_cast<double>(together) * static_cast<double>(each) > room) {
    together = (together + 1) / 2;
  }
  const DeviceNumbers memory(runtime, static_cast<std::size_t>(together * each));
  const PinnedNumbers seen(runtime, static_cast<std::size_t>(together * stride));
  const std::unique_ptr<Stream> stream = runtime.stream();
  double* const centred = memory.get();
  double* const scatter = centred + together * places * stride;
  double* const mean = scatter + together * n * stride;
  double* const origins = mean + together * 2 * stride;
  double* const rests = origins + static_cast<std::int64_t>(together) * groups * stride;
  double* const variances = rests + static_cast<std::int64_t>(together) * groups * stride;
  for (int first = 0; first < windows.count; first += together) {
    const int count = std::min(together, windows.count - first);
    // Products and means are added to.
    runtime.fill(scatter, 0, (rests - scatter) * sizeof(double), *stream);
    CentreParameters centre;
    centre.returns = windows.returns + first * windows.between;
    centre.returnsStride = windows.stride;
    centre.returnsBetween = windows.between;
    centre.rows = windows.rows;
    centre.n = n;
    centre.scenarios = count;
    centre.centred = centred;
    centre.stride = stride;
    centre.centredBetween = places * stride;
    centre.origins = origins;
    centre.rests = rests;
    centre.meansBetween = groups * stride;
    runtime.launch(centre, *stream);
    JoinParameters join;
    join.origins = origins;
    join.rests = rests;
    join.meansBetween = groups * stride;
    join.rows = windows.rows;
    join.scenarios = count;
    join.centred = centred;
    join.stride = stride;
    join.centredBetween = places * stride;
    join.mean = mean;
    join.meanBetween = 2 * stride;
    runtime.launch(join, *stream);
    SyrkParameters products;
    products.rows = centred;
    products.scatter = scatter;
    products.n = n;
    products.depth = static_cast<int>(places);
    products.stride = stride;
    products.scenarios = count;
    products.rowsBetween = places * stride;
    products.scatterBetween = n * stride;
    products.tile = tileFor(n, count, properties);
    runtime.launch(products, *stream);
    FinishParameters finish;
    finish.scatter = scatter;
    finish.stride = stride;
    finish.scatterBetween = n * stride;
    finish.n = n;
    finish.scenarios = count;
    finish.divisor = windows.rows - 1;
    finish.rowCount = n;
    finish.covariance = covariances + first * n * stride;
    finish.covarianceBetween = n * stride;
    finish.variances = variances;
    runtime.launch(finish, *stream);
    runtime.copyToHost(seen.get(), variances, count * stride * sizeof(double), *stream);
    runtime.synchronise(*stream);
    for (int w = 0; w < count; w++) {
      for (int i = 0; i < n; i++) {
        if (!std::isfinite(seen.get()[w * stride + i])) {
          throw std::invalid_argument("window " + std::to_string(first + w) + ": the variance of asset " +
                                      std::to_string(i) + " is not finite");
        }
      }
    }
  }
}

}  // namespace parabola::cuda
