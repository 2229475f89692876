package io.parabola;

import io.parabola.internal.FactorData;
import io.parabola.internal.ProcessData;
import io.parabola.internal.SemidefiniteFactor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What scenarios of n assets' simple returns are drawn from, one period a step, by {@link
 * Engine#draw}.
 *
 * <pre>
 *   r = μ + x,   E x = 0,   Cov x = Σ
 *
 *   normal               x = L z,  LL' = Σ
 *   Student-t            x = √((ν−2)/χ²ν) · L z: one χ² for all assets, so that bad days are bad for all
 *   + jumps              x + Σ_{k ≤ N} J_k − λ E J,  N ~ Poisson(λ), J normal vectors that hit all assets at once (Merton)
 *   regimes              each with a mean, a covariance and tails of its own; a Markov chain from step to step
 *   bootstrap            x is one of the observed rows less their mean; blocks of rows stay together (Politis, Romano 1994)
 *   filtered historical  x = σ · an observed row that has been divided by its σ; σ moves with the path
 * </pre>
 *
 * <p>Immutable; may be used from many threads at once. A covariance made of factors stays so: n·k
 * numbers, no matrix.
 */
public final class ReturnProcess {
  /** Of jumps in a step: beyond it they are hardly jumps, and exp(−λ) is hardly a number. */
  private static final double MOST_JUMPS = 500;

  private final List<String> assets;
  private final ProcessData data;

  private ReturnProcess(List<String> assets, ProcessData data) {
    this.assets = assets;
    this.data = data;
  }

  /**
   * A state that a market can be in.
   *
   * @param name its name, for messages
   * @param mean μ [n], expected simple returns per period; copied
   * @param covariance Σ, n × n, per period
   * @param degreesOfFreedom ν, above 2, of a Student-t; {@link Double#POSITIVE_INFINITY} for normal
   *     returns
   */
  public record Regime(
      String name, double[] mean, Covariance covariance, double degreesOfFreedom) {}

  /**
   * Normal returns.
   *
   * @param mean μ [n], per period; copied
   * @param covariance Σ, n × n, per period; may be singular
   * @return the process
   * @throws InvalidInputException if the lengths differ or a mean is not finite
   */
  public static ReturnProcess normal(double[] mean, Covariance covariance) {
    return studentT(mean, covariance, Double.POSITIVE_INFINITY);
  }

  /**
   * Multivariate Student-t returns whose covariance is Σ.
   *
   * @param mean μ [n], per period; copied
   * @param covariance Σ, n × n, per period; may be singular
   * @param degreesOfFreedom ν, above 2, so that the covariance exists; infinite for normal returns
   * @return the process
   * @throws InvalidInputException if the lengths differ, a mean is not finite, or ν is not above 2
   */
  public static ReturnProcess studentT(
      double[] mean, Covariance covariance, double degreesOfFreedom) {
    return regimes(
        List.of(new Regime("", mean, covariance, degreesOfFreedom)), new double[] {1}, null);
  }

  /**
   * A mixture of regimes: at each step one of them, by these probabilities, whatever went before.
   *
   * @param regimes at least one
   * @param probabilities one for each, at least 0, of sum 1
   * @return the process
   * @throws InvalidInputException if a regime or a probability is not usable, naming it
   */
  public static ReturnProcess mixture(List<Regime> regimes, double[] probabilities) {
    return regimes(regimes, probabilities, null);
  }

  /**
   * Regimes that follow one another as a Markov chain.
   *
   * @param regimes at least one
   * @param initial the probabilities of each at step 0, at least 0, of sum 1
   * @param transition [regimes][regimes], the probability of each after each, rows of sum 1; null
   *     for {@code initial} at every step
   * @return the process
   * @throws InvalidInputException if a regime or a probability is not usable, naming it
   */
  public static ReturnProcess regimes(
      List<Regime> regimes, double[] initial, double[][] transition) {
    if (regimes.isEmpty()) {
      throw new InvalidInputException("regimes: there are none");
    }
    int count = regimes.size();
    Covariance first = regimes.get(0).covariance();
    int n = first.size();
    Matrix mean = Matrix.allocate(count, n).neverClosed();
    oneSlab(mean, "the table of regimes' means", "draw from fewer regimes");
    Matrix deviation = Matrix.allocate(count, n).neverClosed();
    double[] freedom = new double[count];
    int[] firstColumn = new int[count + 1];
    List<Matrix> roots = new ArrayList<>();
    double[][] specific = new double[count][];
    boolean factored = false;
    for (int r = 0; r < count; r++) {
      Regime regime = regimes.get(r);
      String of = regime.name().isEmpty() ? "" : "regime " + regime.name() + ": ";
      requireMean(of, regime.mean(), first, regime.covariance());
      double nu = regime.degreesOfFreedom();
      if (!(nu > 2)) {
        throw new InvalidInputException(of + "degrees of freedom are " + nu + ", not above 2");
      }
      mean.setRow(r, regime.mean());
      deviation.setRow(r, deviations(regime.covariance()));
      freedom[r] = Double.isInfinite(nu) ? 0 : nu;
      FactorData factors = regime.covariance().factors();
      if (factors == null) {
        double[][] root = SemidefiniteFactor.of(regime.covariance());
        roots.add(root.length == 0 ? null : Matrix.copyOf(root).neverClosed());
      } else {
        roots.add(factors.root());
        specific[r] = Arrays.stream(factors.specificVariance()).map(Math::sqrt).toArray();
        factored |= Arrays.stream(specific[r]).anyMatch(d -> d > 0);
      }
      firstColumn[r + 1] = firstColumn[r] + (roots.get(r) == null ? 0 : (int) roots.get(r).rows());
    }
    return new ReturnProcess(
        first.assets(),
        new ProcessData(
            n,
            mean,
            deviation,
            freedom,
            count == 1 ? null : sums("initial", initial, count),
            count == 1 || transition == null ? null : rowSums(regimes, transition),
            joined(roots, firstColumn[count], n),
            firstColumn,
            factored ? rows(specific, n) : null,
            null,
            null,
            false));
  }

  /**
   * The stationary bootstrap: rows of the past, in blocks of random length, drawn with replacement.
   *
   * @param assets n names
   * @param returns [T, n] simple returns, finite, in the order of time; not modified
   * @param meanBlock the mean length of a block in periods, at least 1; 1 draws each row alone
   * @return the process, whose mean and covariance are those of the rows (divisor T)
   * @throws InvalidInputException if a shape or a number is not usable, naming the place
   */
  public static ReturnProcess bootstrap(List<String> assets, double[] returns, double meanBlock) {
    return historical(assets, returns, meanBlock, 1);
  }

  /**
   * Filtered historical simulation: the past divided by its volatility, an exponentially weighted
   * one, drawn as in {@link #bootstrap} and multiplied by the volatility of the path, which starts
   * from today's and moves with what the path draws.
   *
   * @param assets n names
   * @param returns [T, n] simple returns, finite, in the order of time; not modified
   * @param meanBlock the mean length of a block in periods, at least 1
   * @param decay λ of σ² ← λσ² + (1−λ)x², between 0 and 1, such as 0.94 for days
   * @return the process, whose mean is that of the rows
   * @throws InvalidInputException if a shape or a number is not usable, naming the place
   */
  public static ReturnProcess filteredHistorical(
      List<String> assets, double[] returns, double meanBlock, double decay) {
    if (!(decay > 0 && decay < 1)) {
      throw new InvalidInputException("decay is " + decay + ", not between 0 and 1");
    }
    return historical(assets, returns, meanBlock, decay);
  }

  private static ReturnProcess historical(
      List<String> assets, double[] returns, double meanBlock, double decay) {
    List<String> names = Covariance.checked(assets);
    int n = names.size();
    int observations = n == 0 ? 0 : returns.length / n;
    if (observations < 2 || returns.length != (long) observations * n) {
      throw new InvalidInputException(
          "returns have " + returns.length + " numbers, not two rows or more of " + n + " assets");
    }
    if (!(meanBlock >= 1) || Double.isInfinite(meanBlock)) {
      throw new InvalidInputException(
          "mean block is " + meanBlock + ", not a number of at least 1");
    }
    double[] mean = new double[n];
    double[] deviation = new double[n];
    double[] centred = new double[returns.length];
    for (int i = 0; i < n; i++) {
      for (int t = 0; t < observations; t++) {
        double r = returns[t * n + i];
        if (!Double.isFinite(r)) {
          throw new InvalidInputException(
              "return of " + names.get(i) + " in row " + t + " is " + r);
        }
        mean[i] += r / observations;
      }
      double[] x = new double[observations];
      for (int t = 0; t < observations; t++) {
        x[t] = returns[t * n + i] - mean[i];
      }
      deviation[i] = decay < 1 ? standardise(x, decay) : deviationOf(x);
      for (int t = 0; t < observations; t++) {
        centred[t * n + i] = x[t];
      }
    }
    return new ReturnProcess(
        names,
        new ProcessData(
            n,
            Matrix.copyOf(mean, 1, n).neverClosed(),
            Matrix.copyOf(deviation, 1, n).neverClosed(),
            new double[1],
            null,
            null,
            null,
            new int[2],
            null,
            null,
            new ProcessData.History(
                oneSlab(
                    Matrix.copyOf(centred, observations, n).neverClosed(),
                    "the history",
                    "draw from fewer rows"),
                1 / meanBlock,
                decay),
            false));
  }

  private static double deviationOf(double[] x) {
    double sum = 0;
    for (double value : x) {
      sum += value * value;
    }
    return Math.sqrt(sum / x.length);
  }

  /**
   * Divides what is left of a mean by the volatility of its time, and that by what it then varies
   * by; returns the volatility after the end.
   */
  private static double standardise(double[] x, double decay) {
    double variance = deviationOf(x);
    variance *= variance;
    double mean = 0;
    for (int t = 0; t < x.length; t++) {
      double r = x[t];
      x[t] = variance > 0 ? r / Math.sqrt(variance) : 0;
      variance = decay * variance + (1 - decay) * r * r;
      mean += x[t] / x.length;
    }
    for (int t = 0; t < x.length; t++) {
      x[t] -= mean;
    }
    double scale = deviationOf(x);
    for (int t = 0; t < x.length; t++) {
      x[t] = scale > 0 ? x[t] / scale : 0;
    }
    return Math.sqrt(variance);
  }

  /**
   * The process with jumps that come to all assets at once (Merton's, with a common time). Their
   * mean is taken off again, so that μ stays what it was; they add λ(mm' + Σ_J) to the covariance.
   * Jumps that the process has already are replaced. A filtered process takes in what it draws,
   * jumps included, so that its volatility grows with them; and its correlation stress is of that
   * volatility, to which the step's own jumps come unstressed.
   *
   * @param intensity λ, expected jumps per step, above 0 and at most 500
   * @param jumpMean m [n], the mean of one jump; copied
   * @param jumpCovariance Σ_J, n × n, the covariance of one; null for jumps of one size
   * @return a process that shares the rest
   * @throws InvalidInputException if a length or a number is out of range, or the root of Σ_J is
   *     larger than a gigabyte
   */
  public ReturnProcess withJumps(double intensity, double[] jumpMean, Covariance jumpCovariance) {
    if (!(intensity > 0 && intensity <= MOST_JUMPS)) {
      throw new InvalidInputException(
          "intensity of jumps is " + intensity + ", not above 0 and at most " + MOST_JUMPS);
    }
    int n = size();
    requireLength("jumpMean", jumpMean.length, n);
    for (int i = 0; i < n; i++) {
      if (!Double.isFinite(jumpMean[i])) {
        throw new InvalidInputException("jumpMean of " + assets.get(i) + " is " + jumpMean[i]);
      }
    }
    Matrix root = null;
    if (jumpCovariance != null) {
      requireLength("jumpCovariance", jumpCovariance.size(), n);
      FactorData factors = jumpCovariance.factors();
      if (factors != null && Arrays.stream(factors.specificVariance()).anyMatch(d -> d > 0)) {
        throw new InvalidInputException(
            "jumpCovariance is made of factors and specific variances: give it as a matrix, or"
                + " factors alone");
      }
      double[][] rows = factors == null ? SemidefiniteFactor.of(jumpCovariance) : null;
      root =
          factors != null
              ? factors.root()
              : rows.length == 0 ? null : Matrix.copyOf(rows).neverClosed();
      if (root != null) {
        oneSlab(root, "the root of the jumps' covariance", "draw from factors");
      }
    }
    Matrix total = Matrix.allocate(data.regimes(), n).neverClosed();
    double[] row = new double[n];
    for (int r = 0; r < data.regimes(); r++) {
      data.deviation().getRow(r, row);
      for (int i = 0; i < n; i++) {
        double jump = jumpCovariance == null ? 0 : jumpCovariance.variance(i);
        row[i] = Math.sqrt(row[i] * row[i] + intensity * (jumpMean[i] * jumpMean[i] + jump));
      }
      total.setRow(r, row);
    }
    return new ReturnProcess(
        assets,
        data.withJumps(
            new ProcessData.Jumps(
                intensity,
                StrictMath.exp(-intensity),
                Matrix.copyOf(jumpMean, 1, n).neverClosed(),
                root,
                total)));
  }

  /**
   * The process with other means, the same in all regimes.
   *
   * @param mean μ [n], per period; copied
   * @return a process that shares the rest
   * @throws InvalidInputException if the length differs or a mean is not finite
   */
  public ReturnProcess withMean(double[] mean) {
    requireLength("mean", mean.length, size());
    requireFinite("", mean, assets);
    Matrix rows = Matrix.allocate(data.regimes(), size()).neverClosed();
    for (int r = 0; r < data.regimes(); r++) {
      rows.setRow(r, mean);
    }
    return new ReturnProcess(assets, data.withMean(rows));
  }

  /**
   * The process of assets that cannot lose more than they are worth: returns below −1 are drawn as
   * −1, which shifts the moments where volatilities are near 1.
   *
   * @return a process that shares the rest
   */
  public ReturnProcess withLimitedLiability() {
    return new ReturnProcess(assets, data.withLimitedLiability());
  }

  /**
   * The assets.
   *
   * @return n names
   */
  public List<String> assets() {
    return assets;
  }

  /**
   * The number of assets.
   *
   * @return n
   */
  public int size() {
    return data.size();
  }

  /** What it is made of, not copied. */
  ProcessData data() {
    return data;
  }

  private static void requireMean(
      String of, double[] mean, Covariance first, Covariance covariance) {
    if (covariance.size() != first.size()) {
      throw new InvalidInputException(
          of + "covariance of " + covariance.size() + " assets, not " + first.size());
    }
    if (mean.length != covariance.size()) {
      throw new InvalidInputException(
          of
              + "mean has "
              + mean.length
              + " numbers, but the covariance "
              + covariance.size()
              + " assets");
    }
    requireFinite(of, mean, first.assets());
  }

  private static void requireFinite(String of, double[] mean, List<String> assets) {
    for (int i = 0; i < mean.length; i++) {
      if (!Double.isFinite(mean[i])) {
        throw new InvalidInputException(of + "mean of " + assets.get(i) + " is " + mean[i]);
      }
    }
  }

  private static void requireLength(String what, int length, int n) {
    if (length != n) {
      throw new InvalidInputException(what + " is of " + length + " assets, not " + n);
    }
  }

  private static double[] deviations(Covariance covariance) {
    double[] deviation = new double[covariance.size()];
    for (int i = 0; i < deviation.length; i++) {
      deviation[i] = Math.sqrt(covariance.variance(i));
    }
    return deviation;
  }

  private static double[] rowSums(List<Regime> regimes, double[][] transition) {
    int count = regimes.size();
    requireLength("transition", transition.length, count);
    double[] all = new double[count * count];
    for (int r = 0; r < count; r++) {
      double[] row = sums("transition from " + regimes.get(r).name(), transition[r], count);
      System.arraycopy(row, 0, all, r * count, count);
    }
    return all;
  }

  /** Probabilities as sums of those up to each. */
  private static double[] sums(String what, double[] probabilities, int count) {
    if (probabilities == null || probabilities.length != count) {
      throw new InvalidInputException(
          what
              + ": "
              + (probabilities == null ? 0 : probabilities.length)
              + " probabilities for "
              + count
              + " regimes");
    }
    double[] sums = new double[count];
    double sum = 0;
    for (int r = 0; r < count; r++) {
      if (!(probabilities[r] >= 0 && probabilities[r] <= 1)) {
        throw new InvalidInputException(
            what + ": the probability " + probabilities[r] + " is not between 0 and 1");
      }
      sum += probabilities[r];
      sums[r] = sum;
    }
    if (Math.abs(sum - 1) > 1e-9) {
      throw new InvalidInputException(what + ": the probabilities sum to " + sum + ", not to 1");
    }
    // What can happen last ends at 1, whatever rounding left.
    for (int r = count - 1; r >= 0; r--) {
      sums[r] = Math.max(sums[r], 1);
      if (probabilities[r] > 0) {
        break;
      }
    }
    return sums;
  }

  private static Matrix joined(List<Matrix> roots, int rows, int n) {
    if (rows == 0) {
      return null;
    }
    if (roots.size() == 1) {
      return oneSlabOfRoots(roots.get(0));
    }
    Matrix all = Matrix.allocate(rows, n).neverClosed();
    double[] row = new double[n];
    long at = 0;
    for (Matrix root : roots) {
      for (long k = 0; root != null && k < root.rows(); k++) {
        root.getRow(k, row);
        all.setRow(at++, row);
      }
    }
    return oneSlabOfRoots(all);
  }

  private static Matrix oneSlabOfRoots(Matrix matrix) {
    return oneSlab(matrix, "the root of a covariance", "draw from factors");
  }

  /** Checks what native code reads from one piece of memory. */
  static Matrix oneSlab(Matrix matrix, String what, String instead) {
    if (matrix.slabs() > 1) {
      throw new InvalidInputException(
          what
              + " of "
              + matrix.columns()
              + " assets has "
              + matrix.rows()
              + " rows, more than a gigabyte: "
              + instead);
    }
    return matrix;
  }

  private static Matrix rows(double[][] rows, int n) {
    Matrix matrix = Matrix.allocate(rows.length, n).neverClosed();
    for (int r = 0; r < rows.length; r++) {
      if (rows[r] != null) {
        matrix.setRow(r, rows[r]);
      }
    }
    return matrix;
  }
}
