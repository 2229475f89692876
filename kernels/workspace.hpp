// The memory that solving one portfolio needs, laid out once per thread: solving allocates nothing.
#pragma once

#include <cstddef>
#include <initializer_list>

#include "face.hpp"

namespace parabola::PARABOLA_ISA {

struct Dual;

struct Workspace {
  int n = 0;       // assets
  int padded = 0;  // rounded up to kLanes; the padding is assets with bounds [0, 0]
  double budget = 0;
  double width = 0;     // sum of upper - lower as read; zero if they leave one point
  bool open = false;    // whether a bound was infinite there
  double* q = nullptr;  // [padded] mu / gamma
  // [padded] Finite. Where they lie depends, see readBounds(): with the scenario, in ownLower and ownUpper, or both in
  // one place where they leave one point. What they point to stays as it is until they are read anew.
  const double* lower = nullptr;
  const double* upper = nullptr;
  double* ownLower = nullptr;  // [padded]
  double* ownUpper = nullptr;
  double* w = nullptr;        // [padded] weights
  double* g = nullptr;        // [padded] gradient Sigma w - q
  double* side = nullptr;     // [padded] where a weight rests: -1 lower, 1 upper; 0 free, or lower = upper
  double* a = nullptr;        // [padded] scratch
  double* b = nullptr;        // [padded] scratch
  double* amount = nullptr;   // [padded + kLanes] coefficients of the columns in `list`
  double* x = nullptr;        // [padded + kLanes] solution on the face
  double* ones = nullptr;     // [padded + kLanes] scratch of solveFace
  int* list = nullptr;        // [padded + kLanes] columns that moved
  int* candidates = nullptr;  // [padded + kLanes]
  Face face;
  Dual* dual = nullptr;  // that of a covariance of factors, see risk.hpp

  PARABOLA_SIZE static std::size_t numbers(int n) {
    const std::size_t wide = static_cast<std::size_t>(parabola::PARABOLA_ISA::padded(n)) + kLanes;
    return numbersBesideFace(n) + wide * wide;
  }
  PARABOLA_SIZE static std::size_t numbersBesideFace(int n) {
    const std::size_t p = static_cast<std::size_t>(parabola::PARABOLA_ISA::padded(n));
    const std::size_t wide = p + kLanes;
    return 8 * p + 4 * wide + 3 * wide;
  }

  // `memory` holds numbers(n) doubles, aligned to 64 bytes; or, where the factor of the face has `factor`, or there is
  // none, that much less: numbersBesideFace(n).
  PARABOLA_FUNCTION void layOut(int assets, double* memory, double* factor = nullptr) {
    n = assets;
    padded = parabola::PARABOLA_ISA::padded(assets);
    const long wide = padded + kLanes;
    for (double** p : {&q, &ownLower, &ownUpper, &w, &g, &side, &a, &b}) {
      *p = memory;
      memory += padded;
    }
    for (double** p : {&amount, &x, &ones, &face.inverse}) {
      *p = memory;
      memory += wide;
    }
    for (int** p : {&list, &candidates, &face.index}) {
      *p = reinterpret_cast<int*>(memory);
      memory += wide;
    }
    face.L = factor == nullptr ? memory : factor;
    face.capacity = static_cast<int>(wide);
    face.stride = 0;
    face.size = 0;
    useOwnBounds();
  }

  PARABOLA_FUNCTION void useOwnBounds() {
    lower = ownLower;
    upper = ownUpper;
  }
};

}  // namespace parabola::PARABOLA_ISA
