// The Cholesky factor of a symmetric matrix on an index set, kept up to date as indices enter and leave.
//
// On the face F of free weights (the others rest on bounds) the optimum solves
//
//     H_FF x - nu 1 = b_F,   1'x = c
//
// H_FF may be singular although the solution is unique: one asset without variance is enough. Since 1'w is fixed,
// adding sigma 1 1' to H changes the objective by a constant only, and makes H_FF positive definite exactly when the
// problem on the face is strictly convex. So L is the factor of H_FF + sigma 1 1'.
#pragma once

#include "group.hpp"

namespace parabola::PARABOLA_ISA {

// A pivot below this share of its diagonal means that the variable depends on those before it.
constexpr double kDependent = 1e-13;

// y[i] += sum over c of x[c] M[column[c]][i], for i < n: the product with the columns that moved, and no other.
// M is symmetric with rows `stride` apart, so its columns are contiguous. The order of additions is that of the list.
template <class Group>
PARABOLA_LARGE void addColumns(const Group& group, const double* matrix, long stride, const int* column,
                               const double* x, int count, int n, double* y) {
  group.eachWide(0, n, [&](auto i) {
    auto s = load(y, i);
    for (int c = 0; c < count; c++) {
      s = fma(decltype(s)(x[c]), load(matrix + column[c] * stride, i), s);
    }
    store(y, i, s);
  });
}

// y += M x for all n columns of M; x has zeros beyond them, and y padded(n) places. Where one lane has eight indices,
// each number off the diagonal is read once and serves for both of its places: beyond the first level cache reading is
// what takes the time.
template <class Group>
PARABOLA_LARGE void addProduct(const Group& group, const double* matrix, long stride, const double* x, int n,
                               double* y) {
  using P = Pack<kLanes>;
  if constexpr (kLanes == kBlock) {
    const int rows = padded(n);
    for (int from = 0; from < n; from += kBlock) {
      const double* const block = matrix + from * stride;
      const int width = n - from < kBlock ? n - from : kBlock;
      P across[kBlock];
      P own = load(y, Lanes<kLanes>{from});
      for (int c = 0; c < width; c++) {
        own = fma(P(x[from + c]), load(block + c * stride, Lanes<kLanes>{from}), own);
        across[c] = P(0.0);
      }
      store(y, Lanes<kLanes>{from}, own);
      // A block that is not full is the last one: nothing comes after it.
      group.each(from + kBlock, rows, [&](auto i) {
        const P right = load(x, i);
        P s = load(y, i);
        PARABOLA_UNROLL
        for (int c = 0; c < kBlock; c++) {
          const P m = load(block + c * stride, i);
          s = fma(P(x[from + c]), m, s);
          across[c] = fma(m, right, across[c]);
        }
        store(y, i, s);
      });
      for (int c = 0; c < width; c++) {
        y[from + c] += total(across[c].r[0]);
      }
    }
  } else {
    group.eachWide(0, padded(n), [&](auto i) {
      auto s = load(y, i);
      for (int c = 0; c < n; c++) {
        s = fma(decltype(s)(x[c]), load(matrix + c * stride, i), s);
      }
      store(y, i, s);
    });
  }
}

struct Face {
  int size = 0;               // |F|
  int stride = 0;             // rows of storage per column of L, a multiple of kLanes, at least padded(size)
  int capacity = 0;           // the largest size, a multiple of kLanes
  int* index = nullptr;       // [capacity] F in the order of the factor
  double* L = nullptr;        // [size, stride] by columns; zero above the diagonal inside its block of kLanes
  double* inverse = nullptr;  // [capacity] 1 / L_jj
};

// Small faces are stored densely, so that they stay in the first-level cache. Returns how many of the `kept` leading
// columns survive.
PARABOLA_FUNCTION int makeRoom(Face& face, int kept) {
  const int needed = padded(face.size);
  if (needed <= face.stride) {
    return kept;
  }
  int stride = face.stride < 56 ? 56 : face.stride;
  while (stride < needed) {
    stride = 2 * stride + kLanes;
  }
  face.stride = stride < face.capacity ? stride : face.capacity;
  return 0;
}

// What is picked by the index is picked a whole pack at a time: what pads it has to be an index too.
PARABOLA_INLINE void padIndex(Face& face) {
  for (int c = face.size; c < padded(face.size); c++) {
    face.index[c] = 0;
  }
}

// The symmetric matrix M + sigma 1 1' with rows of M `stride` apart, as `factor` reads it.
struct Dense {
  const double* matrix;
  long stride;
  double sigma;

  // out[c] = entry (index[j], index[c]) for from <= c < count, and zeros after them to padded(count).
  template <class Group>
  PARABOLA_INLINE void column(const Group& group, const int* index, int j, int from, int count, double* out) const {
    const double* h = matrix + index[j] * stride;
    group.each(from, padded(count),
               [&](auto i) { store(out, i, firstLanes(pick(h, index + i.at) + Pack<kLanes>(sigma), count - i.at)); });
  }
  PARABOLA_INLINE double diagonal(int i) const { return matrix[i * stride + i] + sigma; }
};

// The sign of column p of a factor L S L', for matrices that have signs (see turned.hpp).
template <class Matrix>
concept HasSigns = requires(const Matrix& matrix) {
  matrix.sign(0);
};
template <class Matrix>
PARABOLA_INLINE double signOf(const Matrix& matrix, int p) {
  if constexpr (HasSigns<Matrix>) {
    return matrix.sign(p);
  } else {
    return 1;
  }
}

// Computes L for face.index; the factor of the leading `kept` indices is there already and is not computed again. Every
// entry is the same formula whatever was kept, so the bits do not depend on the history of the face. Returns the
// position of the first dependent index (the factor of those before it is complete, and its own row of L is in place),
// or size.
//
// Four columns at a time: what the columns before them take away is one pass over those, eight rows by four columns in
// registers. What they take from each other depends on four rows only: those come first, and then each row is on its
// own.
template <class Group, class Matrix>
PARABOLA_FUNCTION int factor(const Group& group, Face& face, const Matrix& matrix, int kept) {
  constexpr int kPanel = 4;
  using P = Pack<kLanes>;
  kept = makeRoom(face, kept);
  const int k = face.size;
  const int rows = padded(k);
  if (kept >= k) {
    return k;
  }
  padIndex(face);
  for (int panel = 0; panel < k; panel += kPanel) {
    const int width = k - panel < kPanel ? k - panel : kPanel;
    // In kept columns only the rows of the new indices are computed (and their block again, to the same bits).
    const int first = (panel + width <= kept ? kept : panel) / kLanes * kLanes;
    double* const start = face.L + static_cast<long>(panel) * face.stride;
    double* columns[kPanel];
    for (int c = 0; c < kPanel; c++) {
      columns[c] = start + (c < width ? c : 0) * face.stride;
    }
    for (int c = 0; c < width; c++) {
      matrix.column(group, face.index, panel + c, first, k, columns[c]);
    }
    if (width == kPanel) {
      group.each(first, rows, [&](auto i) {
        P a = load(columns[0], i);
        P b = load(columns[1], i);
        P c = load(columns[2], i);
        P d = load(columns[3], i);
        const double* l = face.L;
        for (int p = 0; p < panel; p++, l += face.stride) {
          P x = load(l, i);
          if constexpr (HasSigns<Matrix>) {
            x = P(matrix.sign(p)) * x;
          }
          a = fnma(P(l[panel]), x, a);
          b = fnma(P(l[panel + 1]), x, b);
          c = fnma(P(l[panel + 2]), x, c);
          d = fnma(P(l[panel + 3]), x, d);
        }
        store(columns[0], i, a);
        store(columns[1], i, b);
        store(columns[2], i, c);
        store(columns[3], i, d);
      });
    } else {
      for (int c = 0; c < width; c++) {
        group.eachWide(first, rows, [&](auto i) {
          auto s = load(columns[c], i);
          const double* l = face.L;
          for (int p = 0; p < panel; p++, l += face.stride) {
            s = fnma(decltype(s)(signOf(matrix, p) * l[panel + c]), load(l, i), s);
          }
          store(columns[c], i, s);
        });
      }
    }
    // The panel's own rows: minus L below the diagonal, and the reciprocals of the diagonal. Every lane computes them.
    double below[kPanel][kPanel];
    double reciprocal[kPanel];
    int good = 0;
    for (; good < width; good++) {
      const int j = panel + good;
      double row[kPanel];
      for (int c = 0; c < good; c++) {
        double s = columns[c][j];
        if (j >= first) {
          for (int b = 0; b < c; b++) {
            s = fma(below[c][b], row[b], s);
          }
          s *= reciprocal[c];
        }
        row[c] = s;
        below[good][c] = -signOf(matrix, panel + c) * s;
      }
      if (j < kept) {
        reciprocal[good] = signOf(matrix, j) * face.inverse[j];
        continue;
      }
      double pivot = columns[good][j];
      for (int b = 0; b < good; b++) {
        pivot = fma(below[good][b], row[b], pivot);
      }
      pivot *= signOf(matrix, j);
      if (!(pivot > kDependent * matrix.diagonal(face.index[j]))) {
        break;
      }
      const double inverse = 1 / std::sqrt(pivot);
      group.put([&] { face.inverse[j] = inverse; });
      reciprocal[good] = signOf(matrix, j) * inverse;
    }
    group.each(first, rows, [&](auto i) {
      P x[kPanel];
      for (int c = 0; c < kPanel; c++) {
        if (c < good) {
          x[c] = load(columns[c], i);
          for (int b = 0; b < c; b++) {
            x[c] = fma(P(below[c][b]), x[b], x[c]);
          }
          x[c] = x[c] * P(reciprocal[c]);
          store(columns[c], i, x[c]);
        }
      }
    });
    for (int c = 0; c < good && kLanes > 1; c++) {
      for (int i = first; i < panel + c; i++) {
        columns[c][i] = 0;
      }
    }
    if (good < width) {
      return panel + good;
    }
  }
  return k;
}

// Takes the index at `position` out of F: the columns after it absorb its column by a rank-one update, which adds and
// so never loses definiteness. Costs size^2 instead of the size^3 / 6 of a new factor.
template <class Group>
PARABOLA_FUNCTION void removeIndex(const Group& group, Face& face, int position, double* work) {
  const int k = face.size;
  // work holds the column that goes, moved up by one row.
  const double* gone = face.L + static_cast<long>(position) * face.stride;
  group.items(padded(k), [&](int i) { work[i] = i < position || i + 1 >= k ? 0 : gone[i + 1]; });
  for (int j = 0; j < k - 1; j++) {
    double* column = face.L + static_cast<long>(j) * face.stride;
    const double* source = j < position ? column : column + face.stride;
    const int from = j < position ? position : j;
    if (j < position) {
      group.takeOut(k, column, position);
    } else {
      group.items(k - 1 - from, [&](int i) { column[from + i] = source[from + i + 1]; });
    }
    for (int i = j / kLanes * kLanes; j >= position && i < j; i++) {
      column[i] = 0;
    }
    if (kLanes > 1) {
      column[k - 1] = 0;
    }
  }
  group.takeOut(k, face.index, position);
  face.size = k - 1;
  const int rows = padded(k - 1);
  for (int j = position; j < k - 1; j++) {
    double* column = face.L + static_cast<long>(j) * face.stride;
    const double diagonal = column[j];
    const double v = work[j];
    const double r = std::sqrt(diagonal * diagonal + v * v);
    const double cosine = diagonal / r;
    const double sine = v / r;
    group.each(j / kLanes * kLanes, rows, [&](auto i) {
      using P = Pack<kLanes>;
      const P l = load(column, i);
      const P x = load(work, i);
      store(column, i, fma(P(cosine), l, P(sine) * x));
      store(work, i, fma(P(cosine), x, P(-sine) * l));
    });
    group.put([&] {
      column[j] = r;
      face.inverse[j] = 1 / r;
    });
    for (int i = j / kLanes * kLanes; i < j; i++) {
      column[i] = 0;
    }
  }
}

// The rows of one block of columns, and what they take away from those below, for a core's lanes: the block is solved
// in registers. `width` columns of it are there.
template <class Group, int kWidth>
PARABOLA_INLINE void solveLowerBlock(const Group& group, const Face& face, int from, int width, int rows,
                                     double* const (&x)[kWidth]) {
#if !defined(PARABOLA_SINGLE_LANE)
  using P = Pack<kLanes>;
  const double* const columns = face.L + static_cast<long>(from) * face.stride;
  const Lanes<kLanes> own{from};
  P at[kWidth];
  P v[kWidth][kLanes];
  for (int r = 0; r < kWidth; r++) {
    at[r] = firstLanes(load(x[r], own), width);
  }
  eachLane([&](auto lane) {
    constexpr int c = lane;
    if (c < width) {
      const P l = load(columns + c * face.stride, own);
      const P inverse(face.inverse[from + c]);
      for (int r = 0; r < kWidth; r++) {
        v[r][c] = spreadLane<c>(at[r]) * inverse;
        at[r] = replaceLane<c>(fnma(v[r][c], l, at[r]), v[r][c]);
      }
    } else {
      for (int r = 0; r < kWidth; r++) {
        v[r][c] = P(0.0);
      }
    }
  });
  for (int r = 0; r < kWidth; r++) {
    store(x[r], own, firstLanes(at[r], width));
  }
  // A block that is not full is the last one.
  group.each(from + kLanes, rows, [&](auto i) {
    P below[kWidth];
    for (int r = 0; r < kWidth; r++) {
      below[r] = load(x[r], i);
    }
    PARABOLA_UNROLL
    for (int c = 0; c < kLanes; c++) {
      const P l = load(columns + c * face.stride, i);
      for (int r = 0; r < kWidth; r++) {
        below[r] = fnma(v[r][c], l, below[r]);
      }
    }
    for (int r = 0; r < kWidth; r++) {
      store(x[r], i, below[r]);
    }
  });
#endif
}

// Each x <- L^-1 x for the leading `size` columns; x has padded(size) places. Several right sides at once: their chains
// of dependent steps overlap, and the factor is read once. A block of columns at a time: its own rows each of several
// lanes solves for itself.
template <class Group, class... Vector>
PARABOLA_LARGE void solveLower(const Group& group, const Face& face, int size, Vector*... vectors) {
  using P = Pack<kLanes>;
  constexpr int kWidth = sizeof...(vectors);
  double* const x[kWidth] = {vectors...};
  const int rows = padded(size);
  for (int from = 0; from < size; from += kBlock) {
    if constexpr (kLanes > 1) {
      solveLowerBlock(group, face, from, size - from < kBlock ? size - from : kBlock, rows, x);
      continue;
    }
    const double* const columns = face.L + static_cast<long>(from) * face.stride;
    double v[kWidth][kBlock];
    PARABOLA_UNROLL
    for (int c = 0; c < kBlock; c++) {
      const int j = from + c;
      for (int r = 0; r < kWidth; r++) {
        double s = 0;
        if (j < size) {
          s = x[r][j];
          PARABOLA_UNROLL
          for (int b = 0; b < c; b++) {
            s = fma(-v[r][b], columns[b * face.stride + j], s);
          }
          s *= face.inverse[j];
        }
        v[r][c] = s;
      }
    }
    group.each(from, rows, [&](auto i) {
      PARABOLA_UNROLL
      for (int c = 0; c < kBlock; c++) {
        if (i.at <= from + c) {
          for (int r = 0; r < kWidth && i.at == from + c; r++) {
            store(x[r], i, P(v[r][c]));
          }
          return;
        }
        const P l = load(columns + c * face.stride, i);
        for (int r = 0; r < kWidth; r++) {
          store(x[r], i, fma(P(-v[r][c]), l, load(x[r], i)));
        }
      }
    });
  }
}

// x <- L'^-1 x. The places of x after `size` are zero. A block of columns at a time: what the rows below them take away
// are sums that do not wait for each other; the columns among themselves do.
template <class Group>
PARABOLA_FUNCTION void solveUpper(const Group& group, const Face& face, int size, double* x) {
  const int rows = padded(size);
  for (int from = (size - 1) / kBlock * kBlock; from >= 0 && size > 0; from -= kBlock) {
    const int width = from + kBlock < size ? kBlock : size - from;
    const double* const columns = face.L + static_cast<long>(from) * face.stride;
    double solved[kBlock];
    group.sumEach(from + kBlock, rows, width, solved,
                  [&](auto i, int c) { return load(columns + c * face.stride, i) * load(x, i); });
    for (int c = width - 1; c >= 0; c--) {
      const double* column = columns + c * face.stride + from;
      double own = x[from + c] - solved[c];
      for (int b = width - 1; b > c; b--) {
        own = fma(-column[b], solved[b], own);
      }
      solved[c] = own * face.inverse[from + c];
    }
    group.items(width, [&](int c) { x[from + c] = solved[c]; });
  }
}

// Solves H_FF x - nu 1 = b, 1'x = total. x holds b on entry and the solution on return; `ones` is scratch. Both have
// padded(size) places. Returns nu of H_FF (that of H_FF + sigma 1 1' less sigma total).
template <class Group>
PARABOLA_FUNCTION double solveFace(const Group& group, const Face& face, double sigma, double total, double* x,
                                   double* ones) {
  using P = Pack<kLanes>;
  const int rows = padded(face.size);
  group.items(face.size, [&](int c) { ones[c] = 1; });
  solveLower(group, face, face.size, x, ones);
  double across;
  double square;
  group.sums(rows, across, square, [&](auto i, P& a, P& b) {
    const P e = load(ones, i);
    a = fma(e, load(x, i), a);
    b = fma(e, e, b);
  });
  const double nu = (total - across) / square;
  group.each(rows, [&](auto i) { store(x, i, fma(P(nu), load(ones, i), load(x, i))); });
  solveUpper(group, face, face.size, x);
  return nu - sigma * total;
}

}  // namespace parabola::PARABOLA_ISA
