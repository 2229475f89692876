package io.parabola.bench.contestants;

import io.parabola.Matrix;
import io.parabola.bench.problems.Certificate;
import io.parabola.bench.problems.DenseFactor;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Numbers one after the other, whose place in the stream is all that they are a function of. */
public final class PathLoop extends Contestant {
  /** In results. */
  public static final String NAME = "a loop in Java over nextGaussian() and the root's triangle";

  private final double[][] root;
  private final double[] z;
  private double sink;

  public PathLoop(double[] covariance, int n) {
    super(NAME, PathDrawing.PATHS, true);
    root = new double[n][];
    z = new double[n];
    double[] square = DenseFactor.cholesky(covariance, n);
    for (int i = 0; i < n; i++) {
      root[i] = Arrays.copyOfRange(square, i * n, i * n + i + 1);
    }
  }

  @Override
  public void solve(int first, int number) {
    SplittableRandom random = new SplittableRandom(first);
    try (Matrix target = Matrix.allocate(number, z.length)) {
      double[] row = new double[z.length];
      for (int s = 0; s < number; s++) {
        for (int k = 0; k < z.length; k++) {
          z[k] = random.nextGaussian();
        }
        for (int i = 0; i < z.length; i++) {
          double sum = 0;
          for (int k = 0; k <= i; k++) {
            sum += root[i][k] * z[k];
          }
          row[i] = sum;
        }
        target.setRow(s, row);
      }
      sink += row[0];
    }
  }

  @Override
  public Certificate certificate(int s) {
    return null;
  }

  @Override
  public String note() {
    return Double.isNaN(sink) ? "no numbers" : "";
  }
}
