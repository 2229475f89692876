// Paths of returns drawn on a device, where they stay.
#pragma once

#include "process.hpp"
#include "runtime.hpp"

namespace parabola::cuda {

// Writes draw.target, which is on the device; all else is on the host, and copied there. Returns when it is there.
// Throws OutOfMemory if there is no room for the process and the workspace of a few blocks.
void drawOnDevice(Runtime& runtime, int device, const ProcessView& process, const DrawView& draw);

}  // namespace parabola::cuda
