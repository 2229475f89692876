// The native methods of io.parabola.internal.nativecpu.NativeCpu.
#include <cstring>
#include <new>
#include <string>
#include <vector>

#include "cpu_engine.hpp"
#include "io_parabola_internal_nativecpu_NativeCpu.h"

using namespace parabola;

namespace {

void raise(JNIEnv* env, const char* type, const char* message) {
  if (!env->ExceptionCheck()) {
    if (jclass found = env->FindClass(type)) {
      env->ThrowNew(found, message);
    }
  }
}

// C++ exceptions must not cross into Java.
template <class F>
auto guarded(JNIEnv* env, F f) -> decltype(f()) {
  try {
    return f();
  } catch (const std::bad_alloc&) {
    raise(env, "java/lang/OutOfMemoryError", "native memory for the cpu engine");
  } catch (const std::exception& e) {
    raise(env, "java/lang/IllegalStateException", e.what());
  }
  return decltype(f())();
}

double* address(JNIEnv* env, jobject buffer) {
  return buffer == nullptr ? nullptr : static_cast<double*>(env->GetDirectBufferAddress(buffer));
}

std::vector<double> copy(JNIEnv* env, jdoubleArray array, int from, int count) {
  std::vector<double> numbers(array == nullptr ? 0 : count);
  if (array != nullptr) {
    env->GetDoubleArrayRegion(array, from, count, numbers.data());
  }
  return numbers;
}

const double* orNull(const std::vector<double>& numbers) { return numbers.empty() ? nullptr : numbers.data(); }

void store(JNIEnv* env, jdoubleArray target, int first, const std::vector<Answer>& answers, double Answer::*field) {
  std::vector<double> values(answers.size());
  for (std::size_t s = 0; s < answers.size(); s++) {
    values[s] = answers[s].*field;
  }
  env->SetDoubleArrayRegion(target, first, static_cast<jsize>(values.size()), values.data());
}

}  // namespace

JNIEXPORT jstring JNICALL Java_io_parabola_internal_nativecpu_NativeCpu_version(JNIEnv* env, jclass) {
  return env->NewStringUTF(PARABOLA_VERSION);
}

JNIEXPORT jstring JNICALL Java_io_parabola_internal_nativecpu_NativeCpu_instructionSet(JNIEnv* env, jclass) {
  return env->NewStringUTF(bestKernels()->name);
}

JNIEXPORT jboolean JNICALL Java_io_parabola_internal_nativecpu_NativeCpu_supports(JNIEnv* env, jclass, jstring name) {
  const char* chars = env->GetStringUTFChars(name, nullptr);
  const bool found = chars != nullptr && kernelsNamed(chars) != nullptr;
  env->ReleaseStringUTFChars(name, chars);
  return found;
}

JNIEXPORT jlong JNICALL Java_io_parabola_internal_nativecpu_NativeCpu_prepare(
    JNIEnv* env, jclass, jstring instructionSet, jobjectArray slabs, jint rowsPerSlab, jint n, jint stride,
    jdoubleArray expectedReturns, jdouble riskAversion, jdoubleArray lower, jdoubleArray upper, jdouble budget,
    jdoubleArray start) {
  return guarded(env, [&]() -> jlong {
    const char* chars = env->GetStringUTFChars(instructionSet, nullptr);
    const Kernels* kernels = chars == nullptr ? nullptr : kernelsNamed(chars);
    env->ReleaseStringUTFChars(instructionSet, chars);
    if (kernels == nullptr) {
      raise(env, "java/lang/IllegalStateException", "the processor lacks this instruction set");
      return 0;
    }
    const std::vector<double> mu = copy(env, expectedReturns, 0, n);
    const std::vector<double> l = copy(env, lower, 0, n);
    const std::vector<double> u = copy(env, upper, 0, n);
    const std::vector<double> w = copy(env, start, 0, n);
    const ProblemView view{mu.data(), riskAversion, l.data(), u.data(), budget, orNull(w)};
    const int count = env->GetArrayLength(slabs);
    if (count == 1) {
      const double* covariance = address(env, env->GetObjectArrayElement(slabs, 0));
      return reinterpret_cast<jlong>(new PreparedProblem(*kernels, covariance, n, stride, view));
    }
    // More than one slab: the solver wants its columns evenly spaced.
    Memory whole = allocate(static_cast<std::size_t>(n) * stride);
    for (int k = 0; k < count; k++) {
      const long from = static_cast<long>(k) * rowsPerSlab;
      const long rows = from + rowsPerSlab < n ? rowsPerSlab : n - from;
      const jobject slab = env->GetObjectArrayElement(slabs, k);
      std::memcpy(whole.get() + from * stride, address(env, slab), rows * stride * sizeof(double));
      env->DeleteLocalRef(slab);
    }
    auto problem = std::make_unique<PreparedProblem>(*kernels, whole.get(), n, stride, view);
    problem->own(std::move(whole));
    return reinterpret_cast<jlong>(problem.release());
  });
}

JNIEXPORT void JNICALL Java_io_parabola_internal_nativecpu_NativeCpu_release(JNIEnv*, jclass, jlong handle) {
  delete reinterpret_cast<PreparedProblem*>(handle);
}

JNIEXPORT void JNICALL Java_io_parabola_internal_nativecpu_NativeCpu_solve(
    JNIEnv* env, jclass, jlong handle, jint first, jint count, jint threads, jdouble tolerance, jint stride,
    jobject expectedReturns, jobject lower, jobject upper, jobject start, jdoubleArray riskAversion,
    jdoubleArray budget, jobject weights, jdoubleArray objective, jdoubleArray expectedReturn, jdoubleArray variance,
    jdoubleArray gap, jdoubleArray relativeGap, jintArray iterations, jbyteArray status) {
  guarded(env, [&] {
    const std::vector<double> gamma = copy(env, riskAversion, first, count);
    const std::vector<double> sums = copy(env, budget, first, count);
    const BatchView batch{count,
                          stride,
                          address(env, expectedReturns),
                          orNull(gamma),
                          address(env, lower),
                          address(env, upper),
                          orNull(sums),
                          address(env, start)};
    std::vector<Answer> answers(count);
    const ResultView results{address(env, weights), answers.data()};
    reinterpret_cast<PreparedProblem*>(handle)->solve(batch, results, threads, tolerance);
    store(env, objective, first, answers, &Answer::objective);
    store(env, expectedReturn, first, answers, &Answer::expectedReturn);
    store(env, variance, first, answers, &Answer::variance);
    store(env, gap, first, answers, &Answer::gap);
    store(env, relativeGap, first, answers, &Answer::relativeGap);
    std::vector<jint> passes(count);
    std::vector<jbyte> statuses(count);
    for (int s = 0; s < count; s++) {
      passes[s] = answers[s].iterations;
      statuses[s] = static_cast<jbyte>(answers[s].status);
    }
    env->SetIntArrayRegion(iterations, first, count, passes.data());
    env->SetByteArrayRegion(status, first, count, statuses.data());
  });
}
