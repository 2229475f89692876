package io.parabola.models.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DistributionTest {

  @Test
  void quantilesLieBetweenNeighbours() {
    Distribution numbers = Distribution.exact();
    for (double x : new double[] {4, 0, 2, 1, 3}) {
      numbers.add(x);
    }
    assertEquals(0, numbers.quantile(0));
    assertEquals(2, numbers.quantile(0.5));
    assertEquals(2.5, numbers.quantile(0.625));
    assertEquals(4, numbers.quantile(1));
    assertEquals(2, numbers.mean());
    assertEquals(0.8, numbers.nonzero());
    assertEquals(0.4, numbers.shareFrom(3));
  }

  /** A portfolio without risk is infinitely far from every limit. */
  @Test
  void whatIsInfiniteHasItsPlaceAtTheEnd() {
    for (Distribution distribution : List.of(Distribution.exact(), Distribution.sketch())) {
      for (int k = 1; k <= 4; k++) {
        distribution.add(k);
      }
      for (int k = 0; k < 4; k++) {
        distribution.add(Double.POSITIVE_INFINITY);
      }
      distribution.add(Double.NEGATIVE_INFINITY);
      assertEquals(9, distribution.count());
      assertEquals(Double.NEGATIVE_INFINITY, distribution.quantile(0));
      assertEquals(1, distribution.quantile(1.0 / 8), Distribution.SKETCH_ACCURACY);
      assertEquals(4, distribution.quantile(4.0 / 8), 4 * Distribution.SKETCH_ACCURACY);
      assertEquals(Double.POSITIVE_INFINITY, distribution.quantile(0.75));
      assertEquals(Double.POSITIVE_INFINITY, distribution.quantile(1));
    }
  }

  @Test
  void nothingHasNoQuantiles() {
    for (Distribution nothing : new Distribution[] {Distribution.exact(), Distribution.sketch()}) {
      assertTrue(Double.isNaN(nothing.quantile(0.5)));
      assertNull(nothing.tail(0.95));
      assertEquals(0, nothing.count());
    }
  }

  /** The promise of a sketch, on numbers of both signs, of many sizes, and zeros. */
  @Test
  void aSketchIsWithinItsAccuracy() {
    Random random = new Random(4);
    Distribution exact = Distribution.exact();
    Distribution sketch = Distribution.sketch();
    for (int k = 0; k < 200_000; k++) {
      double x = k % 7 == 0 ? 0 : random.nextGaussian() * Math.exp(3 * random.nextGaussian());
      exact.add(x);
      sketch.add(x);
    }
    for (double level = 0.001; level < 1; level += 0.0173) {
      double x = exact.quantile(level);
      assertEquals(x, sketch.quantile(level), 1.01e-3 * Math.abs(x) + 1e-12, "at " + level);
    }
    TailRisk a = exact.tail(0.99);
    TailRisk b = sketch.tail(0.99);
    assertEquals(a.valueAtRisk(), b.valueAtRisk(), 1.01e-3 * a.valueAtRisk());
    assertEquals(
        a.conditionalValueAtRisk(),
        b.conditionalValueAtRisk(),
        1.01e-3 * a.conditionalValueAtRisk());
    assertEquals(
        a.conditionalValueAtRiskError(),
        b.conditionalValueAtRiskError(),
        0.01 * a.conditionalValueAtRiskError());
    assertEquals(exact.mean(), sketch.mean());
    assertEquals(exact.nonzero(), sketch.nonzero());
  }

  @Test
  void histogramsCountWhatIsInside() {
    Distribution numbers = Distribution.exact();
    for (double x : new double[] {-1, 0, 0.1, 0.5, 0.99, 1, 2}) {
      numbers.add(x);
    }
    long[] counts = numbers.histogram(0, 1, 2);
    assertEquals(2, counts[0]);
    assertEquals(3, counts[1]);
  }
}
