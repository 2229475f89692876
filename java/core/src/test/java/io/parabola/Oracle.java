package io.parabola;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** What the engines are judged by; shares no code with any of them. */
final class Oracle {
  private Oracle() {}

  /** A sum that rounding hardly touches (Kahan and Babuška). */
  static double sum(double[] terms) {
    double sum = 0;
    double correction = 0;
    for (double term : terms) {
      double next = sum + term;
      if (Math.abs(sum) >= Math.abs(term)) {
        correction += (sum - next) + term;
      } else {
        correction += (term - next) + sum;
      }
      sum = next;
    }
    return sum + correction;
  }

  static double dot(double[] x, double[] y) {
    double[] terms = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      terms[i] = x[i] * y[i];
    }
    return sum(terms);
  }

  static double variance(Problem problem, double[] w) {
    return dot(w, times(problem, w));
  }

  static double objective(Problem problem, double[] w) {
    return 0.5 * problem.riskAversion() * variance(problem, w) - dot(problem.expectedReturns(), w);
  }

  /** max(γ w'Σw, |μ'w|), to measure objectives and gaps by. */
  static double scale(Problem problem, double[] w) {
    return Math.max(
        problem.riskAversion() * variance(problem, w), Math.abs(dot(problem.expectedReturns(), w)));
  }

  /**
   * g'w − min {g'v : 1'v = budget, lower &lt;= v &lt;= upper}: v gets its lower bounds, and what is
   * then left of the budget goes to the smallest gradients first. Bounds have to be finite.
   */
  static double gap(Problem problem, double[] w) {
    double[] gradient = gradient(problem, w);
    double[] lower = problem.lower();
    double[] upper = problem.upper();
    int n = w.length;
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> gradient[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double left = problem.budget() - sum(lower);
    double[] v = lower.clone();
    for (int i : order) {
      double more = Math.max(0, Math.min(left, upper[i] - lower[i]));
      v[i] += more;
      left -= more;
    }
    double[] difference = new double[n];
    // Both sum to the budget, so a constant may be taken from the gradient: less then cancels.
    double level = gradient[order[n / 2]];
    for (int i = 0; i < n; i++) {
      difference[i] = (gradient[i] - level) * (w[i] - v[i]);
    }
    return sum(difference);
  }

  /**
   * What rounding alone can make of a gap: every gradient is off by some roundings of its terms,
   * and that times the width of its bounds is gap. It is far below any gap that matters unless
   * variances differ by many orders of magnitude or hedge each other away. Where all risk can be
   * shed, the optimum is zero and weights are off by less than a rounding of their bounds.
   */
  static double roundingOfGap(Problem problem, double[] w) {
    double[] sigma = problem.covariance().toArray();
    double[] lower = problem.lower();
    double[] upper = problem.upper();
    int n = w.length;
    double total = 0;
    double widest = 0;
    for (int i = 0; i < n; i++) {
      double size = Math.abs(problem.expectedReturns()[i]);
      for (int j = 0; j < n; j++) {
        size += problem.riskAversion() * Math.abs(sigma[i * n + j] * w[j]);
      }
      total += 16 * Math.ulp(1.0) * size * (upper[i] - lower[i]);
      widest += (upper[i] - lower[i]) * Math.sqrt(sigma[i * n + i]);
    }
    return total + 1e-9 * 0x1p-64 * problem.riskAversion() * widest * widest;
  }

  static double[] gradient(Problem problem, double[] w) {
    double[] gradient = times(problem, w);
    for (int i = 0; i < w.length; i++) {
      gradient[i] = problem.riskAversion() * gradient[i] - problem.expectedReturns()[i];
    }
    return gradient;
  }

  private static double[] times(Problem problem, double[] w) {
    int n = w.length;
    double[] sigma = problem.covariance().toArray();
    double[] product = new double[n];
    for (int i = 0; i < n; i++) {
      product[i] = dot(Arrays.copyOfRange(sigma, i * n, (i + 1) * n), w);
    }
    return product;
  }

  /**
   * The least objective over all faces of the box: on each of the 3ⁿ, the equations of its optimum
   * are solved, and the solution counts if it is within the bounds. (Some optimum always lies on a
   * face whose equations have one solution.)
   */
  static double leastObjective(Problem problem) {
    int n = problem.size();
    int faces = (int) Math.round(Math.pow(3, n));
    double least = Double.POSITIVE_INFINITY;
    for (int face = 0; face < faces; face++) {
      double[] w = solveFace(problem, face);
      if (w != null) {
        least = Math.min(least, objective(problem, w));
      }
    }
    return least;
  }

  private static double[] solveFace(Problem problem, int face) {
    int n = problem.size();
    double[] lower = problem.lower();
    double[] upper = problem.upper();
    double[] mu = problem.expectedReturns();
    double gamma = problem.riskAversion();
    double[] w = new double[n];
    int[] free = new int[n];
    int size = 0;
    double left = problem.budget();
    for (int i = 0, code = face; i < n; i++, code /= 3) {
      if (code % 3 == 2) {
        free[size++] = i;
      } else {
        w[i] = code % 3 == 0 ? lower[i] : upper[i];
        left -= w[i];
      }
    }
    if (size == 0) {
      return Math.abs(left) <= 4 * n * Math.ulp(1.0) ? w : null;
    }
    double[][] a = new double[size + 1][size + 2];
    for (int r = 0; r < size; r++) {
      int i = free[r];
      a[r][size + 1] = mu[i];
      for (int j = 0; j < n; j++) {
        a[r][size + 1] -= gamma * problem.covariance().get(i, j) * w[j];
      }
      for (int c = 0; c < size; c++) {
        a[r][c] = gamma * problem.covariance().get(i, free[c]);
      }
      a[r][size] = 1;
      a[size][r] = 1;
    }
    a[size][size + 1] = left;
    double[] x = solveLinear(a);
    if (x == null) {
      return null;
    }
    for (int r = 0; r < size; r++) {
      int i = free[r];
      if (!(x[r] >= lower[i] && x[r] <= upper[i])) {
        return null;
      }
      w[i] = x[r];
    }
    return w;
  }

  /**
   * Solves the equations [A | b], with one round of refinement, so that each equation, of whatever
   * scale, is met to its own rounding; null if A is singular to rounding.
   */
  static double[] solveLinear(double[][] equations) {
    int n = equations.length;
    double[] x = eliminate(equations);
    if (x == null) {
      return null;
    }
    double[][] again = new double[n][];
    for (int r = 0; r < n; r++) {
      double[] terms = new double[n + 1];
      for (int c = 0; c < n; c++) {
        terms[c] = -equations[r][c] * x[c];
      }
      terms[n] = equations[r][n];
      again[r] = equations[r].clone();
      again[r][n] = sum(terms);
    }
    double[] correction = eliminate(again);
    for (int i = 0; i < n; i++) {
      x[i] += correction[i];
    }
    return x;
  }

  /** Gauss elimination, with the pivot that is largest over the size of its row. */
  private static double[] eliminate(double[][] equations) {
    double[][] a = Arrays.stream(equations).map(double[]::clone).toArray(double[][]::new);
    int n = a.length;
    double[] size = new double[n];
    for (int r = 0; r < n; r++) {
      for (int c = 0; c < n; c++) {
        size[r] = Math.max(size[r], Math.abs(a[r][c]));
      }
    }
    for (int c = 0; c < n; c++) {
      int pivot = c;
      for (int r = c + 1; r < n; r++) {
        if (Math.abs(a[r][c]) * size[pivot] > Math.abs(a[pivot][c]) * size[r]) {
          pivot = r;
        }
      }
      if (!(Math.abs(a[pivot][c]) > 1e-12 * size[pivot])) {
        return null;
      }
      double[] row = a[pivot];
      a[pivot] = a[c];
      a[c] = row;
      double rowSize = size[pivot];
      size[pivot] = size[c];
      size[c] = rowSize;
      for (int r = c + 1; r < n; r++) {
        double factor = a[r][c] / a[c][c];
        for (int k = c; k <= n; k++) {
          a[r][k] -= factor * a[c][k];
        }
      }
    }
    double[] x = new double[n];
    for (int r = n - 1; r >= 0; r--) {
      x[r] = a[r][n];
      for (int c = r + 1; c < n; c++) {
        x[r] -= a[r][c] * x[c];
      }
      x[r] /= a[r][r];
    }
    return x;
  }
}
