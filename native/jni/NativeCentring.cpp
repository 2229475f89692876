// The native methods of io.parabola.internal.libparabola.NativeCentring.
#include "io_parabola_internal_libparabola_NativeCentring.h"
#include "kernels.hpp"

namespace {

// The numbers of a Java array where they lie: while one of these is held there may be no call of Java's.
class Held {
 public:
  Held(JNIEnv* env, jdoubleArray array)
      : env_(env),
        array_(array),
        numbers_(array == nullptr ? nullptr : static_cast<double*>(env->GetPrimitiveArrayCritical(array, nullptr))) {}
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() {
    if (numbers_ != nullptr) {
      env_->ReleasePrimitiveArrayCritical(array_, numbers_, 0);
    }
  }
  double* get() const { return numbers_; }

 private:
  JNIEnv* env_;
  jdoubleArray array_;
  double* numbers_;
};

double* numbersAt(JNIEnv* env, jobject buffer) {
  return buffer == nullptr ? nullptr : static_cast<double*>(env->GetDirectBufferAddress(buffer));
}

}  // namespace

JNIEXPORT void JNICALL Java_io_parabola_internal_libparabola_NativeCentring_centreRows(
    JNIEnv* env, jclass, jlong kernels, jdoubleArray array, jobject buffer, jlong at, jlong apart, jint rows, jint n,
    jdoubleArray shiftArray, jobject target, jlong targetAt, jlong targetApart, jdoubleArray sumArray) {
  const double* const there = numbersAt(env, buffer);
  double* const y = numbersAt(env, target);
  const Held here(env, array);
  const Held shift(env, shiftArray);
  const Held sums(env, sumArray);
  const double* const x = array == nullptr ? there : here.get();
  if (x == nullptr || shift.get() == nullptr || sums.get() == nullptr) {
    return;  // Java has thrown: no memory for a copy
  }
  reinterpret_cast<const parabola::Kernels*>(kernels)->centre(
      x + at, apart, rows, n, shift.get(), y == nullptr ? nullptr : y + targetAt, targetApart, sums.get());
}
