package io.parabola.internal.javaengine;

import io.parabola.Matrix;
import io.parabola.internal.PathsData;
import io.parabola.internal.Philox;
import io.parabola.internal.Philox.Draw;
import io.parabola.internal.ProcessData;
import io.parabola.internal.Shares;
import java.util.Arrays;

/**
 * Paths of returns in plain Java: kernels/paths.hpp, one path after the other. Sums run over the
 * same columns in the same order, none is fused, and so the bits are the same.
 */
final class PathDrawing {
  private final PathsData paths;
  private final ProcessData process;
  private final Matrix target;
  private final int n;
  private final double[][] mean;
  private final double[][] deviation;
  private final double[][] columns;
  private final double[][] specific;
  private final double[][] jump;
  private final double[][] jumpRoot;
  private final double[][] history;

  PathDrawing(PathsData paths, Matrix target) {
    this.paths = paths;
    this.target = target;
    process = paths.process();
    n = process.size();
    mean = rows(process.mean());
    deviation = rows(process.drawnDeviation());
    columns = rows(process.columns());
    specific = rows(process.specific());
    jump = process.jumps() == null ? null : rows(process.jumps().size());
    jumpRoot = process.jumps() == null ? null : rows(process.jumps().root());
    history = process.history() == null ? null : rows(process.history().rows());
  }

  private static double[][] rows(Matrix matrix) {
    if (matrix == null) {
      return null;
    }
    double[][] rows = new double[(int) matrix.rows()][matrix.columns()];
    for (int r = 0; r < rows.length; r++) {
      matrix.getRow(r, rows[r]);
    }
    return rows;
  }

  void run(int threads) {
    Shares.over(
        threads,
        paths.paths(),
        turns -> {
          Path path = new Path();
          turns.each(path::draw);
        });
  }

  /** One path at a time, and where it is. */
  private final class Path {
    private final Philox random = new Philox(paths.seed());
    private final double[] x = new double[n];
    private final double[] sigma = new double[n];
    private final double[] own = new double[n];
    private final double[] multipliers = new double[n];
    private final double[] stress = new double[n];
    private final double[] z;
    private final double[] pair = new double[2];
    private int regime;
    private int row;
    private double common;

    Path() {
      int normals = process.mostColumns() + (specific == null ? 0 : n);
      z = new double[Math.max(normals, jumpRoot == null ? 0 : jumpRoot.length) + 1];
    }

    void draw(int s) {
      boolean filtered = history != null && process.history().decay() < 1;
      System.arraycopy(deviation[0], 0, sigma, 0, n);
      regime = 0;
      row = 0;
      readOwn(s);
      boolean inherits = history != null || process.transition() != null;
      for (int step = inherits ? 0 : paths.firstStep();
          step < paths.firstStep() + paths.steps();
          step++) {
        random.at(paths.number(s), step);
        advance(step);
        if (step < paths.firstStep() && !filtered) {
          continue;
        }
        drawInnovations();
        if (step >= paths.firstStep()) {
          write((long) s * paths.steps() + (step - paths.firstStep()));
        }
        if (filtered) {
          double decay = process.history().decay();
          for (int i = 0; i < n; i++) {
            sigma[i] = Math.sqrt(decay * (sigma[i] * sigma[i]) + (1 - decay) * (x[i] * x[i]));
          }
        }
      }
    }

    private void readOwn(int s) {
      if (paths.shifts() != null) {
        paths.shifts().getRow(s, own);
      }
      read(paths.multipliers(), s, multipliers);
      read(paths.stress(), s, stress);
    }

    private void read(Matrix matrix, int s, double[] values) {
      if (matrix != null && matrix.columns() == n) {
        matrix.getRow(s, values);
      } else if (matrix != null) {
        Arrays.fill(values, matrix.get(s, 0));
      }
    }

    private void advance(int step) {
      if (process.regimes() > 1) {
        double u = random.uniform(Draw.REGIME);
        boolean alike = step == 0 || process.transition() == null;
        double[] sums = alike ? process.initial() : process.transition();
        int first = alike ? 0 : regime * process.regimes();
        int k = 0;
        while (k < process.regimes() - 1 && u >= sums[first + k]) {
          k++;
        }
        regime = k;
      }
      if (history != null) {
        random.uniforms(Draw.BLOCK, 0, pair);
        if (step == 0 || pair[0] < process.history().restart()) {
          row = (int) (pair[1] * history.length);
        } else {
          row = row + 1 == history.length ? 0 : row + 1;
        }
      }
    }

    private void drawInnovations() {
      double freedom = history == null ? process.freedom()[regime] : 0;
      double s = freedom > 0 ? Math.sqrt((freedom - 2) / random.chiSquared(freedom)) : 1;
      common = paths.stress() == null ? 0 : s * random.normal(Draw.COMMON);
      if (history != null) {
        boolean filtered = process.history().decay() < 1;
        for (int i = 0; i < n; i++) {
          x[i] = filtered ? sigma[i] * history[row][i] : history[row][i];
        }
      } else {
        int most = process.mostColumns();
        random.normals(Draw.NORMAL, most + (specific == null ? 0 : n), z);
        Arrays.fill(x, 0);
        int first = process.firstColumn()[regime];
        for (int k = first; k < process.firstColumn()[regime + 1]; k++) {
          for (int i = 0; i < n; i++) {
            x[i] = x[i] + z[k - first] * columns[k][i];
          }
        }
        for (int i = 0; i < n; i++) {
          x[i] = s * (specific == null ? x[i] : x[i] + specific[regime][i] * z[most + i]);
        }
      }
      if (process.jumps() != null) {
        addJumps();
      }
    }

    private void addJumps() {
      ProcessData.Jumps jumps = process.jumps();
      int count = random.poisson(jumps.mean(), jumps.none());
      double beyond = count - jumps.mean();
      for (int i = 0; i < n; i++) {
        x[i] = x[i] + beyond * jump[0][i];
      }
      if (count > 0 && jumpRoot != null) {
        random.normals(Draw.JUMP_SIZE, jumpRoot.length, z);
        double root = Math.sqrt(count);
        for (int i = 0; i < n; i++) {
          double sum = 0;
          for (int k = 0; k < jumpRoot.length; k++) {
            sum = sum + z[k] * jumpRoot[k][i];
          }
          x[i] = x[i] + root * sum;
        }
      }
    }

    private void write(long targetRow) {
      double[] mu = mean[regime];
      double[] scale = history != null && process.history().decay() < 1 ? sigma : deviation[regime];
      double[] returns = new double[n];
      for (int i = 0; i < n; i++) {
        double r = x[i];
        if (paths.stress() != null) {
          double t = stress[i];
          r = Math.sqrt(1 - t) * r + Math.sqrt(t) * scale[i] * common;
        }
        if (paths.multipliers() != null) {
          r = multipliers[i] * r;
        }
        r = (paths.shifts() == null ? mu[i] : mu[i] + own[i]) + r;
        returns[i] = process.limited() && r < -1 ? -1 : r;
      }
      target.setRow(targetRow, returns);
    }
  }
}
