// The native methods of io.parabola.internal.libparabola.NativeSolver.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <type_traits>
#include <vector>

#include "cuda_problem.hpp"
#include "device_runtime.hpp"
#include "guarded.hpp"
#include "io_parabola_internal_libparabola_NativeSolver.h"

using namespace parabola;

namespace {

double* address(JNIEnv* env, jobject buffer) {
  return buffer == nullptr ? nullptr : static_cast<double*>(env->GetDirectBufferAddress(buffer));
}

// Places in the arrays of arguments.
#define PLACE(name) io_parabola_internal_libparabola_NativeSolver_##name

// Elements [from, from + count) of the array at a place; empty for none.
std::vector<double> vectorAt(JNIEnv* env, jobjectArray arrays, int place, int from, int count) {
  const auto array = static_cast<jdoubleArray>(env->GetObjectArrayElement(arrays, place));
  std::vector<double> numbers(array == nullptr ? 0 : count);
  if (array != nullptr) {
    env->GetDoubleArrayRegion(array, from, count, numbers.data());
    env->DeleteLocalRef(array);
  }
  return numbers;
}

const double* orNull(const std::vector<double>& numbers) { return numbers.empty() ? nullptr : numbers.data(); }

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

// Where the prices that a batch has names for are among those of a ResultView; returns how many.
int namedPrices(int named, int rows, int* places) {
  int count = 0;
  const auto add = [&](int flag, int place) {
    if (named & flag) {
      places[count++] = place;
    }
  };
  add(PLACE(BUDGET_PRICE), 0);
  for (int r = 0; r < rows; r++) {
    places[count++] = 1 + r;
  }
  add(PLACE(TURNOVER_PRICE), 1 + rows);
  add(PLACE(GROSS_PRICE), 2 + rows);
  add(PLACE(TARGET_PRICE), 3 + rows);
  return count;
}

// Scratch memory for `count` values of a type that needs no construction.
template <class T>
class ScratchArray {
 public:
  explicit ScratchArray(std::size_t count) : scratch_((count * sizeof(T) + sizeof(double) - 1) / sizeof(double)) {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= 64);
  }
  T* get() const { return reinterpret_cast<T*>(scratch_.get()); }

 private:
  Scratch scratch_;
};

// Answers as Java keeps them (Results.java): written by the threads that found them, while they are in their caches.
struct Records {
  const Answer* answers;
  const double* prices;
  int priceCount;
  const int* places;  // [priced] of the prices that have names
  int priced;
  double* numbers = nullptr;  // [count, width()]
  jbyte* statuses = nullptr;  // [count]

  int width() const { return PLACE(PRICES) + priced; }

  static void write(void* self, int from, int to) {
    const Records& records = *static_cast<const Records*>(self);
    for (int s = from; s < to; s++) {
      const Answer& answer = records.answers[s];
      double* const record = records.numbers + static_cast<long>(s) * records.width();
      record[PLACE(ITERATIONS)] = answer.iterations;
      record[PLACE(OBJECTIVE)] = answer.objective;
      record[PLACE(EXPECTED_RETURN)] = answer.expectedReturn;
      record[PLACE(VARIANCE)] = answer.variance;
      record[PLACE(GAP)] = answer.gap;
      record[PLACE(RELATIVE_GAP)] = answer.relativeGap;
      record[PLACE(TRADED)] = answer.turnover;
      record[PLACE(COSTS)] = answer.costs;
      const double* const price = records.prices + static_cast<long>(s) * records.priceCount;
      for (int p = 0; p < records.priced; p++) {
        record[PLACE(PRICES) + p] = price[records.places[p]];
      }
      records.statuses[s] = static_cast<jbyte>(answer.status);
    }
  }
};

}  // namespace

JNIEXPORT jstring JNICALL Java_io_parabola_internal_libparabola_NativeSolver_version(JNIEnv* env, jclass) {
  return env->NewStringUTF(PARABOLA_VERSION);
}

JNIEXPORT jstring JNICALL Java_io_parabola_internal_libparabola_NativeSolver_agreement(JNIEnv* env, jclass) {
  return env->NewStringUTF(PARABOLA_INTERFACE);
}

JNIEXPORT jstring JNICALL Java_io_parabola_internal_libparabola_NativeSolver_instructionSet(JNIEnv* env, jclass) {
  return env->NewStringUTF(bestKernels()->name);
}

JNIEXPORT jlong JNICALL Java_io_parabola_internal_libparabola_NativeSolver_kernels(JNIEnv* env, jclass, jstring name) {
  const char* chars = env->GetStringUTFChars(name, nullptr);
  const Kernels* kernels = chars == nullptr ? nullptr : kernelsNamed(chars);
  env->ReleaseStringUTFChars(name, chars);
  return reinterpret_cast<jlong>(kernels);
}

JNIEXPORT jlong JNICALL Java_io_parabola_internal_libparabola_NativeSolver_prepare(
    JNIEnv* env, jclass, jlong kernels, jint device, jobjectArray slabs, jobjectArray exposures, jint rowsPerSlab,
    jint n, jint factors, jint stride, jint rows, jint present, jdoubleArray values) {
  return guarded(env, [&]() -> jlong {
    const jsize length = env->GetArrayLength(values);
    const Scratch scratch(length);
    const double* next = scratch.get();
    env->GetDoubleArrayRegion(values, 0, length, scratch.get());
    ProblemView view;
    view.goal = static_cast<Goal>(static_cast<int>(next[PLACE(GOAL)]));
    view.goalValue = next[PLACE(GOAL_VALUE)];
    view.budgeted = next[PLACE(BUDGETED)] != 0;
    view.budget = next[PLACE(BUDGET)];
    view.turnover = next[PLACE(TURNOVER)];
    view.gross = next[PLACE(GROSS)];
    view.exponent = next[PLACE(EXPONENT)];
    cuda::CudaProblem::Options options;
    options.device = device;
    options.breakEven = static_cast<std::int64_t>(next[PLACE(BREAK_EVEN)]);
    options.chunk = static_cast<int>(next[PLACE(CHUNK)]);
    view.rows = rows;
    next += PLACE(NUMBERS);
    // In the order of their places.
    const auto take = [&](int place, long count) {
      const double* const at = present >> place & 1 ? next : nullptr;
      next += at == nullptr ? 0 : count;
      return at;
    };
    CovarianceView covariance;
    view.expectedReturns = take(PLACE(EXPECTED_RETURNS), n);
    view.lower = take(PLACE(LOWER), n);
    view.upper = take(PLACE(UPPER), n);
    view.start = take(PLACE(START), n);
    view.current = take(PLACE(CURRENT), n);
    view.benchmark = take(PLACE(BENCHMARK), n);
    view.buy = take(PLACE(BUY), n);
    view.sell = take(PLACE(SELL), n);
    view.quadratic = take(PLACE(QUADRATIC), n);
    view.power = take(PLACE(POWER), n);
    covariance.specific = take(PLACE(SPECIFIC_VARIANCE), n);
    view.coefficients = take(PLACE(COEFFICIENTS), static_cast<long>(rows) * n);
    view.rowLower = take(PLACE(ROW_LOWER), rows);
    view.rowUpper = take(PLACE(ROW_UPPER), rows);
    covariance.n = n;
    covariance.stride = stride;
    std::vector<Memory> owned;
    const double* matrix = gatherSlabs(env, slabs, rowsPerSlab, factors > 0 ? factors : n, stride, owned);
    (factors > 0 ? covariance.root : covariance.dense) = matrix;
    covariance.factorCount = factors;
    covariance.exposures = gatherSlabs(env, exposures, rowsPerSlab, factors, stride, owned);
    const auto& isa = *reinterpret_cast<const Kernels*>(kernels);
    const auto finish = [&](auto problem) {
      for (Memory& memory : owned) {
        problem->own(std::move(memory));
      }
      return reinterpret_cast<jlong>(static_cast<Solver*>(problem.release()));
    };
    return device < 0
               ? finish(std::make_unique<PreparedProblem>(isa, covariance, view))
               : finish(std::make_unique<cuda::CudaProblem>(*cuda::deviceRuntime(), isa, covariance, view, options));
  });
}

JNIEXPORT void JNICALL Java_io_parabola_internal_libparabola_NativeSolver_release(JNIEnv*, jclass, jlong handle) {
  delete reinterpret_cast<Solver*>(handle);
}

JNIEXPORT void JNICALL Java_io_parabola_internal_libparabola_NativeSolver_solve(
    JNIEnv* env, jclass, jlong handle, jint first, jint count, jint whole, jint threads, jdouble tolerance,
    jintArray strides, jobjectArray matrices, jobjectArray scalars, jlongArray onDevice, jlong deviceStride,
    jobject weights, jobject reducedCosts, jint named, jdoubleArray records, jbyteArray status) {
  guarded(env, [&] {
    auto& problem = *reinterpret_cast<Solver*>(handle);
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
    batch.whole = whole;
    batch.stride = stride[PLACE(EXPECTED_RETURNS)];
    batch.expectedReturns = matrix[PLACE(EXPECTED_RETURNS)];
    batch.lower = matrix[PLACE(LOWER)];
    batch.upper = matrix[PLACE(UPPER)];
    batch.start = matrix[PLACE(START)];
    batch.current = matrix[PLACE(CURRENT)];
    batch.buy = matrix[PLACE(BUY_COSTS)];
    batch.sell = matrix[PLACE(SELL_COSTS)];
    batch.quadratic = matrix[PLACE(QUADRATIC_COSTS)];
    batch.power = matrix[PLACE(POWER_COSTS)];
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
    const ScratchArray<Answer> answers(count);
    const Scratch prices(static_cast<std::size_t>(count) * problem.priceCount());
    const ScratchArray<int> places(problem.priceCount());
    Records written{answers.get(), prices.get(), problem.priceCount(), places.get(),
                    namedPrices(named, problem.rows(), places.get())};
    const Scratch numbers(static_cast<std::size_t>(count) * written.width());
    const ScratchArray<jbyte> statuses(count);
    written.numbers = numbers.get();
    written.statuses = statuses.get();
    const ResultView results{address(env, weights),      answers.get(),  prices.get(),
                             address(env, reducedCosts), Records::write, &written};
    if (onDevice == nullptr) {
      problem.solve(batch, results, threads, tolerance);
    } else {
      jlong at[PLACE(DEVICE_MATRICES)];
      env->GetLongArrayRegion(onDevice, 0, PLACE(DEVICE_MATRICES), at);
      cuda::OnDevice there;
      there.expectedReturns = reinterpret_cast<const double*>(at[PLACE(EXPECTED_RETURNS)]);
      there.lower = reinterpret_cast<const double*>(at[PLACE(LOWER)]);
      there.upper = reinterpret_cast<const double*>(at[PLACE(UPPER)]);
      there.start = reinterpret_cast<const double*>(at[PLACE(START)]);
      there.current = reinterpret_cast<const double*>(at[PLACE(CURRENT)]);
      there.weights = reinterpret_cast<double*>(at[PLACE(DEVICE_WEIGHTS)]);
      there.own = reinterpret_cast<const double*>(at[PLACE(DEVICE_COVARIANCES)]);
      there.stride = deviceStride;
      dynamic_cast<cuda::CudaProblem&>(problem).solve(batch, there, results, threads, tolerance);
    }
    env->SetDoubleArrayRegion(records, first * written.width(), count * written.width(), numbers.get());
    env->SetByteArrayRegion(status, first, count, statuses.get());
  });
}
