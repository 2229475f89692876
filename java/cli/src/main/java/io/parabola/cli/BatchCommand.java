package io.parabola.cli;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Matrix;
import io.parabola.Problem;
import io.parabola.cli.files.Console;
import io.parabola.cli.files.NumberTable;
import io.parabola.cli.files.Numbers;
import io.parabola.cli.options.ConstraintOptions;
import io.parabola.cli.options.EngineOptions;
import io.parabola.cli.options.ProblemOptions;
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
            + " scenario,status,objective,gap and its weights. A scenario that cannot be solved"
            + " keeps its row, with its status and NaN for weights, and the others are solved.",
    footer = {
      "",
      "Exit status: 0 when all are solved, otherwise that of the first scenario that is not: 2",
      "INVALID or UNBOUNDED, 3 INFEASIBLE, 1 INACCURATE. The portfolios are written all the same."
    },
    sortOptions = false)
final class BatchCommand implements Callable<Integer> {
  @Mixin private ProblemOptions problemOptions;

  @Mixin private ConstraintOptions constraintOptions;

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
      description =
          "Where the portfolios go; the summary is then on standard output. Default: the portfolios"
              + " to standard output, the summary to standard error.")
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
    NumberTable table = NumberTable.unlabelled(means, NumberTable.Values.SCENARIOS);
    int[] order = table.columnsOf(assets, problemOptions.covarianceFile().toString());
    Problem.Builder builder = problemOptions.problem(sigma).riskAversion(riskAversion);
    constraintOptions.apply(builder, assets, problemOptions.covarianceFile().toString());
    Problem problem = builder.build();
    constraintOptions.note(problem, console.err());
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
        BatchTable.write(output.table(), assets, solution, null, console);
        output.finish(
            BatchTable.sentence(solution),
            j -> BatchTable.summary(j, solution),
            BatchTable.failure(solution, s -> explain(solution, s, table, order)));
      }
    }
    return 0;
  }

  /** A number that cannot be used has a place in the file; what else is wrong the engine says. */
  private static String explain(BatchSolution solution, int s, NumberTable table, int[] order) {
    for (int column : order) {
      if (table.isEmpty(s, column)) {
        return table.place(s, column) + "the value is missing";
      }
      if (!Double.isFinite(table.get(s, column))) {
        return table.place(s, column)
            + Numbers.exact(table.get(s, column))
            + " is not a finite number";
      }
    }
    return solution.message(s);
  }
}
