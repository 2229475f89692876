// The native methods of io.parabola.internal.libparabola.NativeDevice.
#include <cstdio>
#include <exception>
#include <string>

#include "device_runtime.hpp"
#include "io_parabola_internal_libparabola_NativeDevice.h"

using namespace parabola::cuda;

namespace {

// The oldest compute capability that the kernels are compiled for.
constexpr int kMajor = 7;
constexpr int kMinor = 5;

std::string capability(const DeviceProperties& device) {
  return std::to_string(device.major) + "." + std::to_string(device.minor);
}

// Why device `index` cannot be used; empty if it can.
std::string absence(int index) {
  Runtime* const runtime = deviceRuntime();
  if (runtime == nullptr) {
    return "libparabola was built without nvcc";
  }
  const DeviceCount devices = runtime->devices();
  if (devices.count == 0) {
    return devices.reason;
  }
  if (index >= devices.count) {
    return "there is no device " + std::to_string(index) + ", only " +
           (devices.count == 1 ? "device 0" : "devices 0 to " + std::to_string(devices.count - 1));
  }
  const DeviceProperties device = runtime->properties(index);
  if (device.major < kMajor || (device.major == kMajor && device.minor < kMinor)) {
    return device.name + " has compute capability " + capability(device) + ", and " + std::to_string(kMajor) + "." +
           std::to_string(kMinor) + " is needed";
  }
  return "";
}

}  // namespace

JNIEXPORT jstring JNICALL Java_io_parabola_internal_libparabola_NativeDevice_absence(JNIEnv* env, jclass, jint index) {
  std::string reason;
  try {
    reason = absence(index);
  } catch (const std::exception& e) {
    reason = e.what();
  }
  return reason.empty() ? nullptr : env->NewStringUTF(reason.c_str());
}

JNIEXPORT jstring JNICALL Java_io_parabola_internal_libparabola_NativeDevice_describe(JNIEnv* env, jclass, jint index) {
  try {
    const DeviceProperties device = deviceRuntime()->properties(index);
    char memory[32];
    std::snprintf(memory, sizeof(memory), "%.0f GiB", static_cast<double>(device.memory) / (1 << 30));
    return env->NewStringUTF((device.name + ", compute capability " + capability(device) + ", " + memory).c_str());
  } catch (const std::exception& e) {
    return env->NewStringUTF(e.what());
  }
}
