// The solver compiled once per instruction set, behind plain function pointers.
#pragma once

#include <cstddef>

#include "batch.hpp"
#include "process.hpp"

namespace parabola {

// What a solve may ask for while it runs. Called from any thread.
struct Hooks {
  // Makes Shared::inverse available, or Shared::turned instead of it; false if the covariance has neither. At most once
  // per solve.
  bool (*inverse)(void* problem);
  void* problem;
  Spare spare;
};

// Paths that are drawn together: few enough for their numbers to stay in the cache.
constexpr int kDrawTile = 32;

struct Kernels {
  const char* name;
  // Doubles that solve needs as scratch for a plain problem, and for one with limits or structure (thinFactors: those
  // of the shared covariance, and of the scenario).
  std::size_t (*workspace)(int n, int thinFactors);
  std::size_t (*generalWorkspace)(int n, int rows, int thinFactors);
  // Solves one scenario and writes its weights [n]; a scenario with limits takes the general memory. Aligned to 64
  // bytes.
  Answer (*solve)(const Shared& shared, const Scenario& scenario, double tolerance, double* memory, double* weights,
                  const Prices& prices, const Hooks& hooks);
  // Copies the factor of the base scenario's face, which shared.baseSide describes: L [capacity] and inverse [n].
  // Returns the stride of L, or 0 if the face is dependent or L too small.
  int (*factorBase)(const Shared& shared, double* memory, double* L, std::size_t capacity, double* inverse);
  // shared.baseProduct and baseStep, [padded]. `memory` is that of a plain problem.
  void (*prepareStep)(const Shared& shared, double* memory, double* product, double* step);
  // The start of the dual of a covariance of factors, see startDual() in ascent.hpp. `memory` has dualNumbers(n,
  // factors) doubles.
  std::size_t (*dualNumbers)(int n, int factors);
  void (*startDual)(const Shared& shared, double* memory);
  // See assemble() and isThin() in assemble.hpp.
  bool (*assemble)(const Shared& shared, const CovarianceView& covariance, const ProblemView& problem,
                   const double* const* rows, const BatchView& batch, bool plain, bool thin, int s, Assembly& assembly,
                   Scenario& scenario);
  bool (*isThin)(const Shared& shared);
  // See lookThrough() in bounds.hpp; bounds [n], padded.
  Bounds (*lookThrough)(const double* lower, const double* upper, int n);
  // See invert() in inverse.hpp.
  bool (*invert)(const double* covariance, int n, long stride, double sigma, double* factor, double* panel, double* P,
                 double* balanced);
  std::size_t (*invertPanel)(int n);  // doubles of `panel`
  // See turn() in turned.hpp.
  bool (*turn)(const double* covariance, int n, long stride, double sigma, const int* order, int free, double* memory,
               double* K, double* balanced);
  std::size_t (*turnNumbers)(int n, int free);  // doubles of `memory`
  // Draws the paths [from, from + count) of a draw; see paths.hpp. `memory` has drawWorkspace(process) doubles, enough
  // for kDrawTile paths.
  void (*draw)(const ProcessView& process, const DrawView& draw, long from, int count, double* memory);
  std::size_t (*drawWorkspace)(const ProcessView& process);
  // See centre() in centre.hpp.
  void (*centre)(const double* x, long apart, int rows, int n, const double* shift, double* y, long stride,
                 double* sums);
};

extern const Kernels kPortable;
#ifdef PARABOLA_X86
extern const Kernels kAvx2;
extern const Kernels kAvx512;
#endif

// The best that this processor runs; or the one of that name, null if there is none or the processor lacks it.
const Kernels* bestKernels();
const Kernels* kernelsNamed(const char* name);

}  // namespace parabola
