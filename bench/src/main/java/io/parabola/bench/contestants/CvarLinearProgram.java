package io.parabola.bench.contestants;

import io.parabola.Matrix;
import io.parabola.bench.problems.Certificate;
import io.parabola.bench.problems.TailProblem;
import java.util.Arrays;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Variable;

/** Rockafellar and Uryasev's linear program, at the solver's default accuracy. */
public final class CvarLinearProgram extends Contestant {
  /** In results. */
  public static final String NAME = "ojAlgo, linear program";

  private final Matrix returns;
  private final LeastCvar ours;
  private double[] weights;

  public CvarLinearProgram(Matrix returns, LeastCvar ours) {
    super(NAME, 1, true);
    this.returns = returns;
    this.ours = ours;
  }

  @Override
  public void solve(int first, int number) {
    int n = returns.columns();
    int scenarios = Math.toIntExact(returns.rows());
    ExpressionsBasedModel model = new ExpressionsBasedModel();
    Variable[] w = new Variable[n];
    Expression budget = model.newExpression("budget").level(1);
    for (int i = 0; i < n; i++) {
      w[i] = model.newVariable("w" + i).lower(0).upper(1);
      budget.set(w[i], 1);
    }
    Variable alpha = model.newVariable("alpha").weight(1);
    double[] row = new double[n];
    for (int s = 0; s < scenarios; s++) {
      returns.getRow(s, row);
      Variable beyond =
          model
              .newVariable("z" + s)
              .lower(0)
              .weight(1 / ((1 - TailProblem.CONFIDENCE) * scenarios));
      Expression loss = model.newExpression("loss" + s).lower(0).set(beyond, 1).set(alpha, 1);
      for (int i = 0; i < n; i++) {
        loss.set(w[i], row[i]);
      }
    }
    model.minimise();
    weights = Arrays.stream(w).mapToDouble(v -> v.getValue().doubleValue()).toArray();
  }

  @Override
  public Certificate certificate(int s) {
    return new Certificate(
        ours.relativeGap(TailProblem.cvar(returns, weights)), TailProblem.violation(weights));
  }
}
