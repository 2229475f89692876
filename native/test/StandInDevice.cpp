// The native methods of the tests' io.parabola.StandInDevice, in the tests' library alone.
#include <jni.h>

#include "device_runtime_standin.hpp"

using parabola::cuda::deviceStandIn;

extern "C" {

JNIEXPORT jboolean JNICALL Java_io_parabola_StandInDevice_isThere(JNIEnv*, jclass) { return true; }

JNIEXPORT jlong JNICALL Java_io_parabola_StandInDevice_bytes(JNIEnv*, jclass) {
  return static_cast<jlong>(deviceStandIn().count().bytes);
}

JNIEXPORT jlong JNICALL Java_io_parabola_StandInDevice_launches(JNIEnv*, jclass) {
  return deviceStandIn().count().launches;
}

JNIEXPORT void JNICALL Java_io_parabola_StandInDevice_limitMemory(JNIEnv*, jclass, jlong bytes) {
  deviceStandIn().limitMemory(static_cast<std::size_t>(bytes));
}

JNIEXPORT void JNICALL Java_io_parabola_StandInDevice_breakNext(JNIEnv*, jclass, jint code) {
  deviceStandIn().breakNext(code);
}

JNIEXPORT void JNICALL Java_io_parabola_StandInDevice_mend(JNIEnv*, jclass) { deviceStandIn().mend(); }

}  // extern "C"
