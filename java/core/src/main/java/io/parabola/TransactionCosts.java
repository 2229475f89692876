package io.parabola;

import io.parabola.internal.CostData;
import java.util.Arrays;

/**
 * What trading away from the current weights w₀ costs, as a fraction of equity: with x = w − w₀,
 *
 * <pre>
 *     Σ  buyᵢ max(xᵢ, 0) + sellᵢ max(−xᵢ, 0) + quadraticᵢ xᵢ² + powerᵢ |xᵢ|^p,   p in [1.5, 2]
 * </pre>
 *
 * <p>All rates are at least 0, and 0 unless set. Immutable; may be used from many threads at once.
 */
public final class TransactionCosts {
  /** Each [n], or [1] for one rate that all assets share. */
  private final double[] buy;

  private final double[] sell;
  private final double[] quadratic;
  private final double[] power;
  private final double exponent;

  private TransactionCosts(Builder builder) {
    buy = builder.buy;
    sell = builder.sell;
    quadratic = builder.quadratic;
    power = builder.power;
    exponent = builder.exponent;
  }

  /**
   * Starts with no costs.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The exponent of the power term.
   *
   * @return p, from 1.5 to 2
   */
  public double exponent() {
    return exponent;
  }

  /**
   * What a set of trades costs.
   *
   * @param trades w − w₀ [n]; not modified
   * @return a fraction of equity
   * @throws InvalidInputException if there are rates for another number of assets
   */
  public double of(double[] trades) {
    CostData rates = data(trades.length);
    double cost = 0;
    for (int i = 0; i < trades.length; i++) {
      double x = Math.abs(trades[i]);
      cost += (trades[i] > 0 ? rates.buy()[i] : rates.sell()[i]) * x;
      cost += rates.quadratic()[i] * x * x + rates.power()[i] * Math.pow(x, exponent);
    }
    return cost;
  }

  /** The rates for n assets; a length that differs from n throws. */
  CostData data(int n) {
    return new CostData(
        spread("buy", buy, n),
        spread("sell", sell, n),
        spread("quadratic", quadratic, n),
        spread("power", power, n),
        exponent);
  }

  private static double[] spread(String what, double[] rates, int n) {
    if (rates.length == n) {
      return rates;
    }
    if (rates.length != 1) {
      throw new InvalidInputException(
          "transaction costs: "
              + what
              + " has "
              + rates.length
              + " numbers, but the covariance has "
              + n
              + " assets");
    }
    double[] all = new double[n];
    Arrays.fill(all, rates[0]);
    return all;
  }

  /**
   * Collects the rates. Arrays are copied when they are given; their length is checked when they
   * meet a problem. Not for several threads.
   */
  public static final class Builder {
    private double[] buy = new double[1];
    private double[] sell = new double[1];
    private double[] quadratic = new double[1];
    private double[] power = new double[1];
    private double exponent = 1.5;

    private Builder() {}

    /**
     * One rate for buying and selling any asset.
     *
     * @param rate cost per unit traded, such as 0.001 for ten basis points
     * @return this
     * @throws InvalidInputException if it is negative or not finite
     */
    public Builder linear(double rate) {
      return linear(new double[] {rate});
    }

    /**
     * A rate for buying and selling each asset.
     *
     * @param rates cost per unit traded [n]
     * @return this
     * @throws InvalidInputException if one is negative or not finite
     */
    public Builder linear(double[] rates) {
      buy = checked("linear", rates);
      sell = buy;
      return this;
    }

    /**
     * One rate for buying any asset.
     *
     * @param rate cost per unit bought
     * @return this
     * @throws InvalidInputException if it is negative or not finite
     */
    public Builder buy(double rate) {
      return buy(new double[] {rate});
    }

    /**
     * A rate for buying each asset.
     *
     * @param rates cost per unit bought [n]
     * @return this
     * @throws InvalidInputException if one is negative or not finite
     */
    public Builder buy(double[] rates) {
      buy = checked("buy", rates);
      return this;
    }

    /**
     * One rate for selling any asset.
     *
     * @param rate cost per unit sold
     * @return this
     * @throws InvalidInputException if it is negative or not finite
     */
    public Builder sell(double rate) {
      return sell(new double[] {rate});
    }

    /**
     * A rate for selling each asset.
     *
     * @param rates cost per unit sold [n]
     * @return this
     * @throws InvalidInputException if one is negative or not finite
     */
    public Builder sell(double[] rates) {
      sell = checked("sell", rates);
      return this;
    }

    /**
     * One coefficient of the squared trade for every asset.
     *
     * @param coefficient cost of a trade of 1
     * @return this
     * @throws InvalidInputException if it is negative or not finite
     */
    public Builder quadratic(double coefficient) {
      return quadratic(new double[] {coefficient});
    }

    /**
     * A coefficient of the squared trade for each asset.
     *
     * @param coefficients cost of a trade of 1 [n]
     * @return this
     * @throws InvalidInputException if one is negative or not finite
     */
    public Builder quadratic(double[] coefficients) {
      quadratic = checked("quadratic", coefficients);
      return this;
    }

    /**
     * One coefficient of |x|^p for every asset: market impact.
     *
     * @param exponent p, from 1.5 (the square root law of impact) to 2
     * @param coefficient cost of a trade of 1
     * @return this
     * @throws InvalidInputException if p is not in that range, or the coefficient is negative or
     *     not finite
     */
    public Builder power(double exponent, double coefficient) {
      return power(exponent, new double[] {coefficient});
    }

    /**
     * A coefficient of |x|^p for each asset: market impact.
     *
     * @param exponent p, from 1.5 (the square root law of impact) to 2
     * @param coefficients cost of a trade of 1 [n]
     * @return this
     * @throws InvalidInputException if p is not in that range, or a coefficient is negative or not
     *     finite
     */
    public Builder power(double exponent, double[] coefficients) {
      if (!(exponent >= 1.5 && exponent <= 2)) {
        throw new InvalidInputException(
            "transaction costs: power = " + exponent + ": must be from 1.5 to 2");
      }
      power = checked("power", coefficients);
      this.exponent = exponent;
      return this;
    }

    /**
     * Makes the costs.
     *
     * @return the costs
     */
    public TransactionCosts build() {
      return new TransactionCosts(this);
    }

    private static double[] checked(String what, double[] rates) {
      for (int i = 0; i < rates.length; i++) {
        if (!(rates[i] >= 0 && rates[i] < Double.POSITIVE_INFINITY)) {
          throw new InvalidInputException(
              "transaction costs: "
                  + what
                  + (rates.length == 1 ? "" : "[" + i + "]")
                  + " = "
                  + rates[i]
                  + ": must be finite and at least 0");
        }
      }
      return rates.clone();
    }
  }
}
