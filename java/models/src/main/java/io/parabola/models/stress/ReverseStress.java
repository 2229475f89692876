package io.parabola.models.stress;

import io.parabola.Covariance;
import io.parabola.InvalidInputException;
import java.util.Arrays;

/**
 * The least implausible shock that costs a portfolio a given loss.
 *
 * <p>Of all returns r with −w'r ≥ limit the nearest to μ, in standard deviations (r−μ)'Σ⁻¹(r−μ) =
 * κ², is
 *
 * <pre>
 *   r* = μ − κ Σw / √(w'Σw),   κ = (limit + μ'w) / √(w'Σw)
 * </pre>
 *
 * <p>the worst return on an ellipsoid of radius κ (Breuer, Jandačka, Rheinberger and Summer, "How
 * to find plausible, severe, and useful stress scenarios", 2009). Σ may be singular: r* − μ lies in
 * its range. It is linear, as returns over several periods are not: nothing keeps r* above −1,
 * where an asset has lost all it is worth; {@link #beyondAll} says of how many assets it does not.
 *
 * @param distance κ, in standard deviations; not positive where what is expected breaks the limit
 * @param returns r* [n]; null where the portfolio has no risk, and nothing plausible breaks the
 *     limit
 * @param contributions what each asset costs in r*, −wᵢ r*ᵢ [n], of sum {@code limit}; null as well
 */
public record ReverseStress(double distance, double[] returns, double[] contributions) {

  /**
   * How many assets would lose more than all they are worth, which none can.
   *
   * @return the number of returns below −1; 0 where there is no shock
   */
  public int beyondAll() {
    return returns == null ? 0 : (int) Arrays.stream(returns).filter(r -> r < -1).count();
  }

  /**
   * Looks for the shock.
   *
   * @param mean μ [n], per period; not modified
   * @param covariance Σ, n × n, per period
   * @param weights w [n]; not modified
   * @param limit the loss that must not be reached, a fraction of equity
   * @return the shock
   * @throws InvalidInputException if a length differs, or the limit is not finite
   */
  public static ReverseStress of(
      double[] mean, Covariance covariance, double[] weights, double limit) {
    return of(mean, covariance, weights, limit, 1);
  }

  /**
   * Looks for the shock over several periods, in which means and variances add up.
   *
   * @param mean μ [n], per period; not modified
   * @param covariance Σ, n × n, per period
   * @param weights w [n]; not modified
   * @param limit the loss that must not be reached, a fraction of equity
   * @param periods how many, at least 1
   * @return the shock; its returns are over all of them
   * @throws InvalidInputException if a length differs, or a number is out of range
   */
  public static ReverseStress of(
      double[] mean, Covariance covariance, double[] weights, double limit, int periods) {
    if (periods < 1) {
      throw new InvalidInputException("periods = " + periods + ": must be at least 1");
    }
    int n = covariance.size();
    if (mean.length != n || weights.length != n) {
      throw new InvalidInputException(
          "mean has length "
              + mean.length
              + " and weights "
              + weights.length
              + ", but the covariance "
              + n);
    }
    if (!Double.isFinite(limit)) {
      throw new InvalidInputException("limit is " + limit);
    }
    QuadraticForm form = QuadraticForm.of(covariance);
    double[] product = new double[n];
    double variance = periods * form.product(weights, product);
    double expected = 0;
    for (int i = 0; i < n; i++) {
      expected += periods * mean[i] * weights[i];
    }
    double deviation = Math.sqrt(Math.max(0, variance));
    if (deviation == 0) {
      double distance = limit + expected > 0 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
      return new ReverseStress(distance, null, null);
    }
    double distance = (limit + expected) / deviation;
    double[] returns = new double[n];
    double[] contributions = new double[n];
    for (int i = 0; i < n; i++) {
      returns[i] = periods * mean[i] - distance * periods * product[i] / deviation;
      contributions[i] = -weights[i] * returns[i];
    }
    return new ReverseStress(distance, returns, contributions);
  }
}
