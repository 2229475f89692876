#include "device_draw.hpp"

#include <algorithm>

#include "arena.hpp"
#include "device_memory.hpp"

namespace parabola::cuda {

namespace {

constexpr int kTile = 8;                                // paths: as many as share what is read of a root
constexpr int kBlocksPerProcessor = 8;                  // of 128 threads
constexpr double kPartOfMemory = 0.25;                  // of what is free, for the blocks' workspaces
constexpr std::size_t kStaging = std::size_t{1} << 25;  // bytes of pinned memory for what is copied
constexpr std::int64_t kOwn = 1 << 23;                  // numbers that paths have of their own, at a time

// Copies the arrays of an arena to the device.
DeviceNumbers upload(Runtime& runtime, Arena& arena, Stream& stream) {
  const auto numbers = [](std::size_t bytes) { return (bytes + sizeof(double) - 1) / sizeof(double); };
  DeviceNumbers memory(runtime, numbers(arena.bytes()));
  const PinnedNumbers staging(runtime, numbers(std::min(kStaging, arena.bytes())));
  const auto there = reinterpret_cast<char*>(memory.get());
  const auto here = reinterpret_cast<char*>(staging.get());
  arena.place(there);
  for (std::size_t from = 0; from < arena.bytes(); from += kStaging) {
    const std::size_t to = std::min(from + kStaging, arena.bytes());
    arena.copy(here, from, to);
    runtime.copyToDevice(there + from, here, to - from, stream);
    runtime.synchronise(stream);
  }
  return memory;
}

}  // namespace

void drawOnDevice(Runtime& runtime, int device, const ProcessView& process, const DrawView& draw) {
  runtime.select(device);
  const DeviceProperties properties = runtime.properties(device);
  const std::unique_ptr<Stream> stream = runtime.stream();
  DrawParameters p;
  p.process = process;
  Arena shared;
  eachArray(p.process, [&](auto& array, std::int64_t count) { shared.add(array, count); });
  const DeviceNumbers processMemory = upload(runtime, shared, *stream);
  p.tile = kTile;
  p.memoryStride = drawMemory(process, kTile);
  const double room = kPartOfMemory * static_cast<double>(runtime.memory().free) / sizeof(double);
  p.groups = std::max(1, std::min({properties.multiprocessors * kBlocksPerProcessor, (draw.paths + kTile - 1) / kTile,
                                   static_cast<int>(std::min(1e6, room / static_cast<double>(p.memoryStride)))}));
  const DeviceNumbers workspace(runtime, static_cast<std::size_t>(p.groups * p.memoryStride));
  p.memory = workspace.get();
  const std::int64_t own = draw.shiftStride + draw.multiplierStride + draw.stressStride + 1;
  const int most = static_cast<int>(std::clamp<std::int64_t>(kOwn / own, kTile, draw.paths));
  for (int first = 0; first < draw.paths; first += most) {
    p.draw = draw;
    p.draw.paths = std::min(most, draw.paths - first);
    p.draw.firstPath += first;
    p.draw.target += static_cast<std::int64_t>(first) * draw.steps * draw.targetStride;
    Arena arena;
    eachOwnArray(p.draw, [&](auto& array, std::int64_t each) {
      array = array == nullptr ? nullptr : array + first * each;
      arena.add(array, p.draw.paths * each);
    });
    const DeviceNumbers memory = arena.bytes() == 0 ? DeviceNumbers() : upload(runtime, arena, *stream);
    runtime.launch(p, *stream);
    runtime.synchronise(*stream);
  }
}

}  // namespace parabola::cuda
