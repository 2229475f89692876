package io.parabola.bench.peers;

import io.parabola.bench.problems.Certificate;
import io.parabola.bench.problems.Constrained;
import io.parabola.bench.problems.Scenarios;
import java.util.List;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.optim.InitialGuess;
import org.hipparchus.optim.nonlinear.scalar.ObjectiveFunction;
import org.hipparchus.optim.nonlinear.vector.constrained.ADMMQPOptimizer;
import org.hipparchus.optim.nonlinear.vector.constrained.ADMMQPOption;
import org.hipparchus.optim.nonlinear.vector.constrained.LinearBoundedConstraint;
import org.hipparchus.optim.nonlinear.vector.constrained.LinearEqualityConstraint;
import org.hipparchus.optim.nonlinear.vector.constrained.QuadraticFunction;

/** Hipparchus' operator splitting, after OSQP. */
public final class HipparchusAdmm implements Peer {
  @Override
  public String title() {
    return "Hipparchus ADMM";
  }

  @Override
  public PeerSolver on(Constrained constrained) {
    return new Solver(constrained, new ADMMQPOption());
  }

  @Override
  public PeerSolver on(Constrained constrained, double tolerance) {
    ADMMQPOption option = new ADMMQPOption();
    option.setEps(tolerance);
    return new Solver(constrained, option);
  }

  @Override
  public List<Double> tolerances() {
    return List.of(1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10);
  }

  private static final class Solver implements PeerSolver {
    private final Constrained constrained;
    private final ADMMQPOption option;
    private final RealMatrix covariance;

    Solver(Constrained constrained, ADMMQPOption option) {
      this.constrained = constrained;
      this.option = option;
      int n = constrained.scenarios().size();
      double[] matrix = constrained.scenarios().covariance();
      double[][] rows = new double[n][n];
      for (int i = 0; i < n; i++) {
        System.arraycopy(matrix, i * n, rows[i], 0, n);
      }
      this.covariance = new Array2DRowRealMatrix(rows, false);
    }

    @Override
    public double[] solve(int s) {
      return solve(s, null);
    }

    @Override
    public boolean startable() {
      return true;
    }

    @Override
    public double[] solve(int s, double[] start) {
      Scenarios scenarios = constrained.scenarios();
      int n = scenarios.size();
      double[] linear = scenarios.expectedReturns(s);
      for (int i = 0; i < n; i++) {
        linear[i] = -linear[i];
      }
      Certificate.Terms terms = constrained.terms(s);
      int m = terms.rows().length;
      double[][] rows = new double[n + m][n];
      double[] lower = new double[n + m];
      double[] upper = new double[n + m];
      double[][] budget = new double[1][n];
      for (int i = 0; i < n; i++) {
        rows[i][i] = 1;
        lower[i] = scenarios.lower();
        upper[i] = scenarios.upper();
        budget[0][i] = 1;
      }
      for (int r = 0; r < m; r++) {
        rows[n + r] = terms.rows()[r];
        lower[n + r] = terms.rowLower()[r];
        upper[n + r] = terms.rowUpper()[r];
      }
      ObjectiveFunction objective =
          new ObjectiveFunction(new QuadraticFunction(covariance, new ArrayRealVector(linear), 0));
      LinearEqualityConstraint sum = new LinearEqualityConstraint(budget, new double[] {1});
      LinearBoundedConstraint bounds = new LinearBoundedConstraint(rows, lower, upper);
      ADMMQPOptimizer optimizer = new ADMMQPOptimizer();
      return (start == null
              ? optimizer.optimize(objective, sum, bounds, option)
              : optimizer.optimize(objective, sum, bounds, option, new InitialGuess(start)))
          .getX()
          .toArray();
    }
  }
}
