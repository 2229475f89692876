package io.parabola.bench.peers;

import io.parabola.bench.problems.Certificate;
import io.parabola.bench.problems.Constrained;
import io.parabola.bench.problems.Scenarios;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.ojalgo.OjAlgoUtils;
import org.ojalgo.data.domain.finance.portfolio.MarkowitzModel;
import org.ojalgo.matrix.MatrixR064;
import org.ojalgo.matrix.store.R064Store;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.convex.ConvexSolver;

/** ojAlgo's ways to solve a portfolio, each on one thread and at its default accuracy. */
public enum OjAlgo implements Peer {
  /** The switch is what the builder hands out the operator splitting solver for. */
  ADMM("ojAlgo ADMM", options -> options.experimental = true),
  ACTIVE_SET("ojAlgo active set", options -> options.sparse = false),
  ACTIVE_SET_ITERATIVE("ojAlgo active set, iterative", options -> options.sparse = true),
  /** Equal weights are feasible, which saves it the search for a first feasible point. */
  ACTIVE_SET_STARTED("ojAlgo active set, from equal weights", options -> options.sparse = false) {
    @Override
    double[] solve(Constrained constrained, R064Store covariance, int s) {
      return direct(constrained, covariance, s, equalWeights(constrained));
    }
  },
  ITERATIVE_STARTED(
      "ojAlgo active set, iterative, from equal weights", options -> options.sparse = true) {
    @Override
    double[] solve(Constrained constrained, R064Store covariance, int s) {
      return direct(constrained, covariance, s, equalWeights(constrained));
    }
  },
  MODEL("ojAlgo model, its own choice", null) {
    @Override
    double[] solve(Constrained constrained, R064Store covariance, int s) {
      return model(constrained, covariance, s, null);
    }
  },
  MODEL_ADMM("ojAlgo model, ADMM", null) {
    @Override
    double[] solve(Constrained constrained, R064Store covariance, int s) {
      return model(constrained, covariance, s, ConvexSolver.Algorithm.ADMM);
    }
  },
  MARKOWITZ("ojAlgo MarkowitzModel", null) {
    @Override
    double[] solve(Constrained constrained, R064Store covariance, int s) {
      Scenarios scenarios = constrained.scenarios();
      MarkowitzModel model =
          new MarkowitzModel(
              MatrixR064.FACTORY.copy(covariance),
              MatrixR064.FACTORY.column(scenarios.expectedReturns(s)));
      model.setRiskAversion(BigDecimal.ONE);
      model.setShortingAllowed(scenarios.lower() < 0);
      for (int i = 0; i < scenarios.size(); i++) {
        model.setLowerLimit(i, BigDecimal.valueOf(scenarios.lower()));
        model.setUpperLimit(i, BigDecimal.valueOf(scenarios.upper()));
      }
      List<BigDecimal> weights = model.getWeights();
      return weights.stream().mapToDouble(BigDecimal::doubleValue).toArray();
    }
  };

  private final String title;
  private final Consumer<Optimisation.Options> setting;

  /**
   * A way.
   *
   * @param setting what makes the solver's builder take it; null where no such builder is used
   */
  OjAlgo(String title, Consumer<Optimisation.Options> setting) {
    this.title = title;
    this.setting = setting;
  }

  /** The weights [n] of one scenario. */
  double[] solve(Constrained constrained, R064Store covariance, int s) {
    return direct(constrained, covariance, s, null);
  }

  /** Keeps the library to the calling thread. */
  public static void onOneThread() {
    OjAlgoUtils.limitThreadsTo(1);
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public PeerSolver on(Constrained constrained) {
    int n = constrained.scenarios().size();
    double[] matrix = constrained.scenarios().covariance();
    R064Store covariance = R064Store.FACTORY.make(n, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        covariance.set(i, j, matrix[i * n + j]);
      }
    }
    OjAlgo way = this;
    return new PeerSolver() {
      @Override
      public double[] solve(int s) {
        return way.solve(constrained, covariance, s);
      }

      @Override
      public boolean startable() {
        return setting != null;
      }

      @Override
      public double[] solve(int s, double[] start) {
        return direct(constrained, covariance, s, start);
      }
    };
  }

  private static double[] equalWeights(Constrained constrained) {
    double[] equal = new double[constrained.scenarios().size()];
    Arrays.fill(equal, 1.0 / equal.length);
    return equal;
  }

  double[] direct(Constrained constrained, R064Store covariance, int s, double[] start) {
    Optimisation.Options options = new Optimisation.Options();
    setting.accept(options);
    ConvexSolver solver = builder(constrained, covariance, s).build(options);
    return (start == null
            ? solver.solve()
            : solver.solve(Optimisation.Result.of(0, Optimisation.State.FEASIBLE, start)))
        .toRawCopy1D();
  }

  private static ConvexSolver.Builder builder(
      Constrained constrained, R064Store covariance, int s) {
    Scenarios scenarios = constrained.scenarios();
    int n = scenarios.size();
    ConvexSolver.Builder builder = ConvexSolver.newBuilder(n);
    builder.objective(covariance, R064Store.FACTORY.column(scenarios.expectedReturns(s)));
    var budget = builder.equality(1.0);
    for (int i = 0; i < n; i++) {
      budget.set(i, 1.0);
      builder.inequality(scenarios.upper()).set(i, 1.0);
      builder.inequality(-scenarios.lower()).set(i, -1.0);
    }
    Certificate.Terms terms = constrained.terms(s);
    for (int r = 0; r < terms.rows().length; r++) {
      var lower = builder.inequality(-terms.rowLower()[r]);
      for (int i = 0; i < n; i++) {
        lower.set(i, -terms.rows()[r][i]);
      }
      if (terms.rowUpper()[r] < Double.POSITIVE_INFINITY) {
        var upper = builder.inequality(terms.rowUpper()[r]);
        for (int i = 0; i < n; i++) {
          upper.set(i, terms.rows()[r][i]);
        }
      }
    }
    return builder;
  }

  private static double[] model(
      Constrained constrained, R064Store covariance, int s, ConvexSolver.Algorithm algorithm) {
    ExpressionsBasedModel model = new ExpressionsBasedModel();
    if (algorithm != null) {
      model.options.convex().algorithm(algorithm);
    }
    Scenarios scenarios = constrained.scenarios();
    double[] expectedReturns = scenarios.expectedReturns(s);
    for (int i = 0; i < scenarios.size(); i++) {
      model
          .newVariable("asset " + i)
          .lower(scenarios.lower())
          .upper(scenarios.upper())
          .weight(-expectedReturns[i]);
    }
    Expression budget = model.newExpression("budget");
    budget.setLinearFactorsSimple(model.getVariables());
    budget.level(1);
    Certificate.Terms terms = constrained.terms(s);
    for (int r = 0; r < terms.rows().length; r++) {
      Expression row = model.newExpression("row " + r).lower(terms.rowLower()[r]);
      if (terms.rowUpper()[r] < Double.POSITIVE_INFINITY) {
        row.upper(terms.rowUpper()[r]);
      }
      for (int i = 0; i < scenarios.size(); i++) {
        row.set(i, terms.rows()[r][i]);
      }
    }
    Expression variance = model.newExpression("variance");
    variance.setQuadraticFactors(model.getVariables(), covariance);
    variance.weight(0.5);
    return model.minimise().toRawCopy1D();
  }
}
