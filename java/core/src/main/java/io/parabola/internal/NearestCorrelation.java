package io.parabola.internal;

import io.parabola.internal.blas.Blas;
import io.parabola.internal.blas.Block;
import java.util.Arrays;

/**
 * The matrix of correlations nearest to a given one, ½‖X − G‖² least over X ⪰ 0 with a unit
 * diagonal, by the semismooth Newton method of Qi and Sun, "A Quadratically Convergent Newton
 * Method for Computing the Nearest Correlation Matrix", SIAM J. Matrix Anal. Appl. 28 (2006).
 *
 * <p>The dual has one unknown per asset and no constraints: minimise θ(y) = ½‖(G + Diag y)₊‖² −
 * 1'y, where A₊ is A without its negative eigenvalues; then X = (G + Diag y)₊. Its gradient is X's
 * diagonal less one. Newton's equations are solved by conjugate gradients, because a product with
 * the Hessian costs two matrix products. Some ten eigen decompositions do, where alternating
 * projections take hundreds.
 */
final class NearestCorrelation {
  /** A gradient below this part of the given matrix's norm is rounding. */
  private static final double CONVERGED = 1e-12;

  private static final int MOST_STEPS = 100;
  private static final int MOST_HALVINGS = 30;
  private static final int MOST_PRODUCTS = 200;

  /** Of what a step's slope promises, the part that it has to keep (Armijo). */
  private static final double KEPT = 1e-4;

  private final double[] given;
  private final int n;
  private final Blas blas;

  /** y, and θ and its gradient there. */
  private double[] shift;

  private double value;
  private double[] gradient;

  /** Eigenvalues of G + Diag y, ascending, and the vectors [n, n], one a row. */
  private double[] values;

  private double[] vectors;

  private NearestCorrelation(double[] given, int n, Blas blas) {
    this.given = given;
    this.n = n;
    this.blas = blas;
  }

  /**
   * Finds it.
   *
   * @param given G [n, n], symmetric, with a unit diagonal; not modified
   * @param n its order, at least 1
   * @param blas computes eigenvalues and products
   * @return X [n, n], semidefinite and with a unit diagonal but for rounding
   */
  static double[] of(double[] given, int n, Blas blas) {
    NearestCorrelation nearest = new NearestCorrelation(given, n, blas);
    nearest.minimise();
    return nearest.positivePart();
  }

  private void minimise() {
    moveTo(new double[n]);
    double converged = CONVERGED * norm(given);
    for (int step = 0; step < MOST_STEPS && norm(gradient) > converged; step++) {
      if (!search(newtonStep())) {
        return;
      }
    }
  }

  private void moveTo(double[] y) {
    shift = y;
    vectors = given.clone();
    for (int i = 0; i < n; i++) {
      vectors[i * n + i] += y[i];
    }
    values = new double[n];
    blas.eigen(n, vectors, values);
    value = 0;
    gradient = new double[n];
    Arrays.fill(gradient, -1);
    for (int k = 0; k < n; k++) {
      value -= y[k];
      if (values[k] > 0) {
        value += 0.5 * values[k] * values[k];
        for (int i = 0; i < n; i++) {
          gradient[i] += values[k] * vectors[k * n + i] * vectors[k * n + i];
        }
      }
    }
  }

  /**
   * Goes along a direction until θ has fallen as it should, or, where that drowns in rounding, the
   * gradient has halved.
   *
   * @return false if neither happens
   */
  private boolean search(double[] direction) {
    double[] from = shift;
    double before = value;
    double slope = dot(gradient, direction);
    double size = norm(gradient);
    double[] oldGradient = gradient;
    double[] oldValues = values;
    double[] oldVectors = vectors;
    double length = 1;
    for (int halving = 0; halving < MOST_HALVINGS; halving++) {
      double[] to = from.clone();
      for (int i = 0; i < n; i++) {
        to[i] += length * direction[i];
      }
      moveTo(to);
      if (value < before + KEPT * length * slope || norm(gradient) <= 0.5 * size) {
        return true;
      }
      if (length * norm(direction) <= Math.ulp(1.0) * norm(to)) {
        break;
      }
      length *= 0.5;
    }
    shift = from;
    value = before;
    gradient = oldGradient;
    values = oldValues;
    vectors = oldVectors;
    return false;
  }

  /** Newton's step by conjugate gradients, to the accuracy that the gradient's size is worth. */
  private double[] newtonStep() {
    double[] x = new double[n];
    double[] residual = new double[n];
    for (int i = 0; i < n; i++) {
      residual[i] = -gradient[i];
    }
    double size = norm(gradient);
    double enough = Math.min(0.1, size) * size;
    // Near the solution the Hessian is definite; far away it may only be semidefinite.
    double regular = Math.min(1e-3, 0.1 * size);
    try (Hessian hessian = new Hessian()) {
      double[] diagonal = hessian.diagonal();
      double[] direction = new double[n];
      double[] conditioned = new double[n];
      double last = 0;
      for (int k = 0; k < MOST_PRODUCTS && norm(residual) > enough; k++) {
        for (int i = 0; i < n; i++) {
          conditioned[i] = residual[i] / (Math.max(diagonal[i], 0) + regular);
        }
        double now = dot(residual, conditioned);
        for (int i = 0; i < n; i++) {
          direction[i] = conditioned[i] + (k == 0 ? 0 : now / last * direction[i]);
        }
        last = now;
        double[] product = hessian.times(direction);
        for (int i = 0; i < n; i++) {
          product[i] += regular * direction[i];
        }
        double length = now / dot(direction, product);
        for (int i = 0; i < n; i++) {
          x[i] += length * direction[i];
          residual[i] -= length * product[i];
        }
      }
    }
    return x;
  }

  /**
   * An element of the generalised Hessian: V h = diag(P (Ω ∘ (P' Diag(h) P)) P'), where Ω is one
   * between positive eigenvalues, zero between others, and λ/(λ − κ) between a positive λ and
   * another κ. Because all ones in Ω's place make V the identity, it is enough to go through the
   * fewer of the two kinds: with those in l, and Φ = Ω or 1 − Ω counted twice outside of them, Σ_l
   * P_il Σ_k P_ik Φ_kl (P' Diag(h) P)_kl is V h or h − V h.
   */
  private final class Hessian implements AutoCloseable {
    private final boolean complement;
    private final int first;
    private final int count;

    /** Φ [n, count]. */
    private final double[] weight;

    private final DirectMemory memory;

    /** The eigenvectors [n, n]: one a row, and one a column. */
    private final Block byRow;

    private final Block byColumn;

    /** [n, count], for one side of a product and its result. */
    private final Block operand;

    private final Block result;

    private final double[] line;

    Hessian() {
      int negative = 0;
      while (negative < n && values[negative] <= 0) {
        negative++;
      }
      complement = negative < n - negative;
      first = complement ? 0 : negative;
      count = complement ? negative : n - negative;
      weight = new double[n * count];
      for (int k = 0; k < n; k++) {
        for (int c = 0; c < count; c++) {
          int l = first + c;
          boolean inside = k >= first && k < first + count;
          weight[k * count + c] =
              inside ? 1 : 2 * Math.abs(values[l]) / (Math.abs(values[l]) + Math.abs(values[k]));
        }
      }
      int doubles = 2 * n * n + 2 * n * count;
      memory = DirectMemory.allocate(Math.multiplyExact(doubles, Double.BYTES));
      var buffer = memory.buffer().asDoubleBuffer();
      byRow = new Block(buffer, 0, n);
      byColumn = new Block(buffer, n * n, n);
      operand = new Block(buffer, 2 * n * n, count);
      result = new Block(buffer, 2 * n * n + n * count, count);
      buffer.put(0, vectors);
      line = new double[Math.max(n, count)];
      for (int i = 0; i < n; i++) {
        for (int k = 0; k < n; k++) {
          line[k] = vectors[k * n + i];
        }
        buffer.put(byColumn.start() + i * n, line, 0, n);
      }
    }

    double[] times(double[] h) {
      for (int i = 0; i < n; i++) {
        for (int c = 0; c < count; c++) {
          line[c] = h[i] * vectors[(first + c) * n + i];
        }
        set(operand, i);
        clear(result, i);
      }
      blas.gemm(n, count, n, 1, byColumn, operand, result);
      for (int k = 0; k < n; k++) {
        get(result, k);
        for (int c = 0; c < count; c++) {
          line[c] *= weight[k * count + c];
        }
        set(operand, k);
        clear(result, k);
      }
      blas.gemm(n, count, n, 1, byRow, operand, result);
      double[] product = new double[n];
      for (int i = 0; i < n; i++) {
        get(result, i);
        double sum = 0;
        for (int c = 0; c < count; c++) {
          sum += line[c] * vectors[(first + c) * n + i];
        }
        product[i] = complement ? h[i] - sum : sum;
      }
      return product;
    }

    /** V's diagonal: Σ_l P_il² Σ_k P_ik² Φ_kl. */
    double[] diagonal() {
      double[] diagonal = new double[n];
      for (int c = 0; c < count; c++) {
        double[] inner = new double[n];
        for (int k = 0; k < n; k++) {
          double factor = weight[k * count + c];
          for (int i = 0; i < n; i++) {
            inner[i] += factor * (vectors[k * n + i] * vectors[k * n + i]);
          }
        }
        for (int i = 0; i < n; i++) {
          double share = vectors[(first + c) * n + i];
          diagonal[i] += share * share * inner[i];
        }
      }
      for (int i = 0; i < n && complement; i++) {
        diagonal[i] = 1 - diagonal[i];
      }
      return diagonal;
    }

    private void get(Block block, int row) {
      block.buffer().get(block.start() + row * count, line, 0, count);
    }

    private void set(Block block, int row) {
      block.buffer().put(block.start() + row * count, line, 0, count);
    }

    private void clear(Block block, int row) {
      Arrays.fill(line, 0, count, 0);
      set(block, row);
    }

    @Override
    public void close() {
      memory.free();
    }
  }

  /** X, from the fewer of its positive eigenvalues and those that it lacks. */
  private double[] positivePart() {
    int negative = 0;
    while (negative < n && values[negative] <= 0) {
      negative++;
    }
    boolean subtract = negative < n - negative;
    double[] x = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = i; j < n && subtract; j++) {
        x[i * n + j] = given[i * n + j] + (i == j ? shift[i] : 0);
      }
    }
    for (int k = subtract ? 0 : negative; k < (subtract ? negative : n); k++) {
      for (int i = 0; i < n; i++) {
        double factor = (subtract ? -values[k] : values[k]) * vectors[k * n + i];
        for (int j = i; j < n; j++) {
          x[i * n + j] += factor * vectors[k * n + j];
        }
      }
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        x[i * n + j] = x[j * n + i];
      }
    }
    return x;
  }

  private static double norm(double[] x) {
    return Math.sqrt(dot(x, x));
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }
}
