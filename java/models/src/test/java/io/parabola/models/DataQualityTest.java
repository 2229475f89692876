package io.parabola.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.Covariance;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DataQualityTest {
  private static final int TIMES = 300;
  private static final List<String> ASSETS =
      List.of("CLEAN", "FLAT", "HALTED", "TWIN", "PEGGED", "SPIKE");

  /** Prices with one known fault in each asset but the first. */
  private static PriceTable faulty() {
    Random random = new Random(11);
    double[] prices = new double[TIMES * 6];
    double[] price = {100, 7, 20, 50, 3, 1};
    List<String> times = new ArrayList<>();
    for (int t = 0; t < TIMES; t++) {
      times.add("day" + t);
      if (t > 0) {
        double shock = 0.02 * random.nextGaussian();
        price[0] *= 1 + shock;
        price[2] *= t >= 100 && t < 140 ? 1 : 1 + 0.02 * random.nextGaussian();
        price[3] *= 1 + shock + 0.001 * random.nextGaussian();
        price[4] = t >= 200 ? 0.76 * price[0] : price[4] * (1 + 0.02 * random.nextGaussian());
        price[5] *= t == 50 ? 3.5 : 1 + 0.02 * random.nextGaussian();
      }
      System.arraycopy(price, 0, prices, 6 * t, 6);
    }
    return PriceTable.of(ASSETS, times, prices);
  }

  private static Covariance covarianceOf(Returns returns) {
    int n = returns.size();
    int periods = returns.observations();
    double[] mean = new double[n];
    for (int t = 0; t < periods; t++) {
      for (int i = 0; i < n; i++) {
        mean[i] += returns.get(t, i) / periods;
      }
    }
    double[] sigma = new double[n * n];
    for (int t = 0; t < periods; t++) {
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          sigma[i * n + j] +=
              (returns.get(t, i) - mean[i]) * (returns.get(t, j) - mean[j]) / (periods - 1);
        }
      }
    }
    return Covariance.of(sigma, n);
  }

  private static List<Finding> findings(PriceTable prices) {
    Returns returns = prices.returns(Gaps.REJECT);
    return DataQuality.inspect(returns, covarianceOf(returns));
  }

  private static Finding only(List<Finding> findings, Finding.Kind kind) {
    List<Finding> found = findings.stream().filter(f -> f.kind() == kind).toList();
    assertEquals(1, found.size(), kind + " in " + findings);
    return found.get(0);
  }

  @Test
  void eachFaultIsNamedWithItsPlaceAndNothingElseIs() {
    List<Finding> findings = findings(faulty());

    assertEquals(List.of("FLAT"), only(findings, Finding.Kind.CONSTANT).assets());

    Finding halted = only(findings, Finding.Kind.CONSTANT_RUN);
    assertEquals(List.of("HALTED"), halted.assets());
    assertTrue(halted.text().contains("40 periods in a row, day100 to day139"), halted.text());

    assertEquals(List.of("CLEAN", "TWIN"), only(findings, Finding.Kind.NEAR_DUPLICATE).assets());

    Finding pegged = only(findings, Finding.Kind.FIXED_RATIO);
    assertEquals(List.of("CLEAN", "PEGGED"), pegged.assets());
    assertTrue(
        pegged.text().startsWith("PEGGED traded at 0.7600 × CLEAN for 99 periods in a row, day201"),
        pegged.text());

    // The peg begins with a jump too; the spike is the larger of the two findings.
    List<Finding> extreme =
        findings.stream().filter(f -> f.kind() == Finding.Kind.EXTREME_RETURN).toList();
    assertTrue(
        extreme.stream().anyMatch(f -> f.text().startsWith("SPIKE returned +250.0 % at day50")),
        extreme.toString());
    assertTrue(extreme.stream().noneMatch(f -> f.assets().contains("CLEAN")));
  }

  @Test
  void cleanPricesGiveNoFindings() {
    PriceTable clean =
        faulty().without(java.util.Set.of("FLAT", "HALTED", "TWIN", "PEGGED", "SPIKE"));
    assertEquals(List.of(), findings(clean));
  }

  @Test
  void fewerReturnsThanAssetsAreNamed() {
    Returns two =
        Returns.of(
            List.of("A", "B", "C"),
            List.of("t1", "t2"),
            new double[] {0.01, 0.02, -0.01, 0.03, -0.02, 0.01});
    Finding finding = only(DataQuality.inspect(two, covarianceOf(two)), Finding.Kind.SINGULAR);
    assertTrue(finding.text().contains("rank 1 at most"), finding.text());
  }
}
