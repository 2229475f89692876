// The native methods of io.parabola.internal.nativecpu.NativeCpu.
#include <cstdlib>
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

// Places in the arrays of arguments.
#define PLACE(name) io_parabola_internal_nativecpu_NativeCpu_##name

jdoubleArray arrayAt(JNIEnv* env, jobjectArray arrays, int place) {
  return static_cast<jdoubleArray>(env->GetObjectArrayElement(arrays, place));
}

// Elements [from, from + count) of the array at a place, or all of it; empty for none.
std::vector<double> vectorAt(JNIEnv* env, jobjectArray arrays, int place, int from = 0, int count = -1) {
  const jdoubleArray array = arrayAt(env, arrays, place);
  const int all = array == nullptr || count >= 0 ? count : env->GetArrayLength(array);
  std::vector<double> numbers = copy(env, array, from, all);
  env->DeleteLocalRef(array);
  return numbers;
}

// Rows spread over slabs: the one slab itself, or a copy that `owned` keeps; the solver wants them evenly spaced.
const double* gatherSlabs(JNIEnv* env, jobjectArray slabs, int rowsPerSlab, long rows, long stride,
                          std::vector<Memory>& owned) {
  if (slabs == nullptr) {
    return nullptr;
  }
  const int count = env->GetArrayLength(slabs);
  if (count == 1) {
    return address(env, env->GetObjectArrayElement(slabs, 0));
  }
  Memory whole = allocate(static_cast<std::size_t>(rows) * stride);
  for (int k = 0; k < count; k++) {
    const long from = static_cast<long>(k) * rowsPerSlab;
    const long here = from + rowsPerSlab < rows ? rowsPerSlab : rows - from;
    const jobject slab = env->GetObjectArrayElement(slabs, k);
    std::memcpy(whole.get() + from * stride, address(env, slab), here * stride * sizeof(double));
    env->DeleteLocalRef(slab);
  }
  owned.push_back(std::move(whole));
  return owned.back().get();
}

void store(JNIEnv* env, jobjectArray results, int place, int first, const std::vector<Answer>& answers,
           double Answer::*field) {
  std::vector<double> values(answers.size());
  for (std::size_t s = 0; s < answers.size(); s++) {
    values[s] = answers[s].*field;
  }
  const jdoubleArray target = arrayAt(env, results, place);
  env->SetDoubleArrayRegion(target, first, static_cast<jsize>(values.size()), values.data());
  env->DeleteLocalRef(target);
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
    JNIEnv* env, jclass, jstring instructionSet, jobjectArray slabs, jobjectArray exposures, jint rowsPerSlab, jint n,
    jint factors, jint stride, jobjectArray vectors, jdoubleArray numbers) {
  return guarded(env, [&]() -> jlong {
    const char* chars = env->GetStringUTFChars(instructionSet, nullptr);
    const Kernels* kernels = chars == nullptr ? nullptr : kernelsNamed(chars);
    env->ReleaseStringUTFChars(instructionSet, chars);
    if (kernels == nullptr) {
      raise(env, "java/lang/IllegalStateException", "the processor lacks this instruction set");
      return 0;
    }
    std::vector<std::vector<double>> all;
    for (int k = 0; k < PLACE(VECTORS); k++) {
      all.push_back(vectorAt(env, vectors, k));
    }
    const std::vector<double> scalars = copy(env, numbers, 0, PLACE(NUMBERS));
    ProblemView view;
    view.goal = static_cast<Goal>(static_cast<int>(scalars[PLACE(GOAL)]));
    view.goalValue = scalars[PLACE(GOAL_VALUE)];
    view.budgeted = scalars[PLACE(BUDGETED)] != 0;
    view.budget = scalars[PLACE(BUDGET)];
    view.turnover = scalars[PLACE(TURNOVER)];
    view.gross = scalars[PLACE(GROSS)];
    view.exponent = scalars[PLACE(EXPONENT)];
    view.expectedReturns = orNull(all[PLACE(EXPECTED_RETURNS)]);
    view.lower = orNull(all[PLACE(LOWER)]);
    view.upper = orNull(all[PLACE(UPPER)]);
    view.start = orNull(all[PLACE(START)]);
    view.current = orNull(all[PLACE(CURRENT)]);
    view.benchmark = orNull(all[PLACE(BENCHMARK)]);
    view.buy = orNull(all[PLACE(BUY)]);
    view.sell = orNull(all[PLACE(SELL)]);
    view.quadratic = orNull(all[PLACE(QUADRATIC)]);
    view.power = orNull(all[PLACE(POWER)]);
    view.rows = static_cast<int>(all[PLACE(ROW_LOWER)].size());
    view.coefficients = orNull(all[PLACE(COEFFICIENTS)]);
    view.rowLower = orNull(all[PLACE(ROW_LOWER)]);
    view.rowUpper = orNull(all[PLACE(ROW_UPPER)]);
    CovarianceView covariance;
    covariance.n = n;
    covariance.stride = stride;
    std::vector<Memory> owned;
    const double* rows = gatherSlabs(env, slabs, rowsPerSlab, factors > 0 ? factors : n, stride, owned);
    (factors > 0 ? covariance.root : covariance.dense) = rows;
    covariance.factorCount = factors;
    covariance.exposures = gatherSlabs(env, exposures, rowsPerSlab, factors, stride, owned);
    covariance.specific = orNull(all[PLACE(SPECIFIC_VARIANCE)]);
    auto problem = std::make_unique<PreparedProblem>(*kernels, covariance, view);
    for (Memory& memory : owned) {
      problem->own(std::move(memory));
    }
    return reinterpret_cast<jlong>(problem.release());
  });
}

JNIEXPORT void JNICALL Java_io_parabola_internal_nativecpu_NativeCpu_release(JNIEnv*, jclass, jlong handle) {
  delete reinterpret_cast<PreparedProblem*>(handle);
}

JNIEXPORT void JNICALL Java_io_parabola_internal_nativecpu_NativeCpu_solve(
    JNIEnv* env, jclass, jlong handle, jint first, jint count, jint threads, jdouble tolerance, jintArray strides,
    jobjectArray matrices, jobjectArray scalars, jobject weights, jobject reducedCosts, jobjectArray results,
    jdoubleArray prices, jintArray iterations, jbyteArray status) {
  guarded(env, [&] {
    auto& problem = *reinterpret_cast<PreparedProblem*>(handle);
    const double* matrix[PLACE(MATRICES)] = {};
    for (int k = 0; matrices != nullptr && k < PLACE(MATRICES); k++) {
      const jobject buffer = env->GetObjectArrayElement(matrices, k);
      matrix[k] = address(env, buffer);
      env->DeleteLocalRef(buffer);
    }
    jint stride[PLACE(MATRICES)];
    env->GetIntArrayRegion(strides, 0, PLACE(MATRICES), stride);
    std::vector<double> scalar[PLACE(SCALARS)];
    for (int k = 0; scalars != nullptr && k < PLACE(SCALARS); k++) {
      scalar[k] = vectorAt(env, scalars, k, first, count);
    }
    BatchView batch;
    batch.count = count;
    batch.stride = stride[PLACE(EXPECTED_RETURNS)];
    batch.expectedReturns = matrix[PLACE(EXPECTED_RETURNS)];
    batch.lower = matrix[PLACE(LOWER)];
    batch.upper = matrix[PLACE(UPPER)];
    batch.start = matrix[PLACE(START)];
    batch.current = matrix[PLACE(CURRENT)];
    batch.benchmark = matrix[PLACE(SCENARIO_BENCHMARK)];
    batch.volatility = matrix[PLACE(VOLATILITY)];
    batch.stress = matrix[PLACE(STRESS)];
    batch.stressByAsset = stride[PLACE(STRESS)] > 0;
    batch.stressStride = std::abs(stride[PLACE(STRESS)]);
    batch.factorCovariance = matrix[PLACE(FACTOR_COVARIANCE)];
    batch.omegaStride = stride[PLACE(FACTOR_COVARIANCE)];
    batch.specific = matrix[PLACE(SPECIFIC_VARIANCE)];
    batch.own = matrix[PLACE(OWN)];
    batch.coefficients = matrix[PLACE(COEFFICIENTS)];
    batch.rowLower = matrix[PLACE(ROW_LOWER)];
    batch.rowUpper = matrix[PLACE(ROW_UPPER)];
    batch.rowStride = stride[PLACE(ROW_LOWER)];
    batch.goalValue = orNull(scalar[PLACE(GOAL_VALUES)]);
    batch.budget = orNull(scalar[PLACE(BUDGETS)]);
    batch.turnover = orNull(scalar[PLACE(TURNOVERS)]);
    batch.gross = orNull(scalar[PLACE(GROSSES)]);
    std::vector<Answer> answers(count);
    std::vector<double> multipliers(static_cast<std::size_t>(count) * problem.priceCount());
    problem.solve(batch, {address(env, weights), answers.data(), multipliers.data(), address(env, reducedCosts)},
                  threads, tolerance);
    store(env, results, PLACE(OBJECTIVE), first, answers, &Answer::objective);
    store(env, results, PLACE(EXPECTED_RETURN), first, answers, &Answer::expectedReturn);
    store(env, results, PLACE(VARIANCE), first, answers, &Answer::variance);
    store(env, results, PLACE(GAP), first, answers, &Answer::gap);
    store(env, results, PLACE(RELATIVE_GAP), first, answers, &Answer::relativeGap);
    store(env, results, PLACE(TRADED), first, answers, &Answer::turnover);
    store(env, results, PLACE(COSTS), first, answers, &Answer::costs);
    env->SetDoubleArrayRegion(prices, 0, static_cast<jsize>(multipliers.size()), multipliers.data());
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
