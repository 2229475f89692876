package io.parabola.bench.peers;

import com.google.ortools.Loader;
import com.google.ortools.linearsolver.MPConstraintProto;
import com.google.ortools.linearsolver.MPModelProto;
import com.google.ortools.linearsolver.MPModelRequest;
import com.google.ortools.linearsolver.MPQuadraticObjective;
import com.google.ortools.linearsolver.MPSolutionResponse;
import com.google.ortools.linearsolver.MPSolver;
import com.google.ortools.linearsolver.MPSolverResponseStatus;
import com.google.ortools.linearsolver.PartialVariableAssignment;
import io.parabola.bench.problems.Certificate;
import io.parabola.bench.problems.Constrained;
import io.parabola.bench.problems.DenseFactor;
import io.parabola.bench.problems.Risk;
import io.parabola.bench.problems.Scenarios;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * OR-tools' PDLP, the primal-dual hybrid gradient, which takes diagonal quadratic objectives. So
 * the variance goes in as Σ y², with a row for each y = R'w: R a Cholesky factor of Σ, or for a
 * factor model R = F Ω^½ and the specific variances beside it.
 */
public final class Pdlp implements Peer {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  @Override
  public String title() {
    return "OR-tools PDLP";
  }

  /** Its own relative and absolute tolerance is 1e-6. */
  @Override
  public PeerSolver on(Constrained constrained) {
    return new Solver(constrained, "num_threads: 1");
  }

  @Override
  public PeerSolver on(Constrained constrained, double tolerance) {
    return new Solver(constrained, parameters(tolerance));
  }

  /**
   * One thread and a tolerance, as the library reads them.
   *
   * @param tolerance relative and absolute
   */
  public static String parameters(double tolerance) {
    return String.format(
        Locale.ROOT,
        "num_threads: 1 termination_criteria { simple_optimality_criteria {"
            + " eps_optimal_absolute: %1$e eps_optimal_relative: %1$e } }",
        tolerance);
  }

  @Override
  public List<Double> tolerances() {
    return List.of(1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12);
  }

  private static final class Solver implements PeerSolver {
    private final Constrained constrained;
    private final String parameters;
    private final int n;
    private final double[] root; // R [n, k]
    private final int k;
    private final MPQuadraticObjective objective;

    Solver(Constrained constrained, String parameters) {
      Loader.loadNativeLibraries();
      this.constrained = constrained;
      this.parameters = parameters;
      this.n = constrained.scenarios().size();
      double[] specific = new double[n];
      if (constrained.scenarios().risk() instanceof Risk.Factors factors) {
        this.k = factors.count();
        this.root = factors.root();
        specific = factors.specificVariance();
      } else {
        this.k = n;
        this.root = DenseFactor.cholesky(constrained.scenarios().covariance(), n);
      }
      MPQuadraticObjective.Builder squares = MPQuadraticObjective.newBuilder();
      for (int i = 0; i < n; i++) {
        if (specific[i] > 0) {
          squares.addQvar1Index(i).addQvar2Index(i).addCoefficient(0.5 * specific[i]);
        }
      }
      for (int f = 0; f < k; f++) {
        squares.addQvar1Index(n + f).addQvar2Index(n + f).addCoefficient(0.5);
      }
      this.objective = squares.build();
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
      MPModelProto.Builder model = model(s);
      if (start != null) {
        model.setSolutionHint(hint(start));
      }
      MPModelRequest request =
          MPModelRequest.newBuilder()
              .setSolverType(MPModelRequest.SolverType.PDLP_LINEAR_PROGRAMMING)
              .setSolverSpecificParameters(parameters)
              .setModel(model)
              .build();
      MPSolutionResponse response = MPSolver.solveWithProto(request);
      double[] w = new double[n];
      if (response.getStatus() != MPSolverResponseStatus.MPSOLVER_OPTIMAL) {
        Arrays.fill(w, Double.NaN);
        return w;
      }
      for (int i = 0; i < n; i++) {
        w[i] = response.getVariableValue(i);
      }
      return w;
    }

    private MPModelProto.Builder model(int s) {
      Scenarios scenarios = constrained.scenarios();
      double[] expectedReturns = scenarios.expectedReturns(s);
      MPModelProto.Builder model = MPModelProto.newBuilder();
      MPConstraintProto.Builder budget = model.addConstraintBuilder();
      budget.setLowerBound(1).setUpperBound(1);
      for (int i = 0; i < n; i++) {
        model
            .addVariableBuilder()
            .setLowerBound(scenarios.lower())
            .setUpperBound(scenarios.upper())
            .setObjectiveCoefficient(-expectedReturns[i]);
        budget.addVarIndex(i).addCoefficient(1);
      }
      for (int f = 0; f < k; f++) {
        model.addVariableBuilder().setLowerBound(-INFINITY).setUpperBound(INFINITY);
        MPConstraintProto.Builder row = model.addConstraintBuilder();
        row.setLowerBound(0).setUpperBound(0);
        for (int i = 0; i < n; i++) {
          double coefficient = root[i * k + f];
          if (coefficient != 0) {
            row.addVarIndex(i).addCoefficient(coefficient);
          }
        }
        row.addVarIndex(n + f).addCoefficient(-1);
      }
      Certificate.Terms terms = constrained.terms(s);
      for (int r = 0; r < terms.rows().length; r++) {
        MPConstraintProto.Builder row = model.addConstraintBuilder();
        row.setLowerBound(terms.rowLower()[r]).setUpperBound(terms.rowUpper()[r]);
        for (int i = 0; i < n; i++) {
          row.addVarIndex(i).addCoefficient(terms.rows()[r][i]);
        }
      }
      return model.setQuadraticObjective(objective);
    }

    private PartialVariableAssignment hint(double[] start) {
      PartialVariableAssignment.Builder hint = PartialVariableAssignment.newBuilder();
      for (int i = 0; i < n; i++) {
        hint.addVarIndex(i).addVarValue(start[i]);
      }
      for (int f = 0; f < k; f++) {
        double y = 0;
        for (int i = 0; i < n; i++) {
          y += root[i * k + f] * start[i];
        }
        hint.addVarIndex(n + f).addVarValue(y);
      }
      return hint.build();
    }
  }
}
