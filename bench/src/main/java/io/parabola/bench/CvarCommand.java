package io.parabola.bench;

import io.parabola.Covariance;
import io.parabola.DownsideProblem;
import io.parabola.DownsideRisk;
import io.parabola.DownsideSolution;
import io.parabola.Engine;
import io.parabola.Matrix;
import io.parabola.Problem;
import io.parabola.SampleCovariance;
import io.parabola.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Variable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The least CVaR over scenarios: beside a linear program's solver. */
@Command(
    name = CvarCommand.NAME,
    description = "Portfolios of least CVaR at 95 %, long only, over scenarios of returns.")
final class CvarCommand implements Runnable {
  static final String NAME = "cvar";
  static final String OURS = "Parabola";
  static final String LINEAR_PROGRAM = "ojAlgo, linear program";
  private static final double CONFIDENCE = 0.95;

  /** Assets and scenarios. */
  private static final int[][] SIZES = {{20, 250}, {50, 500}, {50, 2000}, {400, 10_000}};

  /** Beyond so many numbers the linear program takes minutes, then hours. */
  private static final long MOST_OF_LINEAR_PROGRAM = 120_000;

  @Mixin private ProblemOptions problems;
  @Mixin private OutputOptions output;

  @Override
  public void run() {
    try (Engine engine = Engine.create("cpu")) {
      Machine machine = Machine.describe(engine.describe());
      List<ResultFile.Group> groups = new ArrayList<>();
      for (int[] size : SIZES) {
        try (Matrix returns = returns(size[0], size[1])) {
          List<Race.Entry> entries = new ArrayList<>();
          Ours ours = new Ours(engine, returns);
          entries.add(new Race.Entry(ours, 1e-6, 8));
          if ((long) size[0] * size[1] <= MOST_OF_LINEAR_PROGRAM) {
            entries.add(new Race.Entry(new LinearProgram(returns, ours), 1e-6, 20));
          }
          List<Measurement> measured = new Race(7, 3).run(entries);
          OutputOptions.print(size[1] + " scenarios", size[0], measured);
          groups.add(new ResultFile.Group(size[1] + " scenarios", size[0], measured));
        }
      }
      output.write(new ResultFile(NAME, problems.describe(), machine, groups));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Student-t with ten factors, a day. */
  private Matrix returns(int n, int scenarios) {
    Random random = new Random(problems.seed);
    int k = 10;
    double[][] exposures = new double[n][k];
    for (double[] row : exposures) {
      for (int f = 0; f < k; f++) {
        row[f] = (f == 0 ? 0.015 : 0.005) * random.nextGaussian();
      }
      row[0] = Math.abs(row[0]) + 0.005;
    }
    Matrix returns = Matrix.allocate(scenarios, n);
    double[] row = new double[n];
    for (int s = 0; s < scenarios; s++) {
      double chi = 0;
      for (int j = 0; j < 4; j++) {
        chi += Math.pow(random.nextGaussian(), 2);
      }
      double tail = Math.sqrt(2 / chi);
      double[] factors = new double[k];
      for (int f = 0; f < k; f++) {
        factors[f] = tail * random.nextGaussian();
      }
      for (int i = 0; i < n; i++) {
        row[i] = 5e-4 + 0.02 * tail * random.nextGaussian();
        for (int f = 0; f < k; f++) {
          row[i] += exposures[i][f] * factors[f];
        }
      }
      returns.setRow(s, row);
    }
    return returns;
  }

  /** The mean of the worst 5 %, by sorting. */
  private static double cvar(Matrix returns, double[] w) {
    int scenarios = Math.toIntExact(returns.rows());
    double[] losses = new double[scenarios];
    double[] row = new double[w.length];
    for (int s = 0; s < scenarios; s++) {
      returns.getRow(s, row);
      for (int i = 0; i < w.length; i++) {
        losses[s] -= row[i] * w[i];
      }
    }
    Arrays.sort(losses);
    double left = (1 - CONFIDENCE) * scenarios;
    double sum = 0;
    for (int s = scenarios - 1; left > 0 && s >= 0; s--) {
      double part = Math.min(1, left);
      sum += part * losses[s];
      left -= part;
    }
    return sum / ((1 - CONFIDENCE) * scenarios);
  }

  private static double violation(double[] w) {
    double violation = Math.abs(Arrays.stream(w).sum() - 1);
    for (double weight : w) {
      violation = Math.max(violation, -weight);
    }
    return violation;
  }

  /** From the scenarios: moments, problem and all. */
  private static final class Ours extends Contestant {
    private final Engine engine;
    private final Matrix returns;
    private DownsideSolution solution;

    Ours(Engine engine, Matrix returns) {
      super(OURS, 1, true);
      this.engine = engine;
      this.returns = returns;
    }

    @Override
    void solve(int first, int number) {
      SampleCovariance sample = SampleCovariance.estimate(returns);
      Covariance covariance = sample.covariance();
      Problem problem =
          Problem.builder(covariance)
              .expectedReturns(sample.mean())
              .minimumVariance()
              .upper(1)
              .build();
      solution = engine.solve(DownsideProblem.of(problem, returns, DownsideRisk.cvar(CONFIDENCE)));
    }

    /**
     * What no portfolio is below: a bound from the data, which the other answers have to respect.
     */
    double bound() {
      return solution.objective() - solution.gap();
    }

    @Override
    Certificate certificate(int s) {
      double[] w = solution.weights();
      if (solution.status() != Status.SOLVED) {
        return new Certificate(Double.NaN, Double.NaN);
      }
      return new Certificate((cvar(returns, w) - bound()) / Math.abs(bound()), violation(w));
    }

    @Override
    String note() {
      return solution.scenariosUsed() + " scenarios in the last round";
    }
  }

  /** Rockafellar and Uryasev's linear program, at the solver's default accuracy. */
  private static final class LinearProgram extends Contestant {
    private final Matrix returns;
    private final Ours ours;
    private double[] weights;

    LinearProgram(Matrix returns, Ours ours) {
      super(LINEAR_PROGRAM, 1, true);
      this.returns = returns;
      this.ours = ours;
    }

    @Override
    void solve(int first, int number) {
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
            model.newVariable("z" + s).lower(0).weight(1 / ((1 - CONFIDENCE) * scenarios));
        Expression loss = model.newExpression("loss" + s).lower(0).set(beyond, 1).set(alpha, 1);
        for (int i = 0; i < n; i++) {
          loss.set(w[i], row[i]);
        }
      }
      model.minimise();
      weights = Arrays.stream(w).mapToDouble(v -> v.getValue().doubleValue()).toArray();
    }

    @Override
    Certificate certificate(int s) {
      double gap = (cvar(returns, weights) - ours.bound()) / Math.abs(ours.bound());
      return new Certificate(Math.abs(gap), violation(weights));
    }
  }
}
