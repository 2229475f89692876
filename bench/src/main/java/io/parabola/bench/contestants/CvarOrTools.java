package io.parabola.bench.contestants;

import com.google.ortools.Loader;
import com.google.ortools.linearsolver.MPConstraintProto;
import com.google.ortools.linearsolver.MPModelProto;
import com.google.ortools.linearsolver.MPModelRequest;
import com.google.ortools.linearsolver.MPSolutionResponse;
import com.google.ortools.linearsolver.MPSolver;
import io.parabola.Matrix;
import io.parabola.bench.peers.Pdlp;
import io.parabola.bench.problems.Certificate;
import io.parabola.bench.problems.TailProblem;

/** Rockafellar and Uryasev's linear program in OR-tools' hands, on one thread. */
public final class CvarOrTools extends Contestant {
  private final Matrix returns;
  private final LeastCvar ours;
  private final MPModelRequest.SolverType solver;
  private final String parameters;
  private double[] weights;

  private CvarOrTools(
      String name,
      Matrix returns,
      LeastCvar ours,
      MPModelRequest.SolverType solver,
      String parameters) {
    super(name, 1, true);
    Loader.loadNativeLibraries();
    this.returns = returns;
    this.ours = ours;
    this.solver = solver;
    this.parameters = parameters;
  }

  /** Its simplex, at its default accuracy. */
  public static Contestant glop(Matrix returns, LeastCvar ours) {
    return new CvarOrTools(
        "OR-tools GLOP", returns, ours, MPModelRequest.SolverType.GLOP_LINEAR_PROGRAMMING, "");
  }

  /**
   * Its first-order method, at the loosest tolerance that is certified.
   *
   * @param accuracy the gap and violation that the answer may have
   * @throws IllegalStateException if none will do
   */
  public static Contestant pdlp(Matrix returns, LeastCvar ours, double accuracy) {
    Certificate best = null;
    for (double tolerance = 1e-4; tolerance > 1e-12; tolerance /= 10) {
      Contestant tuned =
          new CvarOrTools(
              "OR-tools PDLP",
              returns,
              ours,
              MPModelRequest.SolverType.PDLP_LINEAR_PROGRAMMING,
              Pdlp.parameters(tolerance));
      tuned.solve(0, 1);
      best = tuned.certificate(0);
      if (best.within(accuracy)) {
        return tuned;
      }
    }
    throw new IllegalStateException("OR-tools PDLP: no tolerance is certified; " + best);
  }

  @Override
  public void solve(int first, int number) {
    int n = returns.columns();
    int scenarios = Math.toIntExact(returns.rows());
    MPModelProto.Builder model = MPModelProto.newBuilder();
    MPConstraintProto.Builder budget = model.addConstraintBuilder();
    budget.setLowerBound(1).setUpperBound(1);
    for (int i = 0; i < n; i++) {
      model.addVariableBuilder().setLowerBound(0).setUpperBound(1);
      budget.addVarIndex(i).addCoefficient(1);
    }
    double infinity = Double.POSITIVE_INFINITY;
    model
        .addVariableBuilder()
        .setLowerBound(-infinity)
        .setUpperBound(infinity)
        .setObjectiveCoefficient(1);
    double[] row = new double[n];
    for (int s = 0; s < scenarios; s++) {
      model
          .addVariableBuilder()
          .setLowerBound(0)
          .setUpperBound(infinity)
          .setObjectiveCoefficient(1 / ((1 - TailProblem.CONFIDENCE) * scenarios));
      MPConstraintProto.Builder loss = model.addConstraintBuilder();
      loss.setLowerBound(0).setUpperBound(infinity);
      returns.getRow(s, row);
      for (int i = 0; i < n; i++) {
        loss.addVarIndex(i).addCoefficient(row[i]);
      }
      loss.addVarIndex(n).addCoefficient(1);
      loss.addVarIndex(n + 1 + s).addCoefficient(1);
    }
    MPSolutionResponse response =
        MPSolver.solveWithProto(
            MPModelRequest.newBuilder()
                .setSolverType(solver)
                .setSolverSpecificParameters(parameters)
                .setModel(model)
                .build());
    weights = new double[n];
    for (int i = 0; i < n; i++) {
      weights[i] = response.getVariableValueCount() > i ? response.getVariableValue(i) : Double.NaN;
    }
  }

  @Override
  public Certificate certificate(int s) {
    return new Certificate(
        ours.relativeGap(TailProblem.cvar(returns, weights)), TailProblem.violation(weights));
  }
}
