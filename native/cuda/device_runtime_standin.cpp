#include "device_runtime.hpp"
#include "standin.hpp"

namespace parabola::cuda {

// Never destroyed: problems that a Java program has left open may outlive everything else.
Runtime* deviceRuntime() {
  static auto* const runtime = new StandIn();
  return runtime;
}

}  // namespace parabola::cuda
