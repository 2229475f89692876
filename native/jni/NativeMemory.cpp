// The native methods of io.parabola.internal.libparabola.NativeMemory.
#include <cstdint>
#include <new>

#include "io_parabola_internal_libparabola_NativeMemory.h"
#include "memory.hpp"

namespace {

std::size_t numbersOf(jlong bytes) { return (static_cast<std::size_t>(bytes) + sizeof(double) - 1) / sizeof(double); }

}  // namespace

JNIEXPORT jlong JNICALL Java_io_parabola_internal_libparabola_NativeMemory_allocateBlock(JNIEnv*, jclass, jlong bytes,
                                                                                         jboolean zeros) {
  try {
    return static_cast<jlong>(reinterpret_cast<std::uintptr_t>(parabola::lend(numbersOf(bytes), zeros)));
  } catch (const std::bad_alloc&) {
    return 0;
  }
}

JNIEXPORT jobject JNICALL Java_io_parabola_internal_libparabola_NativeMemory_viewBlock(JNIEnv* env, jclass,
                                                                                       jlong address, jlong bytes) {
  return env->NewDirectByteBuffer(reinterpret_cast<void*>(address), bytes);
}

JNIEXPORT void JNICALL Java_io_parabola_internal_libparabola_NativeMemory_freeBlock(JNIEnv*, jclass, jlong address,
                                                                                    jlong bytes) {
  parabola::takeBack(reinterpret_cast<double*>(address), numbersOf(bytes));
}
