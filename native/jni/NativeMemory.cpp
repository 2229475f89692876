// The native methods of io.parabola.internal.libparabola.NativeMemory.
#include <cstdint>
#include <cstdlib>

#ifdef __linux__
#include <sys/mman.h>
#endif

#include "io_parabola_internal_libparabola_NativeMemory.h"

namespace {

// Large pages where the system lends them: a thread that fills new memory stops at each page, and waits for the others
// that do the same.
void preferLargePages(std::uintptr_t from, std::uintptr_t to) {
#ifdef MADV_HUGEPAGE
  constexpr std::uintptr_t kPage = std::uintptr_t{1} << 21;
  const std::uintptr_t first = (from + kPage - 1) / kPage * kPage;
  if (const std::uintptr_t last = to / kPage * kPage; first < last) {
    madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);  // advice: refusing it does no harm
  }
#else
  (void)from;
  (void)to;
#endif
}

}  // namespace

// calloc leaves the pages of a new large block untouched: the system zeroes each when it is first written to. It does
// not align as far as vectors want, so the address it gave is kept just below the one handed out.
JNIEXPORT jlong JNICALL Java_io_parabola_internal_libparabola_NativeMemory_allocateBlock(JNIEnv*, jclass, jlong bytes,
                                                                                         jint alignment,
                                                                                         jboolean zeros) {
  const std::size_t size = static_cast<std::size_t>(bytes) + alignment + sizeof(void*);
  void* const block = zeros ? std::calloc(size, 1) : std::malloc(size);
  if (block == nullptr) {
    return 0;
  }
  const auto first = reinterpret_cast<std::uintptr_t>(block) + sizeof(void*);
  const std::uintptr_t address = (first + alignment - 1) / alignment * alignment;
  reinterpret_cast<void**>(address)[-1] = block;
  preferLargePages(address, address + static_cast<std::uintptr_t>(bytes));
  return static_cast<jlong>(address);
}

JNIEXPORT jobject JNICALL Java_io_parabola_internal_libparabola_NativeMemory_viewBlock(JNIEnv* env, jclass,
                                                                                       jlong address, jlong bytes) {
  return env->NewDirectByteBuffer(reinterpret_cast<void*>(address), bytes);
}

JNIEXPORT void JNICALL Java_io_parabola_internal_libparabola_NativeMemory_freeBlock(JNIEnv*, jclass, jlong address) {
  std::free(reinterpret_cast<void**>(address)[-1]);
}
