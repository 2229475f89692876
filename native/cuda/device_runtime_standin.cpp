#include "device_runtime_standin.hpp"

namespace parabola::cuda {

// Never destroyed: problems that a Java program has left open may outlive everything else.
StandIn& deviceStandIn() {
  static auto* const runtime = new StandIn();
  return *runtime;
}

Runtime* deviceRuntime() { return &deviceStandIn(); }

}  // namespace parabola::cuda
