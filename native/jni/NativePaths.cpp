// The native methods of io.parabola.internal.libparabola.NativePaths.
#include <vector>

#include "device_draw.hpp"
#include "device_runtime.hpp"
#include "draw.hpp"
#include "guarded.hpp"
#include "io_parabola_internal_libparabola_NativePaths.h"

using namespace parabola;

namespace {

#define PLACE(name) io_parabola_internal_libparabola_NativePaths_##name

const double* arrayAt(JNIEnv* env, jobjectArray buffers, int place) {
  const jobject buffer = env->GetObjectArrayElement(buffers, place);
  const auto* const numbers =
      buffer == nullptr ? nullptr : static_cast<const double*>(env->GetDirectBufferAddress(buffer));
  env->DeleteLocalRef(buffer);
  return numbers;
}

std::vector<jint> ints(JNIEnv* env, jintArray array) {
  std::vector<jint> values(env->GetArrayLength(array));
  env->GetIntArrayRegion(array, 0, static_cast<jsize>(values.size()), values.data());
  return values;
}

}  // namespace

JNIEXPORT void JNICALL Java_io_parabola_internal_libparabola_NativePaths_draw(
    JNIEnv* env, jclass, jlong kernels, jint threads, jintArray countArray, jdoubleArray numberArray,
    jobjectArray arrays, jlongArray placeArray, jobjectArray own, jintArray strideArray, jobject target,
    jlong targetStride, jint device, jlong address) {
  guarded(env, [&] {
    const std::vector<jint> counts = ints(env, countArray);
    const std::vector<jint> strides = ints(env, strideArray);
    std::vector<double> numbers(env->GetArrayLength(numberArray));
    env->GetDoubleArrayRegion(numberArray, 0, static_cast<jsize>(numbers.size()), numbers.data());
    std::vector<jlong> place(env->GetArrayLength(placeArray));
    env->GetLongArrayRegion(placeArray, 0, static_cast<jsize>(place.size()), place.data());

    ProcessView process;
    process.n = counts[PLACE(SIZE)];
    process.stride = counts[PLACE(STRIDE)];
    process.regimes = counts[PLACE(REGIMES)];
    process.mostColumns = counts[PLACE(MOST_COLUMNS)];
    process.jumpColumns = counts[PLACE(JUMP_COLUMNS)];
    process.observations = counts[PLACE(OBSERVATIONS)];
    process.limited = counts[PLACE(LIMITED)] != 0;
    process.firstColumn = counts.data() + PLACE(COUNTS);
    process.allColumns = process.firstColumn[process.regimes];
    process.jumpMean = numbers[PLACE(JUMP_MEAN)];
    process.noJump = numbers[PLACE(NO_JUMP)];
    process.restart = numbers[PLACE(RESTART)];
    process.decay = numbers[PLACE(DECAY)];
    process.freedom = numbers.data() + PLACE(NUMBERS);
    process.initial = process.freedom + process.regimes;
    process.transition = counts[PLACE(HAS_TRANSITION)] != 0 ? process.initial + process.regimes : nullptr;
    process.mean = arrayAt(env, arrays, PLACE(MEAN));
    process.deviation = arrayAt(env, arrays, PLACE(DEVIATION));
    process.columns = arrayAt(env, arrays, PLACE(COLUMNS));
    process.specific = arrayAt(env, arrays, PLACE(SPECIFIC));
    process.jump = arrayAt(env, arrays, PLACE(JUMP));
    process.jumpRoot = arrayAt(env, arrays, PLACE(JUMP_ROOT));
    process.history = arrayAt(env, arrays, PLACE(HISTORY));

    DrawView draw;
    draw.seed = static_cast<std::uint64_t>(place[0]);
    draw.firstPath = place[1];
    draw.firstStep = static_cast<int>(place[2]);
    draw.steps = static_cast<int>(place[3]);
    draw.paths = static_cast<int>(place[4]);
    const std::vector<std::int64_t> listed(place.begin() + 5, place.end());
    draw.numbers = listed.empty() ? nullptr : listed.data();
    draw.shifts = arrayAt(env, own, PLACE(SHIFTS));
    draw.shiftStride = strides[PLACE(SHIFTS)];
    const auto each = [&](int k, long& stride) {
      stride = strides[k] < 0 ? -strides[k] : strides[k];
      return strides[k] > 0;
    };
    draw.multipliers = arrayAt(env, own, PLACE(MULTIPLIERS));
    draw.multiplierEach = each(PLACE(MULTIPLIERS), draw.multiplierStride);
    draw.stress = arrayAt(env, own, PLACE(STRESS));
    draw.stressEach = each(PLACE(STRESS), draw.stressStride);
    draw.targetStride = targetStride;
    if (device >= 0) {
      // What lies behind the columns there is not ours to write.
      draw.padding = process.n;
      draw.target = reinterpret_cast<double*>(address);
      cuda::drawOnDevice(*cuda::deviceRuntime(), device, process, draw);
      return;
    }
    draw.padding = static_cast<int>(targetStride);
    draw.target = static_cast<double*>(env->GetDirectBufferAddress(target));
    drawOnCpu(*reinterpret_cast<const Kernels*>(kernels), process, draw, threads);
  });
}
