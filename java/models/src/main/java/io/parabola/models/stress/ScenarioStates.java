package io.parabola.models.stress;

import io.parabola.Batch;
import io.parabola.Matrix;
import io.parabola.Objective;
import io.parabola.Paths;
import io.parabola.Problem;

/**
 * The states that some scenarios are in, as what a batch and paths take: numbers by scenario where
 * all assets are treated alike, matrices where a state treats some assets in ways of their own.
 *
 * <p>A multiplier m of all volatilities is no matrix: in ½γw'Σw − μ'w + c(w) it is the same as a
 * risk aversion of γm², with the shared Σ.
 */
final class ScenarioStates implements AutoCloseable {
  private final Problem problem;
  private final QuadraticForm form;
  private final int[] state;
  private final double[] volatility;
  private final double[] correlation;
  private final boolean byAsset;
  private final boolean folded;
  private final Matrix multipliers;
  private final Matrix stress;

  ScenarioStates(
      MarketStates states, Problem problem, QuadraticForm form, long seed, long[] scenarios) {
    this.problem = problem;
    this.form = form;
    int count = scenarios.length;
    state = new int[count];
    volatility = new double[count];
    correlation = new double[count];
    for (int s = 0; s < count; s++) {
      MarketStates.Drawn drawn = states.draw(seed, scenarios[s]);
      state[s] = drawn.state();
      volatility[s] = drawn.volatility();
      correlation[s] = drawn.correlation();
    }
    byAsset = states.list().stream().anyMatch(each -> !each.assets().isEmpty());
    folded = !byAsset && problem.objective().kind() == Objective.Kind.RISK_AVERSION;
    int n = problem.size();
    multipliers = folded ? null : Matrix.allocate(count, n);
    stress = byAsset ? Matrix.allocate(count, n) : null;
    if (!folded) {
      fill(states);
    }
  }

  private void fill(MarketStates states) {
    int n = problem.size();
    double[] m = new double[n];
    double[] theta = new double[n];
    for (int s = 0; s < state.length; s++) {
      MarketState of = states.list().get(state[s]);
      for (int i = 0; i < n; i++) {
        MarketState.Asset own = of.assets().get(problem.assets().get(i));
        m[i] = volatility[s] * (own == null ? 1 : own.volatility());
        theta[i] =
            own == null || Double.isNaN(own.correlation()) ? correlation[s] : own.correlation();
      }
      multipliers.setRow(s, m);
      if (stress != null) {
        stress.setRow(s, theta);
      }
    }
  }

  int state(int s) {
    return state[s];
  }

  double volatility(int s) {
    return volatility[s];
  }

  double correlation(int s) {
    return correlation[s];
  }

  private boolean isStressed() {
    for (double theta : correlation) {
      if (theta != 0) {
        return true;
      }
    }
    return false;
  }

  void apply(Batch.Builder batch) {
    if (folded) {
      double[] riskAversion = new double[state.length];
      for (int s = 0; s < riskAversion.length; s++) {
        riskAversion[s] = problem.riskAversion() * volatility[s] * volatility[s];
      }
      batch.riskAversion(riskAversion);
    } else {
      batch.volatilityMultipliers(multipliers);
    }
    if (byAsset) {
      batch.correlationStress(stress);
    } else if (isStressed()) {
      batch.correlationStress(correlation);
    }
  }

  void apply(Paths.Builder paths) {
    if (byAsset) {
      paths.volatilityMultipliers(multipliers).correlationStress(stress);
      return;
    }
    paths.volatilityMultipliers(volatility);
    if (isStressed()) {
      paths.correlationStress(correlation);
    }
  }

  /** What a variance that the solver found is to be multiplied by. */
  double varianceFactor(int s) {
    return folded ? volatility[s] * volatility[s] : 1;
  }

  /** The variance of a portfolio in a scenario; {@code room} has n numbers. */
  double variance(int s, double[] w, double[] room) {
    int n = w.length;
    double together = 0;
    for (int i = 0; i < n; i++) {
      double m = byAsset ? multipliers.get(s, i) : volatility[s];
      double theta = byAsset ? stress.get(s, i) : correlation[s];
      room[i] = m * Math.sqrt(1 - theta) * w[i];
      together += Math.sqrt(theta) * m * form.deviation(i) * w[i];
    }
    return form.variance(room) + together * together;
  }

  /** The same for a portfolio whose w'Σw and σ'w are known: no sum where all assets are alike. */
  double variance(int s, double[] w, double variance, double total, double[] room) {
    if (byAsset) {
      return variance(s, w, room);
    }
    double m = volatility[s];
    double theta = correlation[s];
    return m * m * ((1 - theta) * variance + theta * total * total);
  }

  @Override
  public void close() {
    if (multipliers != null) {
      multipliers.close();
    }
    if (stress != null) {
      stress.close();
    }
  }
}
