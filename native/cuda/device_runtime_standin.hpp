// The runtime of the tests' library, for what only a stand-in can be asked.
#pragma once

#include "device_runtime.hpp"
#include "standin.hpp"

namespace parabola::cuda {

StandIn& deviceStandIn();

}  // namespace parabola::cuda
