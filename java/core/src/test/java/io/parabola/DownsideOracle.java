package io.parabola;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;

/**
 * A downside problem computed anew: the risk of a portfolio by sorting, the optimum by a simplex.
 */
final class DownsideOracle {
  private final DownsideProblem problem;
  private final double[] w;
  private final double[][] rows;
  private final double[] p;
  private final double[] benchmark;

  DownsideOracle(DownsideProblem problem, double[] w) {
    this.problem = problem;
    this.w = w;
    p = problem.probabilities();
    rows = new double[p.length][problem.problem().size()];
    for (int s = 0; s < p.length; s++) {
      problem.returns().getRow(s, rows[s]);
    }
    double[] b = problem.problem().benchmark();
    benchmark = b == null ? new double[rows[0].length] : b;
    if (problem.risk().kind() == DownsideRisk.Kind.SEMIVARIANCE) {
      double[] mean = new double[rows[0].length];
      for (int s = 0; s < p.length; s++) {
        for (int i = 0; i < mean.length; i++) {
          mean[i] += p[s] * rows[s][i];
        }
      }
      for (double[] row : rows) {
        for (int i = 0; i < mean.length; i++) {
          row[i] -= mean[i];
        }
      }
    }
  }

  double[] losses() {
    double[] losses = new double[p.length];
    for (int s = 0; s < p.length; s++) {
      for (int i = 0; i < w.length; i++) {
        losses[s] -= rows[s][i] * (w[i] - benchmark[i]);
      }
    }
    return losses;
  }

  double risk() {
    double[] losses = losses();
    double level = problem.risk().level();
    double risk = 0;
    switch (problem.risk().kind()) {
      case CVAR:
        Integer[] order = new Integer[p.length];
        Arrays.setAll(order, s -> s);
        Arrays.sort(order, Comparator.comparingDouble(s -> -losses[s]));
        double left = 1 - level;
        for (int s : order) {
          double part = Math.min(left, p[s]);
          risk += part * losses[s] / (1 - level);
          left -= part;
        }
        return risk;
      case FIRST_MOMENT:
        for (int s = 0; s < p.length; s++) {
          risk += p[s] * Math.max(0, level + losses[s]);
        }
        return risk;
      default:
        double target = problem.risk().kind() == DownsideRisk.Kind.SEMIVARIANCE ? 0 : level;
        for (int s = 0; s < p.length; s++) {
          double short0 = Math.max(0, target + losses[s]);
          risk += p[s] * short0 * short0;
        }
        return risk;
    }
  }

  /** What the losses of the tail are in size, which rounding is measured against. */
  double size() {
    double largest = 0;
    for (double[] row : rows) {
      double sum = 0;
      for (int i = 0; i < w.length; i++) {
        sum += Math.abs(row[i]) * (Math.abs(w[i]) + Math.abs(benchmark[i]));
      }
      largest = Math.max(largest, sum);
    }
    return largest;
  }

  double objective() {
    Problem asked = problem.problem();
    double cost = 0;
    if (asked.transactionCosts() != null) {
      double[] trades = new double[w.length];
      Arrays.setAll(trades, i -> w[i] - asked.currentWeights()[i]);
      cost = asked.transactionCosts().of(trades);
    }
    double earned = Oracle.dot(asked.expectedReturns(), w);
    switch (asked.objective().kind()) {
      case RISK_AVERSION:
        return asked.objective().value() * risk() - earned + cost;
      case TARGET_RISK:
        return cost - earned;
      default:
        return risk() + cost;
    }
  }

  /** The optimum of a linear program, for measures and costs that are linear. */
  double leastObjective() {
    Problem asked = problem.problem();
    int n = w.length;
    ExpressionsBasedModel model = new ExpressionsBasedModel();
    Objective objective = asked.objective();
    boolean earns =
        objective.kind() == Objective.Kind.RISK_AVERSION
            || objective.kind() == Objective.Kind.TARGET_RISK;
    double price =
        objective.kind() == Objective.Kind.RISK_AVERSION
            ? objective.value()
            : objective.kind() == Objective.Kind.TARGET_RISK ? 0 : 1;
    Variable[] weight = new Variable[n];
    for (int i = 0; i < n; i++) {
      weight[i] = model.newVariable("w" + i).weight(earns ? -asked.expectedReturns()[i] : 0);
      if (!Double.isInfinite(asked.lower()[i])) {
        weight[i].lower(asked.lower()[i]);
      }
      if (!Double.isInfinite(asked.upper()[i])) {
        weight[i].upper(asked.upper()[i]);
      }
    }
    if (asked.hasBudget()) {
      Expression budget = model.newExpression("budget").level(asked.budget());
      for (Variable one : weight) {
        budget.set(one, 1);
      }
    }
    LinearConstraints constraints = asked.constraints();
    for (int r = 0; constraints != null && r < constraints.rows(); r++) {
      Expression row = model.newExpression("row" + r);
      for (int i = 0; i < n; i++) {
        row.set(weight[i], constraints.coefficients()[r * n + i]);
      }
      limits(row, constraints.lower()[r], constraints.upper()[r]);
    }
    if (objective.kind() == Objective.Kind.TARGET_RETURN) {
      Expression row = model.newExpression("return").lower(objective.value());
      for (int i = 0; i < n; i++) {
        row.set(weight[i], asked.expectedReturns()[i]);
      }
    }
    absolute(model, weight, asked.currentWeights(), asked.maximumTurnover(), "turnover");
    absolute(model, weight, new double[n], asked.maximumGrossExposure(), "gross");
    costs(model, weight);
    tail(model, weight, price, objective);
    Optimisation.Result result = model.minimise();
    if (!result.getState().isOptimal()) {
      throw new IllegalStateException("simplex: " + result.getState());
    }
    double sum = 0;
    for (Variable one : model.getVariables()) {
      BigDecimal value = one.getValue();
      if (one.getContributionWeight() != null) {
        sum += one.getContributionWeight().doubleValue() * value.doubleValue();
      }
    }
    return sum;
  }

  private static void limits(Expression row, double lower, double upper) {
    if (!Double.isInfinite(lower)) {
      row.lower(lower);
    }
    if (!Double.isInfinite(upper)) {
      row.upper(upper);
    }
  }

  private static void absolute(
      ExpressionsBasedModel model, Variable[] weight, double[] centre, double most, String name) {
    if (Double.isInfinite(most)) {
      return;
    }
    Expression all = model.newExpression(name).upper(most);
    for (int i = 0; i < weight.length; i++) {
      Variable part = model.newVariable(name + i).lower(0);
      all.set(part, 1);
      model.newExpression(name + "+" + i).set(part, 1).set(weight[i], -1).lower(-centre[i]);
      model.newExpression(name + "-" + i).set(part, 1).set(weight[i], 1).lower(centre[i]);
    }
  }

  private void costs(ExpressionsBasedModel model, Variable[] weight) {
    TransactionCosts costs = problem.problem().transactionCosts();
    double[] current = problem.problem().currentWeights();
    for (int i = 0; costs != null && i < weight.length; i++) {
      double[] one = new double[weight.length];
      one[i] = 1;
      double buy = costs.of(one);
      one[i] = -1;
      double sell = costs.of(one);
      Variable paid = model.newVariable("cost" + i).lower(0).weight(1);
      model.newExpression("buy" + i).set(paid, 1).set(weight[i], -buy).lower(-buy * current[i]);
      model.newExpression("sell" + i).set(paid, 1).set(weight[i], sell).lower(sell * current[i]);
    }
  }

  private void tail(
      ExpressionsBasedModel model, Variable[] weight, double price, Objective objective) {
    boolean cvar = problem.risk().kind() == DownsideRisk.Kind.CVAR;
    double level = problem.risk().level();
    Variable alpha = cvar ? model.newVariable("alpha").weight(price) : null;
    Expression limit =
        objective.kind() == Objective.Kind.TARGET_RISK
            ? model.newExpression("risk").upper(objective.value())
            : null;
    if (limit != null && cvar) {
      limit.set(alpha, 1);
    }
    for (int s = 0; s < p.length; s++) {
      double part = cvar ? p[s] / (1 - level) : p[s];
      Variable beyond = model.newVariable("z" + s).lower(0).weight(price * part);
      if (limit != null) {
        limit.set(beyond, part);
      }
      Expression loss = model.newExpression("loss" + s).set(beyond, 1);
      double base = 0;
      for (int i = 0; i < weight.length; i++) {
        loss.set(weight[i], rows[s][i]);
        base += rows[s][i] * benchmark[i];
      }
      if (cvar) {
        loss.set(alpha, 1).lower(base);
      } else {
        loss.lower(level + base);
      }
    }
  }
}
