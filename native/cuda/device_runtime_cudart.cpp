#include "cudart_runtime.hpp"
#include "device_runtime.hpp"

namespace parabola::cuda {

Runtime* deviceRuntime() { return &cudart(); }

}  // namespace parabola::cuda
