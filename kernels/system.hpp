// The linear system on the free weights: of any face a dense factor (face.hpp), or a thin one (thin.hpp) where the
// covariance is one of factors and the workspace was laid out for that.
#pragma once

#include "program.hpp"

namespace parabola::PARABOLA_ISA {

// H of a model plus sigma 1 1' plus a diagonal (null for none), as `factor` reads it.
struct ShiftedModel {
  const Model& model;
  double sigma;
  const double* extra;  // [padded]

  template <class Group>
  PARABOLA_INLINE void column(const Group& group, const int* index, int j, int from, int count, double* out) const {
    gather(group, model, index, j, from, count, out);
    if (sigma != 0) {
      group.each(from, padded(count),
                 [&](auto i) { store(out, i, firstLanes(load(out, i) + Pack<kLanes>(sigma), count - i.at)); });
    }
    if (extra != nullptr && from <= j && j < count) {
      group.one([&] { out[j] += extra[index[j]]; });
    }
  }
  PARABOLA_INLINE double diagonal(int i) const {
    return variance(model, i) + sigma + (extra == nullptr ? 0 : extra[i]);
  }
};

// Whether the faces of p.model, with more on its diagonal or not, are thin. Where there is room for dense ones too,
// only what is certain to have a positive diagonal is.
PARABOLA_INLINE bool isThin(const Program& p, const double* extra) {
  const Model& h = p.model;
  return h.base == nullptr && (extra != nullptr || (p.slim && h.diagonal != nullptr)) &&
         h.factorCount + (h.common != nullptr) <= p.thin.capacity;
}

// The multiple of 1 1' on the faces of p.model: thin ones need none.
PARABOLA_INLINE double shift(const Program& p) { return p.system == System::Thin ? 0 : p.sigma; }

// Factors the system of ws.face.index, as factor() in face.hpp says; `extra` [padded] more on the diagonal, or null.
template <class Group>
PARABOLA_FUNCTION int factorSystem(const Group& group, Program& p, double sigma, const double* extra, int kept) {
  Face& face = p.ws.face;
  p.system = isThin(p, extra) ? System::Thin : System::Dense;
  return p.system == System::Thin ? factorThin(group, p.thin, face, p.model, extra)
                                  : factor(group, face, ShiftedModel{p.model, sigma, extra}, kept);
}

// Places of a vector of the system, from one block of numbers to the next.
PARABOLA_INLINE int systemLength(const Program& p) {
  return padded(p.ws.face.size) + (p.system == System::Thin ? Thin::tail(p.thin.count) : 0);
}

// Each x <- L^-1 x.
template <class Group, class... Vector>
PARABOLA_INLINE void lowerSystem(const Group& group, Program& p, Vector*... vectors) {
  if (p.system == System::Thin) {
    (lowerThin(group, p.thin, p.ws.face, vectors), ...);
  } else {
    solveLower(group, p.ws.face, p.ws.face.size, vectors...);
  }
}

// x <- L'^-1 x.
template <class Group>
PARABOLA_FUNCTION void upperSystem(const Group& group, Program& p, double* x) {
  if (p.system == System::Thin) {
    upperThin(group, p.ws.face, x);
  } else {
    solveUpper(group, p.ws.face, p.ws.face.size, x);
  }
}

}  // namespace parabola::PARABOLA_ISA
