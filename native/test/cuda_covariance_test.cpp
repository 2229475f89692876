// Mean and covariance on a device, on the stand-in: the kernels lane by lane, the copies and the memory as a device's.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "check.hpp"
#include "covariance.hpp"
#include "standin.hpp"
#include "window_covariances.hpp"

using namespace parabola::cuda;

namespace {

struct Sample {
  int rows;
  int n;
  std::vector<double> returns;  // [rows, n]
  std::vector<double> weights;  // [rows]
};

Sample draw(int rows, int n, double mean, double drift, unsigned seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  Sample s{rows, n, {}, {}};
  for (int t = 0; t < rows; t++) {
    const double market = normal(random);
    for (int i = 0; i < n; i++) {
      s.returns.push_back(mean + drift * t + (0.6 * market + 0.8 * normal(random)) * (1 + i % 7));
    }
    s.weights.push_back(t % 5 == 4 ? 0 : std::exp(normal(random)));
  }
  return s;
}

struct Moments {
  std::vector<double> mean;
  std::vector<double> covariance;  // [n, n]
};

// The formulas of covariance.hpp in long doubles, in two passes.
Moments expected(const Sample& s, bool weighted) {
  const auto weight = [&](int t) { return weighted ? static_cast<long double>(s.weights[t]) : 1.0L; };
  long double total = 0;
  long double squares = 0;
  std::vector<long double> mean(s.n, 0.0L);
  for (int t = 0; t < s.rows; t++) {
    total += weight(t);
    squares += weight(t) * weight(t);
    for (int i = 0; i < s.n; i++) {
      mean[i] += weight(t) * s.returns[t * s.n + i];
    }
  }
  Moments m;
  for (long double& x : mean) {
    x /= total;
    m.mean.push_back(static_cast<double>(x));
  }
  const long double divisor = total - squares / total;
  for (int i = 0; i < s.n; i++) {
    for (int j = 0; j < s.n; j++) {
      long double sum = 0;
      for (int t = 0; t < s.rows; t++) {
        sum += weight(t) * (s.returns[t * s.n + i] - mean[i]) * (s.returns[t * s.n + j] - mean[j]);
      }
      m.covariance.push_back(static_cast<double>(sum / divisor));
    }
  }
  return m;
}

// In calls of `together` observations at most.
Moments found(Runtime& runtime, const Sample& s, bool weighted, const SampleCovariance::Options& options = {},
              int together = std::numeric_limits<int>::max()) {
  SampleCovariance sample(runtime, s.n, options);
  for (int t = 0; t < s.rows;) {
    const int here = std::min(together, s.rows - t);
    sample.add(s.returns.data() + static_cast<long>(t) * s.n, here, s.n, weighted ? s.weights.data() + t : nullptr);
    t += here;
  }
  Moments m;
  m.mean.resize(s.n);
  m.covariance.resize(static_cast<std::size_t>(s.n) * s.n);
  sample.covariance(m.covariance.data(), s.n);
  sample.mean(m.mean.data());
  return m;
}

bool sameBits(const Moments& a, const Moments& b) {
  return std::memcmp(a.mean.data(), b.mean.data(), a.mean.size() * sizeof(double)) == 0 &&
         std::memcmp(a.covariance.data(), b.covariance.data(), a.covariance.size() * sizeof(double)) == 0;
}

void compare(const Sample& s, const Moments& m, bool weighted, double tolerance) {
  const Moments e = expected(s, weighted);
  const int n = s.n;
  for (int i = 0; i < n; i++) {
    const double deviation = std::sqrt(e.covariance[i * n + i]);
    CHECK(std::fabs(m.mean[i] - e.mean[i]) <= 0x1p-51 * std::fabs(e.mean[i]) + 1e-14 * deviation,
          "%d x %d: mean[%d] = %.17g, not %.17g", s.rows, n, i, m.mean[i], e.mean[i]);
    for (int j = 0; j < n; j++) {
      const double size = deviation * std::sqrt(e.covariance[j * n + j]);
      CHECK(std::fabs(m.covariance[i * n + j] - e.covariance[i * n + j]) <= tolerance * size,
            "%d x %d: covariance[%d, %d] = %.17g, not %.17g", s.rows, n, i, j, m.covariance[i * n + j],
            e.covariance[i * n + j]);
      CHECK(m.covariance[i * n + j] == m.covariance[j * n + i], "not symmetric at %d, %d", i, j);
    }
  }
}

void rightForAllShapes() {
  StandIn runtime;
  static const int shapes[][2] = {{2, 1},    {3, 2},   {5, 7},    {40, 31}, {255, 32},
                                  {256, 33}, {257, 9}, {700, 65}, {90, 130}};
  unsigned seed = 1;
  for (const auto& shape : shapes) {
    for (const bool weighted : {false, true}) {
      const Sample s = draw(shape[0], shape[1], 0.01, 0, seed++);
      compare(s, found(runtime, s, weighted), weighted, 1e-13);
    }
  }
}

void meansFarFromZeroCostNothing() {
  StandIn runtime;
  const Sample high = draw(1000, 9, 1e6, 0, 77);
  compare(high, found(runtime, high, false), false, 1e-9);
  const Sample drifting = draw(1000, 9, 0, 1e3, 78);
  compare(drifting, found(runtime, drifting, true), true, 1e-9);
}

void theSameBitsHoweverTheyCome() {
  StandIn runtime;
  const Sample s = draw(2000, 20, 0.5, 0, 5);
  for (const bool weighted : {false, true}) {
    const Moments once = found(runtime, s, weighted);
    for (const int chunk : {255, 510, 2040}) {
      for (const int together : {1, 100, 255, 1999}) {
        SampleCovariance::Options options;
        options.chunk = chunk;
        options.copyThreads = 1 + together % 3;
        CHECK(sameBits(once, found(runtime, s, weighted, options, together)), "chunks of %d, calls of %d", chunk,
              together);
      }
    }
  }
}

// All tiles, and the instructions of all generations, against one sum after the other.
void productsAreSumsInTheirOrder() {
  StandIn runtime;
  std::mt19937_64 random(9);
  std::normal_distribution<double> normal;
  const std::unique_ptr<Stream> stream = runtime.stream();
  for (const int n : {1, 30, 129, 300}) {
    const int depth = 48;
    const long stride = (n + 7) / 8 * 8;
    PinnedNumbers rows(runtime, depth * stride);
    PinnedNumbers result(runtime, n * stride);
    for (long k = 0; k < depth * stride; k++) {
      rows.get()[k] = k % stride < n ? normal(random) : 0;
    }
    DeviceNumbers y(runtime, depth * stride);
    DeviceNumbers scatter(runtime, n * stride);
    runtime.copyToDevice(y.get(), rows.get(), depth * stride * sizeof(double), *stream);
    for (const Tile tile : {Tile::Large, Tile::Middle, Tile::Small}) {
      runtime.fill(scatter.get(), 0, n * stride * sizeof(double), *stream);
      SyrkParameters p;
      p.rows = y.get();
      p.scatter = scatter.get();
      p.n = n;
      p.depth = depth;
      p.stride = stride;
      p.tile = tile;
      runtime.launch(p, *stream);
      runtime.copyToHost(result.get(), scatter.get(), n * stride * sizeof(double), *stream);
      runtime.synchronise(*stream);
      for (int i = 0; i < n; i++) {
        for (int j = 0; j <= i; j++) {
          double sum = 0;
          for (int t = 0; t < depth; t++) {
            sum = std::fma(rows.get()[t * stride + i], rows.get()[t * stride + j], sum);
          }
          CHECK(result.get()[i * stride + j] == sum, "n = %d, tile %d: S[%d, %d] = %.17g, not %.17g", n,
                static_cast<int>(tile), i, j, result.get()[i * stride + j], sum);
        }
      }
    }
  }
}

void assetsThatNeverChangeHaveNoVariance() {
  StandIn runtime;
  Sample s = draw(600, 5, 0, 0, 3);
  for (int t = 0; t < s.rows; t++) {
    s.returns[t * 5 + 2] = 0.1;
  }
  for (const bool weighted : {false, true}) {
    const Moments m = found(runtime, s, weighted);
    for (int j = 0; j < 5; j++) {
      CHECK(m.covariance[2 * 5 + j] == 0 && m.covariance[j * 5 + 2] == 0, "covariance %d", j);
    }
    CHECK(m.mean[2] == 0.1, "mean %.17g", m.mean[2]);
  }
}

template <class Exception, class F>
std::string thrown(F f) {
  try {
    f();
  } catch (const Exception& e) {
    return e.what();
  }
  return "";
}

void whatIsWrongIsNamed() {
  StandIn runtime;
  Sample s = draw(400, 3, 0, 0, 4);
  SampleCovariance sample(runtime, 3);
  std::vector<double> out(9);
  const auto covariance = [&] { sample.covariance(out.data(), 3); };
  CHECK(thrown<std::invalid_argument>(covariance).find("0 observations: needs at least 2") != std::string::npos,
        "none");
  sample.add(s.returns.data(), 1, 3);
  CHECK(thrown<std::invalid_argument>(covariance).find("1 observation: needs at least 2") != std::string::npos, "one");
  sample.add(s.returns.data(), 99, 3);
  s.returns[150 * 3 + 1] = NAN;
  const std::string bad = thrown<std::invalid_argument>([&] { sample.add(s.returns.data() + 100 * 3, 300, 3); });
  CHECK(bad.find("observation 150, asset 1") != std::string::npos, "%s", bad.c_str());
  CHECK(sample.observations() == 150, "%ld observations", static_cast<long>(sample.observations()));
  CHECK(!thrown<std::invalid_argument>([&] { sample.add(s.returns.data(), 9, 3, s.weights.data()); }).empty(),
        "weights after none");
  SampleCovariance weighted(runtime, 3);
  s.weights[7] = -1;
  const std::string negative =
      thrown<std::invalid_argument>([&] { weighted.add(s.returns.data(), 20, 3, s.weights.data()); });
  CHECK(negative.find("weights[observation 7]") != std::string::npos, "%s", negative.c_str());
  CHECK(!thrown<std::invalid_argument>([&] { SampleCovariance(runtime, 0); }).empty(), "no assets");
}

void littleMemoryMeansSmallerChunks() {
  const Sample s = draw(3000, 40, 0, 0, 6);
  StandIn ample;
  const Moments once = found(ample, s, false);
  StandIn::Options options;
  options.memory = 900'000;
  StandIn small(options);
  {
    SampleCovariance sample(small, 40);
    CHECK(sample.chunk() < 3000, "chunks of %ld", static_cast<long>(sample.chunk()));
  }
  CHECK(sameBits(once, found(small, s, false)), "other bits with little memory");
  CHECK(small.count().mostBytes <= options.memory, "%zu bytes", small.count().mostBytes);
  // Others may take what was free when the chunk was planned.
  StandIn contested(StandIn::Options{});
  contested.limitMemory(900'000);
  CHECK(sameBits(once, found(contested, s, false)), "other bits where memory was contested");
  StandIn::Options tiny;
  tiny.memory = 10'000;
  StandIn none(tiny);
  CHECK(!thrown<OutOfMemory>([&] { SampleCovariance(none, 40); }).empty(), "10 kB were enough");
  for (const StandIn* runtime : {&ample, &small, &contested, &none}) {
    const StandIn::Count left = runtime->count();
    CHECK(left.blocks == 0 && left.pinnedBlocks == 0 && left.streams == 0 && left.events == 0,
          "%ld blocks, %ld pinned ones, %ld streams and %ld events left", left.blocks, left.pinnedBlocks, left.streams,
          left.events);
  }
}

void aBrokenDeviceIsSaidToBe() {
  constexpr int kIllegalAddress = 700;
  StandIn runtime;
  const Sample s = draw(2000, 10, 0, 0, 8);
  {
    SampleCovariance::Options options;
    options.chunk = 255;
    SampleCovariance sample(runtime, 10, options);
    std::vector<double> out(100);
    runtime.breakNext(kIllegalAddress);
    bool sticky = false;
    try {
      sample.add(s.returns.data(), s.rows, 10);
      sample.covariance(out.data(), 10);
    } catch (const CudaError& e) {
      sticky = e.sticky() && e.code() == kIllegalAddress;
    }
    CHECK(sticky, "no sticky error");
    CHECK(!thrown<std::exception>([&] { sample.covariance(out.data(), 10); }).empty(), "a result all the same");
  }
  CHECK(runtime.count().blocks == 0 && runtime.count().streams == 0, "something left of it");
}

void manyThreadsShareOne() {
  StandIn runtime;
  const Sample s = draw(1200, 6, 0, 0, 10);
  SampleCovariance sample(runtime, 6);
  std::vector<std::thread> threads;
  for (int k = 0; k < 4; k++) {
    threads.emplace_back([&, k] {
      for (int t = k; t < s.rows; t += 4) {
        sample.add(s.returns.data() + t * 6, 1, 6);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(sample.observations() == 1200, "%ld observations", static_cast<long>(sample.observations()));
  Moments m;
  m.mean.resize(6);
  m.covariance.resize(36);
  sample.mean(m.mean.data());
  sample.covariance(m.covariance.data(), 6);
  compare(s, m, false, 1e-13);
}

void whatStaysOnTheDeviceIsTheSame() {
  StandIn runtime;
  const Sample s = draw(300, 33, 0, 0, 11);
  SampleCovariance sample(runtime, 33);
  sample.add(s.returns.data(), s.rows, 33);
  const DeviceNumbers there = sample.covarianceOnDevice();
  std::vector<double> here(33 * 33);
  sample.covariance(here.data(), 33);
  const std::unique_ptr<Stream> stream = runtime.stream();
  PinnedNumbers copy(runtime, there.count());
  runtime.copyToHost(copy.get(), there.get(), there.count() * sizeof(double), *stream);
  runtime.synchronise(*stream);
  for (int i = 0; i < 33; i++) {
    for (int j = 0; j < sample.stride(); j++) {
      CHECK(copy.get()[i * sample.stride() + j] == (j < 33 ? here[i * 33 + j] : 0), "at %d, %d", i, j);
    }
  }
}

void returnsOnTheDeviceNeedNoCopy() {
  StandIn runtime;
  const Sample s = draw(1000, 21, 0.5, 0, 13);
  const Moments once = found(runtime, s, false);
  for (const int stride : {21, 24}) {
    DeviceNumbers there(runtime, static_cast<std::size_t>(s.rows) * stride);
    PinnedNumbers here(runtime, there.count());
    for (int t = 0; t < s.rows; t++) {
      std::copy_n(s.returns.data() + t * 21, 21, here.get() + t * stride);
    }
    const std::unique_ptr<Stream> stream = runtime.stream();
    runtime.copyToDevice(there.get(), here.get(), there.count() * sizeof(double), *stream);
    runtime.synchronise(*stream);
    for (const int chunk : {255, 2040}) {
      SampleCovariance sample(runtime, 21, {.chunk = chunk});
      // A whole group from the host first, then the others where they lie.
      sample.add(s.returns.data(), 255, 21);
      sample.addFromDevice(there.get() + 255L * stride, s.rows - 255, stride);
      Moments m{std::vector<double>(21), std::vector<double>(21 * 21)};
      sample.mean(m.mean.data());
      sample.covariance(m.covariance.data(), 21);
      CHECK(sameBits(once, m), "stride %d, chunks of %d", stride, chunk);
      CHECK(sample.observations() == s.rows, "%ld observations", static_cast<long>(sample.observations()));
    }
    // What is not finite has no place to be named, but it is not kept quiet.
    here.get()[5] = NAN;
    runtime.copyToDevice(there.get(), here.get(), there.count() * sizeof(double), *stream);
    runtime.synchronise(*stream);
    SampleCovariance sample(runtime, 21);
    sample.addFromDevice(there.get(), s.rows, stride);
    bool said = false;
    try {
      sample.covarianceOnDevice();
    } catch (const std::invalid_argument&) {
      said = true;
    }
    CHECK(said, "NaN among the returns");
  }
}

// Windows that roll on by a few observations, and blocks that follow each other, have the bits of samples of their own.
void windowsAreSamplesOfTheirOwn() {
  for (const int n : {1, 5, 33, 70}) {
    for (const int rows : {2, 40, 255, 300, 600}) {
      for (const std::size_t memory : {std::size_t{1} << 30, std::size_t{1} << 22}) {
        StandIn::Options options;
        options.memory = memory;
        StandIn runtime(options);
        const int step = rows < 100 ? rows : 17;
        const int count = 7;
        const Sample s = draw(rows + (count - 1) * step, n, 0.01, 0, 17);
        const int stride = n + 3;
        DeviceNumbers there(runtime, static_cast<std::size_t>(s.rows) * stride);
        PinnedNumbers here(runtime, there.count());
        for (int t = 0; t < s.rows; t++) {
          std::copy_n(s.returns.data() + static_cast<long>(t) * n, n, here.get() + static_cast<long>(t) * stride);
        }
        const std::unique_ptr<Stream> stream = runtime.stream();
        runtime.copyToDevice(there.get(), here.get(), there.count() * sizeof(double), *stream);
        runtime.synchronise(*stream);
        Windows windows;
        windows.returns = there.get();
        windows.stride = stride;
        windows.between = static_cast<std::int64_t>(step) * stride;
        windows.count = count;
        windows.rows = rows;
        windows.n = n;
        const std::int64_t across = covarianceStride(n);
        DeviceNumbers covariances(runtime, static_cast<std::size_t>(count * n * across));
        windowCovariances(runtime, 0, windows, covariances.get());
        PinnedNumbers found(runtime, covariances.count());
        runtime.copyToHost(found.get(), covariances.get(), covariances.count() * sizeof(double), *stream);
        runtime.synchronise(*stream);
        for (int w = 0; w < count; w++) {
          SampleCovariance sample(runtime, n, {.chunk = 255, .products = Products::Own});
          sample.add(s.returns.data() + static_cast<long>(w) * step * n, rows, n);
          std::vector<double> expected(static_cast<std::size_t>(n) * n);
          sample.covariance(expected.data(), n);
          for (int i = 0; i < n; i++) {
            for (int j = 0; j < across; j++) {
              const double is = found.get()[(w * n + i) * across + j];
              CHECK(is == (j < n ? expected[i * n + j] : 0), "n %d, %d rows, window %d at %d, %d: %g", n, rows, w, i, j,
                    is);
            }
          }
        }
        here.get()[static_cast<long>(rows - 1 + 3 * step) * stride] = INFINITY;
        runtime.copyToDevice(there.get(), here.get(), there.count() * sizeof(double), *stream);
        runtime.synchronise(*stream);
        std::string said;
        try {
          windowCovariances(runtime, 0, windows, covariances.get());
        } catch (const std::invalid_argument& e) {
          said = e.what();
        }
        CHECK(said.find(": the variance of asset 0 is not finite") != std::string::npos, "said: %s", said.c_str());
      }
    }
  }
}

}  // namespace

int main() {
  returnsOnTheDeviceNeedNoCopy();
  windowsAreSamplesOfTheirOwn();
  rightForAllShapes();
  meansFarFromZeroCostNothing();
  theSameBitsHoweverTheyCome();
  productsAreSumsInTheirOrder();
  assetsThatNeverChangeHaveNoVariance();
  whatIsWrongIsNamed();
  littleMemoryMeansSmallerChunks();
  aBrokenDeviceIsSaidToBe();
  manyThreadsShareOne();
  whatStaysOnTheDeviceIsTheSame();
  return failures == 0 ? 0 : 1;
}
