package io.parabola.bench;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.ojalgo.OjAlgoUtils;
import org.ojalgo.data.domain.finance.portfolio.MarkowitzModel;
import org.ojalgo.matrix.MatrixR064;
import org.ojalgo.matrix.store.R064Store;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.convex.ConvexSolver;

/** ojAlgo's ways to solve a portfolio, each on one thread and at its default accuracy. */
enum OjAlgo {
  ADMM("ojAlgo ADMM") {
    @Override
    double[] solve(Scenarios scenarios, R064Store covariance, int s) {
      Optimisation.Options options = new Optimisation.Options();
      // The switch by which the builder hands out the operator splitting solver.
      options.experimental = true;
      return direct(scenarios, covariance, s, options);
    }
  },
  ACTIVE_SET("ojAlgo active set") {
    @Override
    double[] solve(Scenarios scenarios, R064Store covariance, int s) {
      Optimisation.Options options = new Optimisation.Options();
      options.sparse = false;
      return direct(scenarios, covariance, s, options);
    }
  },
  ACTIVE_SET_ITERATIVE("ojAlgo active set, iterative") {
    @Override
    double[] solve(Scenarios scenarios, R064Store covariance, int s) {
      Optimisation.Options options = new Optimisation.Options();
      options.sparse = true;
      return direct(scenarios, covariance, s, options);
    }
  },
  /** Equal weights are feasible, which saves it the search for a first feasible point. */
  ACTIVE_SET_STARTED("ojAlgo active set, from equal weights") {
    @Override
    double[] solve(Scenarios scenarios, R064Store covariance, int s) {
      Optimisation.Options options = new Optimisation.Options();
      options.sparse = false;
      return directStarted(scenarios, covariance, s, options);
    }
  },
  ITERATIVE_STARTED("ojAlgo active set, iterative, from equal weights") {
    @Override
    double[] solve(Scenarios scenarios, R064Store covariance, int s) {
      Optimisation.Options options = new Optimisation.Options();
      options.sparse = true;
      return directStarted(scenarios, covariance, s, options);
    }
  },
  MODEL("ojAlgo model, its own choice") {
    @Override
    double[] solve(Scenarios scenarios, R064Store covariance, int s) {
      return model(scenarios, covariance, s, null);
    }
  },
  MODEL_ADMM("ojAlgo model, ADMM") {
    @Override
    double[] solve(Scenarios scenarios, R064Store covariance, int s) {
      return model(scenarios, covariance, s, ConvexSolver.Algorithm.ADMM);
    }
  },
  MARKOWITZ("ojAlgo MarkowitzModel") {
    @Override
    double[] solve(Scenarios scenarios, R064Store covariance, int s) {
      MarkowitzModel model =
          new MarkowitzModel(
              MatrixR064.FACTORY.copy(covariance),
              MatrixR064.FACTORY.column(scenarios.expectedReturns(s)));
      model.setRiskAversion(BigDecimal.ONE);
      for (int i = 0; i < scenarios.size(); i++) {
        model.setLowerLimit(i, BigDecimal.valueOf(scenarios.lower()));
        model.setUpperLimit(i, BigDecimal.valueOf(scenarios.upper()));
      }
      List<BigDecimal> weights = model.getWeights();
      return weights.stream().mapToDouble(BigDecimal::doubleValue).toArray();
    }
  };

  private final String title;

  OjAlgo(String title) {
    this.title = title;
  }

  /** The weights [n] of one scenario. */
  abstract double[] solve(Scenarios scenarios, R064Store covariance, int s);

  static void onOneThread() {
    OjAlgoUtils.limitThreadsTo(1);
  }

  static String version() {
    return OjAlgoUtils.getVersion();
  }

  String title() {
    return title;
  }

  Contestant on(Scenarios scenarios) {
    int n = scenarios.size();
    R064Store covariance = R064Store.FACTORY.make(n, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        covariance.set(i, j, scenarios.covariance()[i * n + j]);
      }
    }
    double[][] weights = new double[scenarios.count()][];
    OjAlgo solver = this;
    return new Contestant() {
      @Override
      public String name() {
        return title;
      }

      @Override
      public Scenarios scenarios() {
        return scenarios;
      }

      @Override
      public boolean divisible() {
        return true;
      }

      @Override
      public void solve(int first, int count) {
        for (int s = first; s < first + count; s++) {
          weights[s] = solver.solve(scenarios, covariance, s);
        }
      }

      @Override
      public double[] weights(int s) {
        return weights[s];
      }
    };
  }

  private static double[] direct(
      Scenarios scenarios, R064Store covariance, int s, Optimisation.Options options) {
    return builder(scenarios, covariance, s).build(options).solve().toRawCopy1D();
  }

  private static double[] directStarted(
      Scenarios scenarios, R064Store covariance, int s, Optimisation.Options options) {
    double[] equal = new double[scenarios.size()];
    Arrays.fill(equal, 1.0 / equal.length);
    Optimisation.Result start = Optimisation.Result.of(0, Optimisation.State.FEASIBLE, equal);
    return builder(scenarios, covariance, s).build(options).solve(start).toRawCopy1D();
  }

  private static ConvexSolver.Builder builder(Scenarios scenarios, R064Store covariance, int s) {
    int n = scenarios.size();
    ConvexSolver.Builder builder = ConvexSolver.newBuilder(n);
    builder.objective(covariance, R064Store.FACTORY.column(scenarios.expectedReturns(s)));
    var budget = builder.equality(1.0);
    for (int i = 0; i < n; i++) {
      budget.set(i, 1.0);
      builder.inequality(scenarios.upper()).set(i, 1.0);
      builder.inequality(-scenarios.lower()).set(i, -1.0);
    }
    return builder;
  }

  private static double[] model(
      Scenarios scenarios, R064Store covariance, int s, ConvexSolver.Algorithm algorithm) {
    ExpressionsBasedModel model = new ExpressionsBasedModel();
    if (algorithm != null) {
      model.options.convex().algorithm(algorithm);
    }
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
    Expression variance = model.newExpression("variance");
    variance.setQuadraticFactors(model.getVariables(), covariance);
    variance.weight(0.5);
    return model.minimise().toRawCopy1D();
  }
}
