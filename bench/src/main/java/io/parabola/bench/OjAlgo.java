package io.parabola.bench;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
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
    double[] solve(Constrained constrained, R064Store covariance, int s) {
      Optimisation.Options options = new Optimisation.Options();
      // The switch by which the builder hands out the operator splitting solver.
      options.experimental = true;
      return direct(constrained, covariance, s, options);
    }
  },
  ACTIVE_SET("ojAlgo active set") {
    @Override
    double[] solve(Constrained constrained, R064Store covariance, int s) {
      Optimisation.Options options = new Optimisation.Options();
      options.sparse = false;
      return direct(constrained, covariance, s, options);
    }
  },
  ACTIVE_SET_ITERATIVE("ojAlgo active set, iterative") {
    @Override
    double[] solve(Constrained constrained, R064Store covariance, int s) {
      Optimisation.Options options = new Optimisation.Options();
      options.sparse = true;
      return direct(constrained, covariance, s, options);
    }
  },
  /** Equal weights are feasible, which saves it the search for a first feasible point. */
  ACTIVE_SET_STARTED("ojAlgo active set, from equal weights") {
    @Override
    double[] solve(Constrained constrained, R064Store covariance, int s) {
      Optimisation.Options options = new Optimisation.Options();
      options.sparse = false;
      return directStarted(constrained, covariance, s, options);
    }
  },
  ITERATIVE_STARTED("ojAlgo active set, iterative, from equal weights") {
    @Override
    double[] solve(Constrained constrained, R064Store covariance, int s) {
      Optimisation.Options options = new Optimisation.Options();
      options.sparse = true;
      return directStarted(constrained, covariance, s, options);
    }
  },
  MODEL("ojAlgo model, its own choice") {
    @Override
    double[] solve(Constrained constrained, R064Store covariance, int s) {
      return model(constrained, covariance, s, null);
    }
  },
  MODEL_ADMM("ojAlgo model, ADMM") {
    @Override
    double[] solve(Constrained constrained, R064Store covariance, int s) {
      return model(constrained, covariance, s, ConvexSolver.Algorithm.ADMM);
    }
  },
  MARKOWITZ("ojAlgo MarkowitzModel") {
    @Override
    double[] solve(Constrained constrained, R064Store covariance, int s) {
      Scenarios scenarios = constrained.scenarios();
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
  abstract double[] solve(Constrained constrained, R064Store covariance, int s);

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
    return on(Constrained.plain(scenarios), s -> Multipliers.NONE);
  }

  /**
   * On scenarios with rows and nothing else beside box and budget.
   *
   * @param multipliers that prove how good its answers are: it offers none itself
   */
  Contestant on(Constrained constrained, IntFunction<Multipliers> multipliers) {
    Scenarios scenarios = constrained.scenarios();
    int n = scenarios.size();
    double[] matrix = scenarios.covariance();
    R064Store covariance = R064Store.FACTORY.make(n, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        covariance.set(i, j, matrix[i * n + j]);
      }
    }
    double[][] weights = new double[scenarios.count()][];
    OjAlgo solver = this;
    return new Contestant(title, scenarios.count(), true) {
      @Override
      void solve(int first, int number) {
        for (int s = first; s < first + number; s++) {
          weights[s] = solver.solve(constrained, covariance, s);
        }
      }

      @Override
      Certificate certificate(int s) {
        return constrained.certificate(s, weights[s], multipliers.apply(s));
      }
    };
  }

  private static double[] direct(
      Constrained constrained, R064Store covariance, int s, Optimisation.Options options) {
    return builder(constrained, covariance, s).build(options).solve().toRawCopy1D();
  }

  private static double[] directStarted(
      Constrained constrained, R064Store covariance, int s, Optimisation.Options options) {
    double[] equal = new double[constrained.scenarios().size()];
    Arrays.fill(equal, 1.0 / equal.length);
    Optimisation.Result start = Optimisation.Result.of(0, Optimisation.State.FEASIBLE, equal);
    return builder(constrained, covariance, s).build(options).solve(start).toRawCopy1D();
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
