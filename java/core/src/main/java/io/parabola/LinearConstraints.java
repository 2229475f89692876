package io.parabola;

import io.parabola.internal.RowData;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Named rows of linear constraints on the weights, lower &lt;= A w &lt;= upper: groups and sectors,
 * factor exposures, net exposure. Immutable; may be used from many threads at once.
 *
 * <pre>{@code
 * LinearConstraints rows =
 *     LinearConstraints.builder(covariance.assets())
 *         .group("stablecoins", 0.1, List.of("USDC", "DAI"), 0.3)
 *         .row("beta", 0.9, betas, 1.1)
 *         .build();
 * }</pre>
 */
public final class LinearConstraints {
  /** The most rows there may be. */
  public static final int MAXIMUM_ROWS = 256;

  /** Names of the constraints that are not rows, which a row may therefore not have. */
  private static final Set<String> RESERVED =
      Set.of("budget", "turnover", "gross exposure", "target return", "target risk");

  private final RowData data;

  private LinearConstraints(RowData data) {
    this.data = data;
  }

  /**
   * Takes rows from arrays.
   *
   * @param names the m names, no two the same
   * @param coefficients A [m, n], row-major; not modified
   * @param lower lower limits [m]; minus infinity for none; not modified
   * @param upper upper limits [m]; infinity for none, the lower limit for an equality; not modified
   * @return the constraints
   * @throws InvalidInputException if there are no rows or more than {@link #MAXIMUM_ROWS}, a name
   *     is taken, a length is wrong, a coefficient is not finite or the limits of a row are NaN or
   *     cross; the message names the row
   */
  public static LinearConstraints of(
      List<String> names, double[] coefficients, double[] lower, double[] upper) {
    int m = names.size();
    if (m == 0) {
      throw new InvalidInputException("linear constraints without rows: leave them out instead");
    }
    if (m > MAXIMUM_ROWS) {
      throw new InvalidInputException(
          m + " rows of linear constraints: at most " + MAXIMUM_ROWS + " are possible");
    }
    if (coefficients.length == 0 || coefficients.length % m != 0) {
      throw new InvalidInputException(
          "coefficients has " + coefficients.length + " numbers: not " + m + " rows of assets");
    }
    checkLength("lower", lower, m);
    checkLength("upper", upper, m);
    int n = coefficients.length / m;
    Set<String> seen = new HashSet<>();
    for (int r = 0; r < m; r++) {
      checkName(names.get(r), seen);
      checkLimits(names.get(r), lower[r], upper[r]);
      for (int i = 0; i < n; i++) {
        if (!Double.isFinite(coefficients[r * n + i])) {
          throw new InvalidInputException(
              "row "
                  + names.get(r)
                  + ": the coefficient of asset "
                  + i
                  + " is "
                  + coefficients[r * n + i]
                  + ": must be finite");
        }
      }
    }
    return new LinearConstraints(
        new RowData(List.copyOf(names), n, coefficients.clone(), lower.clone(), upper.clone()));
  }

  /**
   * Starts a list of rows.
   *
   * @param assets the n names that groups refer to, such as {@link Covariance#assets()}
   * @return a builder
   * @throws InvalidInputException if there are none
   */
  public static Builder builder(List<String> assets) {
    return new Builder(List.copyOf(assets));
  }

  /**
   * The number of rows.
   *
   * @return m
   */
  public int rows() {
    return data.names().size();
  }

  /**
   * The number of assets.
   *
   * @return n
   */
  public int size() {
    return data.assets();
  }

  /**
   * The rows' names.
   *
   * @return m names, immutable
   */
  public List<String> names() {
    return data.names();
  }

  /**
   * The coefficients.
   *
   * @return A [m, n], row-major, a copy
   */
  public double[] coefficients() {
    return data.coefficients().clone();
  }

  /**
   * The lower limits.
   *
   * @return [m], a copy; minus infinity for none
   */
  public double[] lower() {
    return data.lower().clone();
  }

  /**
   * The upper limits.
   *
   * @return [m], a copy; infinity for none
   */
  public double[] upper() {
    return data.upper().clone();
  }

  RowData data() {
    return data;
  }

  private static void checkLength(String what, double[] values, int rows) {
    if (values.length != rows) {
      throw new InvalidInputException(
          what + " has " + values.length + " numbers, but there are " + rows + " rows");
    }
  }

  private static void checkName(String name, Set<String> seen) {
    if (name.isBlank()) {
      throw new InvalidInputException("row " + seen.size() + " has no name");
    }
    if (RESERVED.contains(name)) {
      throw new InvalidInputException(
          "row " + name + ": a constraint of its own has that name; choose another");
    }
    if (!seen.add(name)) {
      throw new InvalidInputException("row " + name + " is there twice");
    }
  }

  private static void checkLimits(String name, double lower, double upper) {
    String trouble = RowData.limitTrouble(name, lower, upper);
    if (trouble != null) {
      throw new InvalidInputException(trouble);
    }
  }

  /** Collects rows. Arrays are copied when they are given. Not for several threads. */
  public static final class Builder {
    private final List<String> assets;
    private final List<String> names = new ArrayList<>();
    private final List<double[]> coefficients = new ArrayList<>();
    private final List<double[]> limits = new ArrayList<>();

    private Builder(List<String> assets) {
      if (assets.isEmpty()) {
        throw new InvalidInputException("linear constraints on no assets: needs at least 1");
      }
      this.assets = assets;
    }

    /**
     * Adds lower &lt;= a'w &lt;= upper.
     *
     * @param name the row's name
     * @param lower the lower limit; minus infinity for none
     * @param coefficients a [n]
     * @param upper the upper limit; infinity for none, the lower limit for an equality
     * @return this
     * @throws InvalidInputException if the length is not n
     */
    public Builder row(String name, double lower, double[] coefficients, double upper) {
      if (coefficients.length != assets.size()) {
        throw new InvalidInputException(
            "row "
                + name
                + " has "
                + coefficients.length
                + " coefficients, but there are "
                + assets.size()
                + " assets");
      }
      names.add(name);
      this.coefficients.add(coefficients.clone());
      limits.add(new double[] {lower, upper});
      return this;
    }

    /**
     * Adds lower &lt;= sum of the members' weights &lt;= upper.
     *
     * @param name the group's name
     * @param lower the lower limit; minus infinity for none
     * @param members names of assets, in any order
     * @param upper the upper limit; infinity for none, the lower limit for an equality
     * @return this
     * @throws InvalidInputException if there is no asset of one of these names, or one is named
     *     twice
     */
    public Builder group(String name, double lower, Collection<String> members, double upper) {
      double[] ones = new double[assets.size()];
      for (String member : members) {
        int i = assets.indexOf(member);
        if (i < 0) {
          throw new InvalidInputException("group " + name + ": there is no asset " + member);
        }
        if (ones[i] != 0) {
          throw new InvalidInputException(
              "group " + name + ": asset " + member + " is there twice");
        }
        ones[i] = 1;
      }
      return row(name, lower, ones, upper);
    }

    /**
     * Checks the rows.
     *
     * @return the constraints
     * @throws InvalidInputException as {@link LinearConstraints#of}
     */
    public LinearConstraints build() {
      int n = assets.size();
      double[] all = new double[names.size() * n];
      double[] lower = new double[names.size()];
      double[] upper = new double[names.size()];
      for (int r = 0; r < names.size(); r++) {
        System.arraycopy(coefficients.get(r), 0, all, r * n, n);
        lower[r] = limits.get(r)[0];
        upper[r] = limits.get(r)[1];
      }
      return of(names, all, lower, upper);
    }
  }
}
