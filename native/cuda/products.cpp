#include "products.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <mutex>
#include <tuple>

#include "device_memory.hpp"

namespace parabola::cuda {

namespace {

// Beyond this both have long come to their full rate.
constexpr int kMostAssets = 4096;
constexpr int kMostDepth = 2048;

bool measure(Runtime& runtime, Blas& blas, SyrkParameters p, Stream& stream) {
  p.n = std::min(p.n, kMostAssets);
  p.depth = std::min(p.depth, kMostDepth);
  p.stride = std::min<std::int64_t>(p.stride, (p.n + 7) / 8 * 8);
  const DeviceNumbers rows(runtime, p.depth * p.stride), scatter(runtime, p.n * p.stride);
  runtime.fill(rows.get(), 0, rows.count() * sizeof(double), stream);
  runtime.fill(scatter.get(), 0, scatter.count() * sizeof(double), stream);
  p.rows = rows.get();
  p.scatter = scatter.get();
  const auto begin = runtime.event(), middle = runtime.event(), end = runtime.event();
  // The first round loads code and is not counted.
  for (int round = 0; round < 2; round++) {
    runtime.record(*begin, stream);
    runtime.launch(p, stream);
    runtime.record(*middle, stream);
    blas.syrk(p, stream);
    runtime.record(*end, stream);
    runtime.synchronise(stream);
  }
  return runtime.milliseconds(*middle, *end) < runtime.milliseconds(*begin, *middle);
}

}  // namespace

Tile tileFor(int n, int scenarios, const DeviceProperties& properties) {
  if (n <= SmallTile::kSide) {
    return Tile::Small;
  }
  const std::int64_t large = static_cast<std::int64_t>(tilesOf<LargeTile>(n)) * scenarios;
  // Half a tile that is not used costs more than what a large one saves.
  const bool wasteful = n <= 2 * LargeTile::kSide && (n - 1) % LargeTile::kSide < MiddleTile::kSide;
  return properties.sharedPerBlock < LargeTile::kSharedBytes || large < 2 * properties.multiprocessors || wasteful
             ? Tile::Middle
             : Tile::Large;
}

bool libraryIsFaster(Runtime& runtime, int device, const SyrkParameters& parameters, Stream& stream) {
  Blas* blas = runtime.blas();
  if (blas == nullptr) {
    return false;
  }
  static std::mutex mutex;
  static std::map<std::tuple<Runtime*, int, int>, bool> known;
  const std::tuple key(&runtime, device, std::bit_width(static_cast<unsigned>(std::min(parameters.n, kMostAssets))));
  // Held while measuring: two at a time would measure each other.
  const std::lock_guard<std::mutex> lock(mutex);
  const auto found = known.find(key);
  if (found != known.end()) {
    return found->second;
  }
  bool faster = false;
  try {
    faster = measure(runtime, *blas, parameters, stream);
  } catch (const OutOfMemory&) {
    runtime.synchronise(stream);
    return false;  // not remembered: there may be more memory next time
  }
  return known[key] = faster;
}

}  // namespace parabola::cuda
