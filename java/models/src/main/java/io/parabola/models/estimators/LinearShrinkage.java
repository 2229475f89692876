package io.parabola.models.estimators;

import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.internal.Dot;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Linear shrinkage, (1 − ρ) S + ρ F: the sample covariance moved towards a target as far as is best
 * in the mean square, which the data tell (Ledoit and Wolf 2003, 2004).
 *
 * <pre>
 *   ρ = max(0, min(1, (π − r) / γ / T)),   γ = ‖S − F‖²,
 *   π = Σ_ij (1/T) Σ_t (y_ti y_tj − s_ij)²,   r = what of it S and F share
 * </pre>
 *
 * <p>The sums over i and j fall into products of sums over one of them, so what a shrinkage costs
 * beside S is one pass through the returns.
 */
public final class LinearShrinkage implements CovarianceEstimator {
  /** What is shrunk towards. */
  public enum Target {
    /** The mean variance times the identity. */
    SCALED_IDENTITY("ledoit-wolf-identity"),
    /** The mean variance on the diagonal, the mean covariance beside it. */
    TWO_PARAMETER("ledoit-wolf-two-parameter"),
    /** The sample's variances, and the mean of its correlations. */
    CONSTANT_CORRELATION("ledoit-wolf-constant-correlation"),
    /** The sample's variances alone. */
    DIAGONAL("ledoit-wolf-diagonal"),
    /** One factor, the mean of all assets, and the sample's variances. */
    SINGLE_FACTOR("ledoit-wolf-single-factor");

    private final String label;

    Target(String label) {
      this.label = label;
    }
  }

  private final Target target;
  private final boolean biased;

  private LinearShrinkage(Target target, boolean biased) {
    this.target = target;
    this.biased = biased;
  }

  /**
   * Towards a target, as in the authors' own code: T stands for T − 1 in all of it, because a mean
   * is estimated too.
   *
   * @param target what is shrunk towards
   * @return the estimator
   */
  public static LinearShrinkage towards(Target target) {
    return new LinearShrinkage(target, false);
  }

  /**
   * Towards the scaled identity with divisor T, as in the paper of 2004 and as in scikit-learn.
   *
   * @return the estimator, {@code ledoit-wolf}
   */
  public static LinearShrinkage ledoitWolf() {
    return new LinearShrinkage(Target.SCALED_IDENTITY, true);
  }

  @Override
  public String name() {
    return biased ? "ledoit-wolf" : target.label;
  }

  @Override
  public CovarianceEstimate estimate(List<String> assets, Matrix returns) {
    try (Sample sample = Sample.of(name(), assets, returns, 2)) {
      int divisor = biased ? sample.observations : sample.observations - 1;
      Shrinking shrinking = new Shrinking(sample, target, divisor);
      double rho = shrinking.intensity();
      shrinking.apply(rho);
      return new CovarianceEstimate(
          name(), sample.trusted(), sample.mean, Map.of("shrinkage", rho), List.of());
    }
  }

  /** Of one sample. */
  private static final class Shrinking {
    private final Sample sample;
    private final Target target;
    private final int n;
    private final double divisor;

    /** What S with divisor T − 1 is multiplied by. */
    private final double scale;

    private final double[] variance;
    private final double[] deviation;
    private final double[] inverse;
    private final double[] ones;
    private double meanVariance;
    private double meanCovariance;
    private double meanCorrelation;
    private double[] withMarket;

    /** Σ_j s_ij shape_j [n]. */
    private final double[] withShape;

    private double marketVariance;

    Shrinking(Sample sample, Target target, int divisor) {
      this.sample = sample;
      this.target = target;
      this.divisor = divisor;
      n = sample.n;
      scale = (sample.observations - 1.0) / divisor;
      variance = sample.variances();
      ones = new double[n];
      Arrays.fill(ones, 1);
      withShape = new double[n];
      deviation = new double[n];
      inverse = new double[n];
      for (int i = 0; i < n; i++) {
        variance[i] *= scale;
        meanVariance += variance[i] / n;
        deviation[i] = Math.sqrt(variance[i]);
        inverse[i] = variance[i] > 0 ? 1 / deviation[i] : 0;
      }
      double[] sums = new double[n];
      double weighted =
          sample.sumRows(
              (i, row) -> {
                double sum = 0;
                double correlations = 0;
                for (int j = 0; j < n; j++) {
                  sum += row[j];
                  correlations += row[j] * inverse[j];
                }
                sums[i] = scale * sum / n;
                return scale * (correlations - row[i] * inverse[i]) * inverse[i];
              },
              false);
      double all = 0;
      for (double sum : sums) {
        all += n * sum;
      }
      double pairs = (double) n * (n - 1);
      meanCovariance = n > 1 ? (all - n * meanVariance) / pairs : 0;
      meanCorrelation = n > 1 ? weighted / pairs : 0;
      // The market is the mean of all: its covariance with an asset is the mean of that one's.
      withMarket = sums;
      marketVariance = all / n / n;
    }

    double intensity() {
      if (n == 1 && target != Target.SINGLE_FACTOR) {
        return 0; // The target is the sample.
      }
      double[] own = new double[n];
      double[] shape = shape();
      double first = first();
      double gamma =
          sample.sumRows(
              (i, row) -> {
                own[i] = scale * scale * Dot.of(row, row);
                withShape[i] = scale * Dot.of(row, shape);
                double slope = factor() * shape[i];
                double atDiagonal = scale * row[i] - diagonal(i);
                row[i] = (first + slope * shape[i]) / scale;
                for (int j = 0; j < n; j++) {
                  row[j] = scale * row[j] - first - slope * shape[j];
                }
                return Dot.of(row, row) + atDiagonal * atDiagonal;
              },
              false);
      double squares = Arrays.stream(own).sum();
      if (!(gamma > 0)) {
        return 0;
      }
      Sums sums = sample.pass(new Moments());
      double pi = sums.fourth / divisor - squares;
      double kappa = (pi - shared(sums)) / gamma;
      return Math.max(0, Math.min(1, kappa / divisor));
    }

    /** r: nothing where the target is not made of single variances and covariances. */
    private double shared(Sums sums) {
      double diagonal = 0;
      for (int i = 0; i < n; i++) {
        diagonal += sums.fourths[i] / divisor - variance[i] * variance[i];
      }
      switch (target) {
        case TWO_PARAMETER:
          return sharedMeans(sums);
        case DIAGONAL:
          return diagonal;
        case CONSTANT_CORRELATION:
          return diagonal + meanCorrelation * sharedCorrelation(sums);
        case SINGLE_FACTOR:
          return marketVariance > 0 ? diagonal + sharedMarket(sums) : diagonal;
        default:
          return 0;
      }
    }

    /** The target's two numbers are means of the sample's, whose variances these are. */
    private double sharedMeans(Sums sums) {
      double trace = n * meanVariance;
      double beside = (double) n * (n - 1) * meanCovariance;
      double variances = (sums.fourth / divisor - trace * trace) / n;
      return variances + (sums.beside / divisor - beside * beside) / n / (n - 1);
    }

    /** Σ_{i≠j} √(s_jj/s_ii) ((1/T) Σ_t y_ti³ y_tj − s_ii s_ij). */
    private double sharedCorrelation(Sums sums) {
      double sum = sums.cubes / divisor;
      for (int i = 0; i < n; i++) {
        sum -= variance[i] > 0 ? sums.fourths[i] / divisor : 0;
        sum -= deviation[i] * (withShape[i] - deviation[i] * variance[i]);
      }
      return sum;
    }

    /** 2 Σ_{i≠j} v1 m_j/m² − Σ_{i≠j} v3 m_i m_j/m⁴, of products with the market. */
    private double sharedMarket(Sums sums) {
      double v1 = sums.market1 / divisor;
      double v3 = sums.market3 / divisor;
      for (int i = 0; i < n; i++) {
        double m = withMarket[i];
        v1 -= m * withShape[i];
        v3 -= marketVariance * m * withShape[i];
        v1 -= (sums.market1Diagonal[i] / divisor - m * variance[i]) * m;
        v3 -= (sums.market3Diagonal[i] / divisor - marketVariance * variance[i]) * m * m;
      }
      return 2 * v1 / marketVariance - v3 / marketVariance / marketVariance;
    }

    /** F_ij is first + factor · shape_i shape_j, but for the diagonal. */
    private double diagonal(int i) {
      boolean mean = target == Target.SCALED_IDENTITY || target == Target.TWO_PARAMETER;
      return mean ? meanVariance : variance[i];
    }

    private double[] shape() {
      return target == Target.CONSTANT_CORRELATION
          ? deviation
          : target == Target.SINGLE_FACTOR ? withMarket : ones;
    }

    private double first() {
      return target == Target.TWO_PARAMETER ? meanCovariance : 0;
    }

    private double factor() {
      return target == Target.CONSTANT_CORRELATION
          ? meanCorrelation
          : target == Target.SINGLE_FACTOR && marketVariance > 0 ? 1 / marketVariance : 0;
    }

    void apply(double rho) {
      double[] shape = shape();
      double first = first();
      sample.sumRows(
          (i, row) -> {
            double kept = (1 - rho) * scale;
            double own = kept * row[i] + rho * diagonal(i);
            double pull = rho * first;
            double factor = rho * factor();
            double part = shape[i];
            for (int j = 0; j < n; j++) {
              // In this order, so that both halves have the same bits.
              row[j] = kept * row[j] + pull + factor * (part * shape[j]);
            }
            row[i] = own;
            return 0;
          },
          true);
    }

    /** Sums over the times. */
    private static final class Sums {
      /** Σ_t (Σ_i y_ti²)². */
      double fourth;

      /** Σ_t (Σ_{i≠j} y_ti y_tj)². */
      double beside;

      /** Σ_t y_ti⁴. */
      double[] fourths;

      double[] spare;

      /** Σ_t (Σ_i y_ti³/σ_i)(Σ_j y_tj σ_j). */
      double cubes;

      /** Σ_t (Σ_i y_ti² )(Σ_j y_tj m_t m_j), weighted as in the formula; and its diagonal. */
      double market1;

      double[] market1Diagonal;
      double market3;
      double[] market3Diagonal;
    }

    private final class Moments implements Sample.Pass<Sums> {
      @Override
      public Sums start() {
        Sums sums = new Sums();
        sums.fourths = new double[n];
        sums.spare = new double[n];
        sums.market1Diagonal = new double[n];
        sums.market3Diagonal = new double[n];
        return sums;
      }

      @Override
      public void add(Sums sums, double[] y) {
        double squares = Dot.of(y, y);
        double[] fourths = sums.fourths;
        for (int i = 0; i < n; i++) {
          double square = y[i] * y[i];
          fourths[i] += square * square;
        }
        sums.fourth += squares * squares;
        if (target == Target.TWO_PARAMETER) {
          double sum = Dot.of(y, ones);
          double beside = sum * sum - squares;
          sums.beside += beside * beside;
        } else if (target == Target.CONSTANT_CORRELATION) {
          double[] cubes = sums.spare;
          for (int i = 0; i < n; i++) {
            cubes[i] = y[i] * y[i] * y[i];
          }
          sums.cubes += Dot.of(cubes, inverse) * Dot.of(y, deviation);
        } else if (target == Target.SINGLE_FACTOR) {
          // v1_ij = (1/T) Σ y_i² y_j m, times m_j; v3_ij = (1/T) Σ m² y_i y_j, times m_i m_j.
          double market = Dot.of(y, ones) / n;
          double weighted = Dot.of(y, withMarket);
          double[] first = sums.market1Diagonal;
          double[] third = sums.market3Diagonal;
          double square = market * market;
          for (int i = 0; i < n; i++) {
            first[i] += y[i] * y[i] * y[i] * market;
            third[i] += square * y[i] * y[i];
          }
          sums.market1 += squares * weighted * market;
          sums.market3 += square * weighted * weighted;
        }
      }

      @Override
      public void merge(Sums all, Sums part) {
        all.fourth += part.fourth;
        all.beside += part.beside;
        all.cubes += part.cubes;
        all.market1 += part.market1;
        all.market3 += part.market3;
        for (int i = 0; i < n; i++) {
          all.fourths[i] += part.fourths[i];
          all.market1Diagonal[i] += part.market1Diagonal[i];
          all.market3Diagonal[i] += part.market3Diagonal[i];
        }
      }
    }
  }

  /**
   * The target of a name.
   *
   * @param name such as {@code ledoit-wolf-diagonal}
   * @return the estimator
   * @throws InvalidInputException if there is none of that name
   */
  public static LinearShrinkage named(String name) {
    if (name.equals("ledoit-wolf")) {
      return ledoitWolf();
    }
    for (Target target : Target.values()) {
      if (target.label.equals(name)) {
        return towards(target);
      }
    }
    throw new InvalidInputException("there is no linear shrinkage " + name);
  }
}
