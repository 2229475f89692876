#include "device_runtime.hpp"

namespace parabola::cuda {

Runtime* deviceRuntime() { return nullptr; }

}  // namespace parabola::cuda
