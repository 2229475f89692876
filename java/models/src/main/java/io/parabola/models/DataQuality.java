package io.parabola.models;

import io.parabola.Covariance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What a user should know about returns before trusting what is estimated from them. It names; it
 * changes nothing.
 *
 * <p>Each finding is decided by one of the constants below. Costs O(n²·T/60) for the ratios and
 * O(n·T) for the rest.
 */
public final class DataQuality {
  /** A price that stands still for at least this many periods in a row is reported. */
  public static final int CONSTANT_RUN = 10;

  /** Two assets with at least this correlation are near duplicates. */
  public static final double NEAR_DUPLICATE = 0.98;

  /** One price is a fixed multiple of another for at least this many periods in a row… */
  public static final int FIXED_RATIO_RUN = 60;

  /** … when their ratio stays within this fraction of where the run began. */
  public static final double FIXED_RATIO_WIDTH = 1e-3;

  /** A return above this (the price more than doubled within a period) is reported. */
  public static final double EXTREME_GAIN = 1.0;

  /** A return below this is reported. */
  public static final double EXTREME_LOSS = -0.5;

  private DataQuality() {}

  /**
   * Looks through returns.
   *
   * @param returns [T, n]; what was changed to get them comes first in the result
   * @param covariance their covariance, n × n, in the same order of assets
   * @return the findings: the gravest kind first, then in the order of the assets
   */
  public static List<Finding> inspect(Returns returns, Covariance covariance) {
    List<Finding> findings = new ArrayList<>(returns.findings());
    standingStill(returns, findings);
    nearDuplicates(returns, covariance, findings);
    fixedRatios(returns, findings);
    extremeReturns(returns, findings);
    if (returns.observations() <= returns.size()) {
      findings.add(
          new Finding(
              Finding.Kind.SINGULAR,
              List.of(),
              returns.observations()
                  + " returns of "
                  + returns.size()
                  + " assets: the sample covariance has rank "
                  + (returns.observations() - 1)
                  + " at most, and some portfolios seem free of risk"));
    }
    findings.sort(Comparator.comparing(Finding::kind)); // stable: the order of the assets stays
    return findings;
  }

  private static void standingStill(Returns returns, List<Finding> findings) {
    int periods = returns.observations();
    for (int i = 0; i < returns.size(); i++) {
      String asset = returns.assets().get(i);
      int longest = 0;
      int end = 0;
      int run = 0;
      for (int t = 0; t < periods; t++) {
        run = returns.get(t, i) == 0 ? run + 1 : 0;
        if (run > longest) {
          longest = run;
          end = t;
        }
      }
      if (longest == periods) {
        findings.add(
            new Finding(
                Finding.Kind.CONSTANT,
                List.of(asset),
                asset + " never changes: its variance is zero, and it counts as free of risk"));
      } else if (longest >= CONSTANT_RUN) {
        findings.add(
            new Finding(
                Finding.Kind.CONSTANT_RUN,
                List.of(asset),
                String.format(
                    Locale.ROOT,
                    "%s stood still for %,d periods in a row, %s to %s: its volatility is understated",
                    asset,
                    longest,
                    returns.times().get(end - longest + 1),
                    returns.times().get(end))));
      }
    }
  }

  private static void nearDuplicates(
      Returns returns, Covariance covariance, List<Finding> findings) {
    for (int i = 0; i < returns.size(); i++) {
      for (int j = i + 1; j < returns.size(); j++) {
        double scale = Math.sqrt(covariance.variance(i) * covariance.variance(j));
        double correlation = scale > 0 ? covariance.get(i, j) / scale : 0;
        if (correlation >= NEAR_DUPLICATE) {
          String a = returns.assets().get(i);
          String b = returns.assets().get(j);
          findings.add(
              new Finding(
                  Finding.Kind.NEAR_DUPLICATE,
                  List.of(a, b),
                  String.format(
                      Locale.ROOT,
                      "%s and %s move as one, with correlation %.4f: how a portfolio divides between"
                          + " them means little",
                      a,
                      b,
                      correlation)));
        }
      }
    }
  }

  /**
   * The longest time that two prices kept one ratio. Log prices are rebuilt from the returns. A run
   * of the required length covers whole cells of a grid of a third of it, so only pairs that agree
   * across some cell are looked at in full.
   */
  private static void fixedRatios(Returns returns, List<Finding> findings) {
    int n = returns.size();
    int periods = returns.observations();
    int step = FIXED_RATIO_RUN / 3;
    double[][] logPrice = new double[n][periods + 1];
    for (int i = 0; i < n; i++) {
      for (int t = 0; t < periods; t++) {
        logPrice[i][t + 1] = logPrice[i][t] + Math.log1p(returns.get(t, i));
      }
    }
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        double[] a = logPrice[i];
        double[] b = logPrice[j];
        if (!agreesOnGrid(a, b, step)) {
          continue;
        }
        int longest = 0;
        int end = 0;
        int start = 0;
        for (int t = 1; t <= periods; t++) {
          if (!(Math.abs((a[t] - b[t]) - (a[start] - b[start])) <= FIXED_RATIO_WIDTH)) {
            start = t;
          } else if (t - start > longest) {
            longest = t - start;
            end = t;
          }
        }
        // Two prices that both stand still also keep their ratio; that is reported as such.
        boolean moved = longest > 0 && a[end - longest] != a[end];
        if (longest >= FIXED_RATIO_RUN && moved) {
          String first = returns.assets().get(i);
          String second = returns.assets().get(j);
          double[] base = returns.basePrices();
          int from = end - longest;
          String ratio =
              base == null
                  ? "kept a fixed ratio to"
                  : String.format(
                      Locale.ROOT,
                      "traded at %.4g ×",
                      base[j] / base[i] * Math.exp(b[from] - a[from]));
          findings.add(
              new Finding(
                  Finding.Kind.FIXED_RATIO,
                  List.of(first, second),
                  String.format(
                      Locale.ROOT,
                      "%s %s %s for %,d periods in a row, %s to %s (within %.1f %%): a peg, or one"
                          + " series made from the other",
                      second,
                      ratio,
                      first,
                      longest,
                      returns.times().get(from),
                      returns.times().get(end - 1),
                      FIXED_RATIO_WIDTH * 100)));
        }
      }
    }
  }

  private static boolean agreesOnGrid(double[] a, double[] b, int step) {
    for (int t = 0; t + step < a.length; t += step) {
      if (Math.abs((a[t + step] - b[t + step]) - (a[t] - b[t])) <= 2 * FIXED_RATIO_WIDTH
          && Math.abs(a[t + step] - a[t]) > 0) {
        return true;
      }
    }
    return false;
  }

  private static void extremeReturns(Returns returns, List<Finding> findings) {
    int periods = returns.observations();
    for (int i = 0; i < returns.size(); i++) {
      double[] column = new double[periods];
      int worst = 0;
      int count = 0;
      for (int t = 0; t < periods; t++) {
        column[t] = returns.get(t, i);
        if (Math.abs(column[t]) > Math.abs(column[worst])) {
          worst = t;
        }
        if (column[t] > EXTREME_GAIN || column[t] < EXTREME_LOSS) {
          count++;
        }
      }
      if (count > 0) {
        String asset = returns.assets().get(i);
        double extreme = column[worst];
        double share = extreme * extreme / Arrays.stream(column).map(r -> r * r).sum();
        findings.add(
            new Finding(
                Finding.Kind.EXTREME_RETURN,
                List.of(asset),
                String.format(
                    Locale.ROOT,
                    "%s returned %+.1f %% at %s, %.0f %% of its whole sum of squares%s",
                    asset,
                    extreme * 100,
                    returns.times().get(worst),
                    share * 100,
                    count > 1 ? " (and " + (count - 1) + " more of that kind)" : "")));
      }
    }
  }
}
