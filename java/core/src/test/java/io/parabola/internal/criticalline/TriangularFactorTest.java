package io.parabola.internal.criticalline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The factor of what is left of a matrix, as rows and columns come and go. */
class TriangularFactorTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 16, 31, 60})
  void itSolvesTheEquationsOfWhatIsLeft(int n) {
    Random random = new Random(n);
    double[][] h = positiveDefinite(n, random);
    TriangularFactor factor = new TriangularFactor(1);
    List<Integer> held = new ArrayList<>();
    List<Integer> waiting = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      waiting.add(i);
    }
    double[] kept = new double[n];
    double[] right = random.doubles(n, -1, 1).toArray();
    for (int change = 0; change < 4 * n; change++) {
      if (held.isEmpty() || !waiting.isEmpty() && random.nextInt(3) > 0) {
        int entrant = waiting.remove(random.nextInt(waiting.size()));
        double[] above = new double[n];
        for (int q = 0; q < held.size(); q++) {
          above[q] = h[held.get(q)][entrant];
        }
        factor.forward(above);
        double left = h[entrant][entrant];
        double side = right[entrant];
        for (int q = 0; q < held.size(); q++) {
          left -= above[q] * above[q];
          side -= above[q] * kept[q];
        }
        factor.append(above, Math.sqrt(left));
        kept[held.size()] = side / Math.sqrt(left);
        held.add(entrant);
      } else {
        int gone = random.nextInt(held.size());
        factor.remove(gone, kept);
        waiting.add(held.remove(gone));
      }
      double[] x = new double[n];
      for (int q = 0; q < held.size(); q++) {
        x[q] = right[held.get(q)];
      }
      factor.forward(x);
      for (int q = 0; q < held.size(); q++) {
        // The side is carried along as if it had been solved for anew, but for signs of rows of U.
        assertEquals(Math.abs(x[q]), Math.abs(kept[q]), 1e-12);
      }
      factor.backward(x);
      for (int row : held) {
        double sum = 0;
        for (int q = 0; q < held.size(); q++) {
          sum += h[row][held.get(q)] * x[q];
        }
        assertEquals(right[row], sum, 1e-11);
      }
    }
  }

  private static double[][] positiveDefinite(int n, Random random) {
    double[][] h = new double[n][n];
    for (int t = 0; t < 2 * n; t++) {
      double[] row = random.doubles(n, -1, 1).toArray();
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          h[i][j] += row[i] * row[j];
        }
      }
    }
    for (int i = 0; i < n; i++) {
      h[i][i] += 0.1;
    }
    return h;
  }
}
