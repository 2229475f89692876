// The native methods of io.parabola.internal.libparabola.NativeDevice.
#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "device_copies.hpp"
#include "device_runtime.hpp"
#include "guarded.hpp"
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

// Those of a device, made when they are first needed and kept.
DeviceCopies& copies(int index) {
  static std::mutex mutex;
  static auto* const made = new std::map<int, std::unique_ptr<DeviceCopies>>();
  const std::lock_guard<std::mutex> lock(mutex);
  std::unique_ptr<DeviceCopies>& of = (*made)[index];
  if (of == nullptr) {
    of = std::make_unique<DeviceCopies>(*deviceRuntime(), index);
  }
  return *of;
}

double* numbersAt(jlong address) { return reinterpret_cast<double*>(address); }

double* numbersOf(JNIEnv* env, jobject buffer) { return static_cast<double*>(env->GetDirectBufferAddress(buffer)); }

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

JNIEXPORT jlong JNICALL Java_io_parabola_internal_libparabola_NativeDevice_allocate(JNIEnv* env, jclass, jint index,
                                                                                    jlong numbers) {
  return guarded(env, [&] { return reinterpret_cast<jlong>(copies(index).allocateZeros(numbers)); });
}

JNIEXPORT void JNICALL Java_io_parabola_internal_libparabola_NativeDevice_free(JNIEnv*, jclass, jint index,
                                                                               jlong address) {
  try {
    deviceRuntime()->select(index);
    deviceRuntime()->free(numbersAt(address));
  } catch (const std::exception&) {
    // Of a device that is lost nothing is left to be freed.
  }
}

JNIEXPORT void JNICALL Java_io_parabola_internal_libparabola_NativeDevice_write(JNIEnv* env, jclass, jint index,
                                                                                jlong to, jlong stride, jobject from,
                                                                                jlong fromStride, jlong rows,
                                                                                jint columns, jboolean whole) {
  guarded(env,
          [&] { copies(index).write(numbersAt(to), stride, numbersOf(env, from), fromStride, rows, columns, whole); });
}

JNIEXPORT void JNICALL Java_io_parabola_internal_libparabola_NativeDevice_read(JNIEnv* env, jclass, jint index,
                                                                               jlong from, jlong stride, jobject to,
                                                                               jlong toStride, jlong rows,
                                                                               jint columns) {
  guarded(env, [&] { copies(index).read(numbersAt(from), stride, numbersOf(env, to), toStride, rows, columns); });
}

JNIEXPORT void JNICALL Java_io_parabola_internal_libparabola_NativeDevice_writeArray(JNIEnv* env, jclass, jint index,
                                                                                     jlong to, jdoubleArray from) {
  guarded(env, [&] {
    const jsize count = env->GetArrayLength(from);
    std::vector<double> numbers(count);
    env->GetDoubleArrayRegion(from, 0, count, numbers.data());
    copies(index).write(numbersAt(to), count, numbers.data(), count, 1, count, true);
  });
}

JNIEXPORT void JNICALL Java_io_parabola_internal_libparabola_NativeDevice_readArray(JNIEnv* env, jclass, jint index,
                                                                                    jlong from, jdoubleArray to) {
  guarded(env, [&] {
    const jsize count = env->GetArrayLength(to);
    std::vector<double> numbers(count);
    copies(index).read(numbersAt(from), count, numbers.data(), count, 1, count);
    env->SetDoubleArrayRegion(to, 0, count, numbers.data());
  });
}

JNIEXPORT void JNICALL Java_io_parabola_internal_libparabola_NativeDevice_fillWithNaN(JNIEnv* env, jclass, jint index,
                                                                                      jlong at, jlong stride,
                                                                                      jlong rows, jint columns,
                                                                                      jboolean whole) {
  guarded(env, [&] { copies(index).fillWithNaN(numbersAt(at), stride, rows, columns, whole); });
}
