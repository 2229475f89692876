// The native methods of io.parabola.internal.libparabola.NativeSample.
#include <algorithm>
#include <vector>

#include "covariance.hpp"
#include "device_runtime.hpp"
#include "guarded.hpp"
#include "io_parabola_internal_libparabola_NativeSample.h"
#include "window_covariances.hpp"

using namespace parabola::cuda;

namespace {

SampleCovariance& sampleAt(jlong handle) { return *reinterpret_cast<SampleCovariance*>(handle); }

}  // namespace

JNIEXPORT jlong JNICALL Java_io_parabola_internal_libparabola_NativeSample_create(JNIEnv* env, jclass, jint device,
                                                                                  jint assets) {
  return guarded(env, [&] {
    SampleCovariance::Options options;
    options.device = device;
    return reinterpret_cast<jlong>(new SampleCovariance(*deviceRuntime(), assets, options));
  });
}

JNIEXPORT void JNICALL Java_io_parabola_internal_libparabola_NativeSample_release(JNIEnv*, jclass, jlong handle) {
  delete &sampleAt(handle);
}

JNIEXPORT void JNICALL Java_io_parabola_internal_libparabola_NativeSample_addArray(JNIEnv* env, jclass, jlong handle,
                                                                                   jdoubleArray returns,
                                                                                   jint observations) {
  guarded(env, [&] {
    // A part at a time: the collector may have to move the array.
    constexpr int kPart = 1 << 20;
    const int n = observations == 0 ? 1 : env->GetArrayLength(returns) / observations;
    const int most = std::max(1, kPart / n);
    std::vector<double> part;
    for (int first = 0; first < observations; first += most) {
      const int here = std::min(most, observations - first);
      part.resize(static_cast<std::size_t>(here) * n);
      env->GetDoubleArrayRegion(returns, first * n, here * n, part.data());
      sampleAt(handle).add(part.data(), here, n);
    }
  });
}

JNIEXPORT void JNICALL Java_io_parabola_internal_libparabola_NativeSample_add(JNIEnv* env, jclass, jlong handle,
                                                                              jobject returns, jlong observations,
                                                                              jint stride) {
  guarded(env, [&] {
    sampleAt(handle).add(static_cast<double*>(env->GetDirectBufferAddress(returns)), observations, stride);
  });
}

JNIEXPORT void JNICALL Java_io_parabola_internal_libparabola_NativeSample_addFromDevice(JNIEnv* env, jclass,
                                                                                        jlong handle, jlong address,
                                                                                        jlong observations,
                                                                                        jlong stride) {
  guarded(env, [&] { sampleAt(handle).addFromDevice(reinterpret_cast<const double*>(address), observations, stride); });
}

JNIEXPORT jlong JNICALL Java_io_parabola_internal_libparabola_NativeSample_observations(JNIEnv*, jclass, jlong handle) {
  return sampleAt(handle).observations();
}

JNIEXPORT void JNICALL Java_io_parabola_internal_libparabola_NativeSample_mean(JNIEnv* env, jclass, jlong handle,
                                                                               jdoubleArray mean) {
  guarded(env, [&] {
    const jsize n = env->GetArrayLength(mean);
    std::vector<double> numbers(n);
    sampleAt(handle).mean(numbers.data());
    env->SetDoubleArrayRegion(mean, 0, n, numbers.data());
  });
}

JNIEXPORT jlong JNICALL Java_io_parabola_internal_libparabola_NativeSample_stride(JNIEnv*, jclass, jlong handle) {
  return sampleAt(handle).stride();
}

JNIEXPORT jlong JNICALL Java_io_parabola_internal_libparabola_NativeSample_covariance(JNIEnv* env, jclass,
                                                                                      jlong handle) {
  return guarded(env, [&] { return reinterpret_cast<jlong>(sampleAt(handle).covarianceOnDevice().release()); });
}

JNIEXPORT void JNICALL Java_io_parabola_internal_libparabola_NativeSample_windows(JNIEnv* env, jclass, jint device,
                                                                                  jlong returns, jlong stride,
                                                                                  jlong between, jint count, jint rows,
                                                                                  jint n, jlong covariances) {
  guarded(env, [&] {
    Windows windows;
    windows.returns = reinterpret_cast<const double*>(returns);
    windows.stride = stride;
    windows.between = between;
    windows.count = count;
    windows.rows = rows;
    windows.n = n;
    windowCovariances(*deviceRuntime(), device, windows, reinterpret_cast<double*>(covariances));
  });
}
