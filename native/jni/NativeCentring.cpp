// The native methods of io.parabola.internal.libparabola.NativeCentring.
#include "guarded.hpp"
#include "io_parabola_internal_libparabola_NativeCentring.h"
#include "kernels.hpp"

namespace {

// The numbers of a Java array where they lie: while one of these is held there may be no other call of Java's.
class Held {
 public:
  enum class Use { Read, Write };

  Held(JNIEnv* env, jdoubleArray array, Use use)
      : env_(env),
        array_(array),
        mode_(use == Use::Read ? JNI_ABORT : 0),
        numbers_(static_cast<double*>(env->GetPrimitiveArrayCritical(array, nullptr))) {}
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() {
    if (numbers_ != nullptr) {
      env_->ReleasePrimitiveArrayCritical(array_, numbers_, mode_);
    }
  }
  double* get() const { return numbers_; }

 private:
  JNIEnv* env_;
  jdoubleArray array_;
  jint mode_;
  double* numbers_;
};

// Calls f with an array's numbers, and returns what it returns; false if they can't be had.
template <class F>
bool hold(JNIEnv* env, jdoubleArray array, Held::Use use, F f) {
  const Held held(env, array, use);
  return held.get() != nullptr && f(held.get());
}

// False if it is none that has numbers outside the heap; null has none.
bool numbersAt(JNIEnv* env, jobject buffer, double*& numbers) {
  numbers = buffer == nullptr ? nullptr : static_cast<double*>(env->GetDirectBufferAddress(buffer));
  return buffer == nullptr || numbers != nullptr;
}

}  // namespace

JNIEXPORT void JNICALL Java_io_parabola_internal_libparabola_NativeCentring_centreRows(
    JNIEnv* env, jclass, jlong kernels, jdoubleArray array, jobject buffer, jint at, jint apart, jint rows,
    jdoubleArray shiftArray, jobject target, jint targetAt, jint targetApart, jdoubleArray sumArray) {
  const jint n = env->GetArrayLength(shiftArray);
  double* there;
  double* y;
  if (!numbersAt(env, buffer, there) || !numbersAt(env, target, y)) {
    raise(env, "java/lang/IllegalStateException", "centring of a buffer without an address");
    return;
  }
  const auto centre = [&](const double* x) {
    return hold(env, shiftArray, Held::Use::Read, [&](const double* shift) {
      return hold(env, sumArray, Held::Use::Write, [&](double* sums) {
        reinterpret_cast<const parabola::Kernels*>(kernels)->centre(
            x + at, apart, rows, n, shift, y == nullptr ? nullptr : y + targetAt, targetApart, sums);
        return true;
      });
    });
  };
  if (!(array == nullptr ? centre(there) : hold(env, array, Held::Use::Read, centre))) {
    raise(env, "java/lang/OutOfMemoryError", "an array to be centred");
  }
}
