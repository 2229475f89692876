package io.parabola.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.InvalidInputException;
import io.parabola.Problem;
import io.parabola.Solution;
import io.parabola.models.VolatilityRegimes.Regime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class VolatilityRegimesTest {

  @Test
  void frequenciesAreTheProbabilities() {
    VolatilityRegimes regimes = VolatilityRegimes.standard();
    int draws = 40_000;
    int[] count = new int[3];
    for (int s = 0; s < draws; s++) {
      count[regimes.draw(1, s)]++;
    }
    for (int k = 0; k < 3; k++) {
      double p = regimes.regimes().get(k).probability();
      assertEquals(p * draws, count[k], 5 * Math.sqrt(p * (1 - p) * draws));
    }
  }

  @Test
  void aRegimeOfProbabilityZeroIsNeverDrawn() {
    VolatilityRegimes regimes =
        VolatilityRegimes.of(
            List.of(new Regime("a", 1, 0), new Regime("b", 1, 1), new Regime("c", 1, 0)));
    for (int s = 0; s < 1000; s++) {
      assertEquals(1, regimes.draw(1, s));
    }
  }

  /** The reason why a regime may be a risk aversion: γ·m² with Σ is γ with m²·Σ. */
  @Test
  void riskAversionStandsForScaledVolatility() {
    double[] sigma = {0.04, 0.01, 0.01, 0.09};
    double[] scaled = Arrays.stream(sigma).map(x -> x * 1.6 * 1.6).toArray();
    double gamma = 3;
    VolatilityRegimes regimes = VolatilityRegimes.standard();
    double[] mean = {0.05, 0.11};
    try (Engine engine = Engine.create("java")) {
      Solution byAversion =
          engine.solve(
              Problem.builder(Covariance.of(sigma, 2))
                  .expectedReturns(mean)
                  .riskAversion(regimes.riskAversion(gamma, 2))
                  .build());
      Solution byCovariance =
          engine.solve(
              Problem.builder(Covariance.of(scaled, 2))
                  .expectedReturns(mean)
                  .riskAversion(gamma)
                  .build());
      assertArrayEquals(byCovariance.weights(), byAversion.weights(), 1e-13);
      assertEquals(byCovariance.objective(), byAversion.objective(), 1e-15);
      assertEquals(byCovariance.volatility(), 1.6 * byAversion.volatility(), 1e-14);
    }
  }

  @Test
  void nonsenseIsRefused() {
    assertThrows(
        InvalidInputException.class, () -> VolatilityRegimes.of(List.of(new Regime("a", 0, 1))));
    assertThrows(
        InvalidInputException.class, () -> VolatilityRegimes.of(List.of(new Regime("a", 1, 0.5))));
    assertThrows(
        InvalidInputException.class,
        () -> VolatilityRegimes.of(List.of(new Regime("a", 1, 1.5), new Regime("b", 1, -0.5))));
  }
}
