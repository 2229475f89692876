package io.parabola;

import io.parabola.internal.PathsData;

/**
 * Which paths of a process are drawn, how far, and what is a path's own: shifts of the mean,
 * volatilities and correlations under stress. An engine draws them: {@link Engine#draw}.
 *
 * <pre>
 *   r = μ + shift + m ∘ (√(1−θ) ∘ x + √θ ∘ σ g)
 * </pre>
 *
 * <p>x is what the process draws, with the covariance Σ; m are volatility multipliers; θ moves
 * correlations towards one, as {@link Batch.Builder#correlationStress} does: g is one number for
 * all assets, of variance 1 and with the tails of the process. The covariance of r is that of the
 * batch's scenario with the same m and θ.
 *
 * <p>Path p at step t is a function of the process, the seed, p and t: the same bits in any chunk,
 * on any number of threads and from every engine. (What a path has of its own goes with it, of
 * course.) Immutable; matrices are not copied.
 */
public final class Paths {
  /** Steps of a path: so far counters count. */
  public static final int MOST_STEPS = 1 << 24;

  private final ReturnProcess process;
  private final PathsData data;

  private Paths(ReturnProcess process, PathsData data) {
    this.process = process;
    this.data = data;
  }

  /**
   * Starts a description of paths from number 0 on, one step each.
   *
   * @param process what they are drawn from
   * @param seed any number
   * @param paths S, at least 0
   * @return a builder
   * @throws InvalidInputException if {@code paths < 0}
   */
  public static Builder builder(ReturnProcess process, long seed, int paths) {
    return new Builder(process, seed, paths);
  }

  /**
   * The process.
   *
   * @return what is drawn from
   */
  public ReturnProcess process() {
    return process;
  }

  /**
   * The number of paths.
   *
   * @return S
   */
  public int count() {
    return data.paths();
  }

  /**
   * The number of steps.
   *
   * @return H
   */
  public int steps() {
    return data.steps();
  }

  /** All of it, not copied. */
  PathsData data() {
    return data;
  }

  /** Puts paths together. Each setter may be called once more to overwrite what was set. */
  public static final class Builder {
    private final ReturnProcess process;
    private final long seed;
    private final int paths;
    private long firstPath;
    private long[] numbers;
    private int firstStep;
    private int steps = 1;
    private Matrix shifts;
    private Matrix multipliers;
    private Matrix stress;

    private Builder(ReturnProcess process, long seed, int paths) {
      if (paths < 0) {
        throw new InvalidInputException("paths = " + paths + ": must be at least 0");
      }
      this.process = process;
      this.seed = seed;
      this.paths = paths;
    }

    /**
     * The number of the first path; the others follow.
     *
     * @param path from 0
     * @return this
     * @throws InvalidInputException if it is negative
     */
    public Builder firstPath(long path) {
      if (path < 0) {
        throw new InvalidInputException("firstPath = " + path + ": must be at least 0");
      }
      firstPath = path;
      numbers = null;
      return this;
    }

    /**
     * The numbers of the paths, which need not follow one another: the worst of a million can be
     * drawn again.
     *
     * @param numbers [S], each at least 0; copied
     * @return this
     * @throws InvalidInputException if the length is not S, or one is negative
     */
    public Builder paths(long[] numbers) {
      if (numbers.length != paths) {
        throw new InvalidInputException(
            "numbers of " + numbers.length + " paths, but there are " + paths);
      }
      for (long number : numbers) {
        if (number < 0) {
          throw new InvalidInputException("path " + number + ": must be at least 0");
        }
      }
      this.numbers = numbers.clone();
      return this;
    }

    /**
     * Which steps. Those before the first are worked out again where the process remembers them:
     * for the chain of regimes and the blocks of a bootstrap that is cheap, for filtered
     * volatilities as much as drawing them.
     *
     * @param first from 0
     * @param count H, at least 1
     * @return this
     * @throws InvalidInputException if they are out of range
     */
    public Builder steps(int first, int count) {
      if (first < 0 || count < 1 || first > MOST_STEPS - count) {
        throw new InvalidInputException(
            "steps from " + first + ", " + count + " of them: out of range");
      }
      firstStep = first;
      steps = count;
      return this;
    }

    /**
     * What each path adds to expected returns.
     *
     * @param shifts [S, n], per period; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder meanShifts(Matrix shifts) {
      require("meanShifts", shifts, process.size());
      this.shifts = shifts;
      return this;
    }

    /**
     * What each path multiplies all volatilities by.
     *
     * @param multipliers m [S], at least 0 and finite; copied
     * @return this
     * @throws InvalidInputException if the length is not S, or a number is out of range
     */
    public Builder volatilityMultipliers(double[] multipliers) {
      this.multipliers = column("volatilityMultipliers", multipliers, Double.MAX_VALUE);
      return this;
    }

    /**
     * What each path multiplies the volatility of each asset by.
     *
     * @param multipliers m [S, n], at least 0 and finite; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder volatilityMultipliers(Matrix multipliers) {
      require("volatilityMultipliers", multipliers, process.size());
      this.multipliers = multipliers;
      return this;
    }

    /**
     * How far each path moves all correlations towards one.
     *
     * @param theta θ [S], between 0 and 1; copied
     * @return this
     * @throws InvalidInputException if the length is not S, or a number is out of range
     */
    public Builder correlationStress(double[] theta) {
      stress = column("correlationStress", theta, 1);
      return this;
    }

    /**
     * How far each path moves the correlations of each asset.
     *
     * @param theta θ [S, n], between 0 and 1; not copied
     * @return this
     * @throws InvalidInputException if the shape is another
     */
    public Builder correlationStress(Matrix theta) {
      require("correlationStress", theta, process.size());
      stress = theta;
      return this;
    }

    private Matrix column(String what, double[] values, double most) {
      if (values.length != paths) {
        throw new InvalidInputException(
            what + " has " + values.length + " numbers, but there are " + paths + " paths");
      }
      for (int s = 0; s < paths; s++) {
        if (!(values[s] >= 0 && values[s] <= most)) {
          throw new InvalidInputException(
              what + " of path " + s + " is " + values[s] + ", which is out of range");
        }
      }
      return Matrix.copyOf(values, paths, 1).neverClosed();
    }

    private void require(String what, Matrix matrix, int columns) {
      if (matrix.rows() != paths || matrix.columns() != columns) {
        throw new InvalidInputException(
            what
                + " is a matrix of "
                + matrix.rows()
                + " x "
                + matrix.columns()
                + ", but "
                + paths
                + " paths of "
                + process.size()
                + " assets need "
                + paths
                + " x "
                + columns);
      }
    }

    /**
     * Finishes.
     *
     * @return the paths
     */
    public Paths build() {
      return new Paths(
          process,
          new PathsData(
              process.data(),
              seed,
              firstPath,
              numbers,
              paths,
              firstStep,
              steps,
              shifts,
              multipliers,
              stress));
    }
  }
}
