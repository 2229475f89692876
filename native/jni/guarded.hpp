// C++ exceptions as Java's.
#pragma once

#include <jni.h>

#include <new>
#include <stdexcept>

#include "errors.hpp"

inline void raise(JNIEnv* env, const char* type, const char* message) {
  if (!env->ExceptionCheck()) {
    if (jclass found = env->FindClass(type)) {
      env->ThrowNew(found, message);
    }
  }
}

// CudaException or its subclass, with the code of the CUDA runtime.
inline void raise(JNIEnv* env, const parabola::cuda::CudaError& error) {
  if (env->ExceptionCheck()) {
    return;
  }
  jclass found = env->FindClass(error.sticky() ? "io/parabola/CudaFatalException" : "io/parabola/CudaException");
  const jmethodID made = found == nullptr ? nullptr : env->GetMethodID(found, "<init>", "(Ljava/lang/String;I)V");
  const jstring message = made == nullptr ? nullptr : env->NewStringUTF(error.what());
  if (message != nullptr) {
    env->Throw(static_cast<jthrowable>(env->NewObject(found, made, message, static_cast<jint>(error.code()))));
  }
}

// C++ exceptions must not cross into Java.
template <class F>
auto guarded(JNIEnv* env, F f) -> decltype(f()) {
  try {
    return f();
  } catch (const std::bad_alloc&) {
    raise(env, "java/lang/OutOfMemoryError", "native memory for a solve");
  } catch (const parabola::cuda::CudaError& e) {
    raise(env, e);
  } catch (const std::invalid_argument& e) {
    raise(env, "io/parabola/InvalidInputException", e.what());
  } catch (const std::exception& e) {
    raise(env, "java/lang/IllegalStateException", e.what());
  }
  return decltype(f())();
}
