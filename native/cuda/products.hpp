// Who multiplies, and in what tiles.
#pragma once

#include "runtime.hpp"

namespace parabola::cuda {

enum class Products {
  Own,      // this project's kernel: the same bits for any chunks
  Library,  // cuBLAS where it is there
  Fastest,  // whichever is faster, measured once for a device and a size
};

Tile tileFor(int n, int scenarios, const DeviceProperties& properties);

// Multiplies zeros both ways, once for a device and a size up to a factor of two: some milliseconds. False where there
// is no library or no memory to try it in. The device is selected.
bool libraryIsFaster(Runtime& runtime, int device, const SyrkParameters& parameters, Stream& stream);

}  // namespace parabola::cuda
