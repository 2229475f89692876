package io.parabola.models.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.Paths;
import io.parabola.Problem;
import io.parabola.ReturnProcess;
import io.parabola.Solution;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TailRiskTest {
  private static final double NORMAL = Double.POSITIVE_INFINITY;

  /** Closed forms: McNeil, Frey, Embrechts; the numbers by independent quadrature. */
  @Test
  void constantsOfNormalAndStudentTAreThePublishedOnes() {
    assertEquals(2.062713, EllipticalTail.of(NORMAL, 0.95).conditionalValueAtRisk(), 5e-7);
    assertEquals(1.644854, EllipticalTail.of(NORMAL, 0.95).valueAtRisk(), 5e-7);
    assertEquals(2.264771, EllipticalTail.of(4, 0.95).conditionalValueAtRisk(), 5e-7);
    assertThrows(InvalidInputException.class, () -> EllipticalTail.of(2, 0.95));
    assertThrows(InvalidInputException.class, () -> EllipticalTail.of(4, 1));
  }

  private static double[] drawn(ReturnProcess process, int draws) {
    try (Engine engine = Engine.create();
        Matrix target = Matrix.allocate(draws, process.size())) {
      engine.draw(Paths.builder(process, 2, draws).build(), target);
      return target.toArray();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {4, NORMAL})
  void simulatedTailsAreThoseOfTheory(double degreesOfFreedom) {
    ReturnProcess process =
        ReturnProcess.studentT(new double[1], Covariance.of(new double[] {1}, 1), degreesOfFreedom);
    TailRisk tail = TailRisk.of(drawn(process, 1_000_000), 0.95);
    EllipticalTail theory = EllipticalTail.of(degreesOfFreedom, 0.95);
    assertEquals(
        theory.conditionalValueAtRisk(),
        tail.conditionalValueAtRisk(),
        4 * tail.conditionalValueAtRiskError());
    assertEquals(theory.valueAtRisk(), tail.valueAtRisk(), 4 * tail.valueAtRiskError());
    // Errors of the size that a million draws leave.
    assertTrue(tail.conditionalValueAtRiskError() < 0.02);
    assertTrue(tail.valueAtRiskError() > 0.001 && tail.valueAtRiskError() < 0.01);
  }

  /** Standard errors against the spread of many small simulations. */
  @Test
  void standardErrorsAreThoseOfRepetition() {
    int repetitions = 400;
    int draws = 2000;
    double[] all =
        drawn(
            ReturnProcess.normal(new double[1], Covariance.of(new double[] {1}, 1)),
            repetitions * draws);
    double[] cvar = new double[repetitions];
    double[] var = new double[repetitions];
    double cvarError = 0;
    double varError = 0;
    for (int r = 0; r < repetitions; r++) {
      TailRisk tail =
          TailRisk.of(java.util.Arrays.copyOfRange(all, r * draws, (r + 1) * draws), 0.95);
      cvar[r] = tail.conditionalValueAtRisk();
      var[r] = tail.valueAtRisk();
      cvarError += tail.conditionalValueAtRiskError() / repetitions;
      varError += tail.valueAtRiskError() / repetitions;
    }
    assertEquals(deviation(cvar), cvarError, 0.15 * cvarError);
    assertEquals(deviation(var), varError, 0.15 * varError);
  }

  private static double deviation(double[] x) {
    double mean = DoubleStream.of(x).average().orElseThrow();
    return Math.sqrt(DoubleStream.of(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
  }

  /** Rockafellar and Uryasev's definition, min over α of α + Σ(L−α)₊/((1−β)S), by brute force. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 20, 100, 333})
  void cvarIsTheMinimumOfRockafellarAndUryasev(int count) {
    Random random = new Random(count);
    double[] losses = random.doubles(count, -1, 2).toArray();
    if (count > 10) {
      losses[3] = losses[4] = losses[5]; // ties
    }
    for (double beta : new double[] {0.5, 0.9, 0.95, 0.999}) {
      double least = Double.POSITIVE_INFINITY;
      for (double alpha : losses) {
        double sum = 0;
        for (double loss : losses) {
          sum += Math.max(0, loss - alpha);
        }
        least = Math.min(least, alpha + sum / ((1 - beta) * count));
      }
      assertEquals(least, TailRisk.of(losses, beta).conditionalValueAtRisk(), 1e-12);
    }
  }

  @Test
  void aSingleLossDoesNotTellItsError() {
    TailRisk tail = TailRisk.of(new double[] {0.3}, 0.95);
    assertEquals(0.3, tail.valueAtRisk());
    assertEquals(0.3, tail.conditionalValueAtRisk());
    assertTrue(Double.isNaN(tail.valueAtRiskError()));
    assertTrue(Double.isNaN(tail.conditionalValueAtRiskError()));
  }

  /** Nor do many, if the worst of them is all there is in the tail. */
  @Test
  void aTailOfOneLossDoesNotTellItsError() {
    TailRisk tail = TailRisk.of(new double[] {0.1, 0.3, 0.2}, 0.95);
    assertEquals(0.3, tail.valueAtRisk());
    assertEquals(0.3, tail.conditionalValueAtRisk());
    assertEquals(3, tail.scenarios());
    assertTrue(Double.isNaN(tail.valueAtRiskError()));
    assertTrue(Double.isNaN(tail.conditionalValueAtRiskError()));
  }

  /** Of 100 losses 1 to 100, 95 do not exceed 95, and 96 to 100 are the worst. */
  @Test
  void wholeSharesAreWhole() {
    TailRisk tail = TailRisk.of(DoubleStream.iterate(1, x -> x + 1).limit(100).toArray(), 0.95);
    assertEquals(95, tail.valueAtRisk());
    assertEquals(98, tail.conditionalValueAtRisk(), 1e-12);
  }

  @Test
  void whatIsNoLossIsRefused() {
    assertThrows(InvalidInputException.class, () -> TailRisk.of(new double[0], 0.9));
    assertThrows(InvalidInputException.class, () -> TailRisk.of(new double[] {Double.NaN}, 0.9));
    assertThrows(InvalidInputException.class, () -> TailRisk.of(new double[] {1}, 0));
  }

  /**
   * "Optimization of conditional value-at-risk" (2000), section 4: three instruments, a return of
   * 0.011 at least. For normal returns the portfolio of least CVaR is that of least variance;
   * weights, VaR and CVaR at 0.90, 0.95 and 0.99 are those of their tables 2, 3 and 4.
   */
  @Test
  void thePortfolioOfLeastCvarIsThePublishedOne() {
    double[] mean = {0.0101110, 0.0043532, 0.0137058};
    double[] sigma = {
      0.00324625, 0.00022983, 0.00420395,
      0.00022983, 0.00049937, 0.00019247,
      0.00420395, 0.00019247, 0.00764097
    };
    Covariance covariance = Covariance.of(sigma, 3);
    Problem problem =
        Problem.builder(covariance).expectedReturns(mean).targetReturn(0.011).lower(0).build();
    double[] published = {0.452013, 0.115573, 0.432414};
    double[][] tails = {
      {0.90, 0.067847, 0.096975}, {0.95, 0.090200, 0.115908}, {0.99, 0.132128, 0.152977}
    };
    Solution least;
    try (Engine engine = Engine.create()) {
      least = engine.solve(problem);
    }
    double[] w = least.weights();
    for (int i = 0; i < 3; i++) {
      assertEquals(published[i], w[i], 1e-5);
    }
    int draws = 1_000_000;
    double[] x = drawn(ReturnProcess.normal(mean, covariance), draws);
    // Along the line of portfolios that sum to 1 and return 0.011.
    double[] along = {
      mean[1] - mean[2], mean[2] - mean[0], mean[0] - mean[1],
    };
    for (double[] tail : tails) {
      EllipticalTail closed = EllipticalTail.of(NORMAL, tail[0]);
      double cvar = closed.conditionalValueAtRisk() * least.volatility() - least.expectedReturn();
      assertEquals(
          tail[1], closed.valueAtRisk() * least.volatility() - least.expectedReturn(), 2e-6);
      assertEquals(tail[2], cvar, 2e-6);
      TailRisk simulated = TailRisk.of(losses(x, w), tail[0]);
      assertEquals(
          cvar, simulated.conditionalValueAtRisk(), 4 * simulated.conditionalValueAtRiskError());
      // Simulated from the same draws, neighbours are worse, and the parabola through them has its
      // vertex where the published portfolio is.
      double step = 20;
      double left =
          TailRisk.of(losses(x, moved(w, along, -step)), tail[0]).conditionalValueAtRisk();
      double right =
          TailRisk.of(losses(x, moved(w, along, step)), tail[0]).conditionalValueAtRisk();
      assertTrue(left > simulated.conditionalValueAtRisk());
      assertTrue(right > simulated.conditionalValueAtRisk());
      double vertex =
          step / 2 * (left - right) / (left + right - 2 * simulated.conditionalValueAtRisk());
      for (int i = 0; i < 3; i++) {
        assertEquals(published[i], w[i] + vertex * along[i], 0.02);
      }
    }
  }

  private static double[] moved(double[] w, double[] along, double step) {
    double[] moved = w.clone();
    for (int i = 0; i < w.length; i++) {
      moved[i] += step * along[i];
    }
    return moved;
  }

  private static double[] losses(double[] x, double[] w) {
    int n = w.length;
    double[] losses = new double[x.length / n];
    for (int s = 0; s < losses.length; s++) {
      for (int i = 0; i < n; i++) {
        losses[s] -= w[i] * x[s * n + i];
      }
    }
    return losses;
  }
}
