package io.parabola.cli;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Matrix;
import io.parabola.Problem;
import io.parabola.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "batch",
    description =
        "Solves a portfolio for each row of expected returns and writes"
            + " scenario,status,objective,gap and its weights.",
    sortOptions = false)
final class BatchCommand implements Callable<Integer> {
  @Mixin private ProblemOptions problemOptions;

  @Option(
      names = "--means",
      paramLabel = "M.csv",
      required = true,
      description =
          "A header of assets, and a row of expected returns per period for each scenario.")
  private Path means;

  @Option(
      names = "--risk-aversion",
      paramLabel = "G",
      required = true,
      description = "Minimise 1/2*G*variance - expected return, per period.")
  private double riskAversion;

  @Option(
      names = "--out",
      paramLabel = "W.csv",
      description = "Where the portfolios go. Default: standard output.")
  private Path out;

  @Option(names = "--json", description = "Print a summary as JSON to standard output.")
  private boolean json;

  @Mixin private EngineOptions engineOptions;

  private final Console console;

  BatchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    ProblemOptions.requireRiskAversion(riskAversion);
    Covariance sigma = problemOptions.readCovariance();
    List<String> assets = sigma.assets();
    NumberTable table = NumberTable.unlabelled(means, NumberTable.Values.GAPS);
    int[] order = table.columnsOf(assets, problemOptions.covarianceFile().toString());
    Problem problem = problemOptions.problem(sigma).riskAversion(riskAversion).build();
    try (Matrix mu = Matrix.allocate(table.rows(), assets.size());
        Engine engine = engineOptions.create();
        TableOutput output = new TableOutput(console, out, json)) {
      double[] row = new double[assets.size()];
      for (int s = 0; s < table.rows(); s++) {
        for (int i = 0; i < row.length; i++) {
          row[i] = table.get(s, order[i]);
        }
        mu.setRow(s, row);
      }
      Batch batch = Batch.builder(problem, table.rows()).expectedReturns(mu).build();
      try (BatchSolution solution = BatchTable.solve(engine, batch, console)) {
        // The bounds and the budget are the same in all scenarios, so one that is infeasible says
        // it for all.
        for (Status hopeless : List.of(Status.INFEASIBLE, Status.UNBOUNDED)) {
          if (solution.count(hopeless) == solution.scenarios()) {
            throw Failure.of(hopeless, solution.message(0));
          }
        }
        BatchTable.write(output.table(), assets, solution, null, console);
        output.finish(BatchTable.sentence(solution), j -> BatchTable.summary(j, solution));
        return statusOf(solution, table, order);
      }
    }
  }

  /**
   * Scenarios that could not be solved are in the output with their status; the first is explained
   * here.
   */
  private int statusOf(BatchSolution solution, NumberTable table, int[] order) {
    if (solution.allSolved()) {
      return 0;
    }
    int first = 0;
    while (solution.status(first) == Status.SOLVED) {
      first++;
    }
    String explanation = solution.message(first);
    for (int i = 0; i < order.length; i++) {
      if (Double.isNaN(table.get(first, order[i]))) {
        explanation = table.place(first, order[i]) + "NaN is not a finite number";
        break;
      }
    }
    long failed = solution.scenarios() - solution.count(Status.SOLVED);
    console
        .err()
        .println(
            String.format(
                "parabola: %s (scenario %d is %s; %,d of %,d scenarios are not solved)",
                explanation, first, solution.status(first), failed, solution.scenarios()));
    return Failure.of(solution.status(first), "").exitStatus();
  }
}
