package io.parabola.models.views;

import io.parabola.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Opinions about returns, each with a name: that a portfolio p of the assets will earn q. An
 * absolute view is of one asset; a relative one of longs against shorts, whose p sums to zero.
 * Immutable.
 */
public final class Views {
  /**
   * One view.
   *
   * @param name its name
   * @param portfolio p [n]
   * @param expectedReturn q, per period
   * @param confidence between 0 and 1, as Idzorek's; NaN for the variance that He and Litterman
   *     take
   */
  public record View(String name, double[] portfolio, double expectedReturn, double confidence) {}

  private final List<String> assets;
  private final List<View> list;

  private Views(List<String> assets, List<View> list) {
    this.assets = assets;
    this.list = list;
  }

  /**
   * Starts without views.
   *
   * @param assets n names
   * @return a builder
   */
  public static Builder of(List<String> assets) {
    return new Builder(List.copyOf(assets));
  }

  /**
   * The views.
   *
   * @return k views, in the order they came
   */
  public List<View> list() {
    return list;
  }

  /**
   * The assets.
   *
   * @return n names
   */
  public List<String> assets() {
    return assets;
  }

  /** Collects views. */
  public static final class Builder {
    private final List<String> assets;
    private final Map<String, View> views = new LinkedHashMap<>();

    private Builder(List<String> assets) {
      this.assets = assets;
    }

    /**
     * That one asset will earn so much.
     *
     * @param name of the view
     * @param asset its name
     * @param expectedReturn q, per period
     * @return this
     * @throws InvalidInputException if there is no such asset, or the view is not usable
     */
    public Builder absolute(String name, String asset, double expectedReturn) {
      return view(name, Map.of(asset, 1.0), expectedReturn, Double.NaN);
    }

    /**
     * That one asset will earn so much more than another.
     *
     * @param name of the view
     * @param better the asset that earns more
     * @param worse the other
     * @param difference q, per period
     * @return this
     * @throws InvalidInputException if there is no such asset, or the view is not usable
     */
    public Builder relative(String name, String better, String worse, double difference) {
      return view(name, Map.of(better, 1.0, worse, -1.0), difference, Double.NaN);
    }

    /**
     * That a portfolio will earn so much.
     *
     * @param name of the view
     * @param portfolio weights of some assets by name; the others are zero
     * @param expectedReturn q, per period
     * @param confidence above 0 and at most 1; NaN to leave the variance of the view to He and
     *     Litterman's rule
     * @return this
     * @throws InvalidInputException if there is no such asset, a number is not usable, or the name
     *     is taken
     */
    public Builder view(
        String name, Map<String, Double> portfolio, double expectedReturn, double confidence) {
      double[] p = new double[assets.size()];
      portfolio.forEach(
          (asset, weight) -> {
            int at = assets.indexOf(asset);
            if (at < 0) {
              throw new InvalidInputException("view " + name + ": there is no asset " + asset);
            }
            p[at] = weight;
          });
      return view(name, p, expectedReturn, confidence);
    }

    /**
     * That a portfolio will earn so much.
     *
     * @param name of the view
     * @param portfolio p [n]; copied
     * @param expectedReturn q, per period
     * @param confidence above 0 and at most 1; NaN to leave the variance to He and Litterman's rule
     * @return this
     * @throws InvalidInputException if a number is not usable, or the name is taken
     */
    public Builder view(String name, double[] portfolio, double expectedReturn, double confidence) {
      if (portfolio.length != assets.size()) {
        throw new InvalidInputException(
            "view " + name + ": " + portfolio.length + " weights for " + assets.size() + " assets");
      }
      boolean any = false;
      for (int i = 0; i < portfolio.length; i++) {
        if (!Double.isFinite(portfolio[i])) {
          throw new InvalidInputException(
              "view " + name + ": weight of " + assets.get(i) + " is " + portfolio[i]);
        }
        any |= portfolio[i] != 0;
      }
      if (!any) {
        throw new InvalidInputException("view " + name + " is about no asset");
      }
      if (!Double.isFinite(expectedReturn)) {
        throw new InvalidInputException("view " + name + ": its return is " + expectedReturn);
      }
      if (!Double.isNaN(confidence) && !(confidence > 0 && confidence <= 1)) {
        throw new InvalidInputException(
            "view "
                + name
                + ": confidence is "
                + confidence
                + ": must be above 0 and at most 1; leave a view out that has none");
      }
      if (views.put(name, new View(name, portfolio.clone(), expectedReturn, confidence)) != null) {
        throw new InvalidInputException("view " + name + " comes twice");
      }
      return this;
    }

    /**
     * Ends it.
     *
     * @return the views
     */
    public Views build() {
      return new Views(assets, List.copyOf(new ArrayList<>(views.values())));
    }
  }
}
