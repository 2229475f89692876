package io.parabola.models.stress;

import io.parabola.InvalidInputException;
import org.apache.commons.statistics.distribution.ContinuousDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * VaR and CVaR of normal and Student-t returns in closed form: VaR = v σ − μ, CVaR = c σ − μ, with
 * σ the standard deviation.
 *
 * <pre>
 *   normal     v = z,              c = φ(z) / (1−β)
 *   Student-t  v = t √((ν−2)/ν),   c = f(t) / (1−β) · (ν+t²)/(ν−1) · √((ν−2)/ν)
 * </pre>
 *
 * <p>z and t are the quantiles at β, φ and f the densities (McNeil, Frey and Embrechts,
 * "Quantitative Risk Management", 2005, examples 2.14 and 2.15).
 *
 * @param valueAtRisk v
 * @param conditionalValueAtRisk c
 */
public record EllipticalTail(double valueAtRisk, double conditionalValueAtRisk) {

  /**
   * The constants of a distribution of variance 1.
   *
   * @param degreesOfFreedom ν, above 2; infinite for the normal distribution
   * @param confidence β, between 0 and 1
   * @return v and c
   * @throws InvalidInputException if a number is out of range
   */
  public static EllipticalTail of(double degreesOfFreedom, double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new InvalidInputException("confidence must be between 0 and 1, but is " + confidence);
    }
    if (!(degreesOfFreedom > 2)) {
      throw new InvalidInputException(
          "degrees of freedom must be above 2, but are " + degreesOfFreedom);
    }
    boolean normal = Double.isInfinite(degreesOfFreedom);
    ContinuousDistribution distribution =
        normal ? NormalDistribution.of(0, 1) : TDistribution.of(degreesOfFreedom);
    double q = distribution.inverseCumulativeProbability(confidence);
    double mean = distribution.density(q) / (1 - confidence);
    if (normal) {
      return new EllipticalTail(q, mean);
    }
    double nu = degreesOfFreedom;
    double scale = Math.sqrt((nu - 2) / nu);
    return new EllipticalTail(q * scale, mean * (nu + q * q) / (nu - 1) * scale);
  }
}
