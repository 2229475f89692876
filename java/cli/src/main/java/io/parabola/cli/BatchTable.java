package io.parabola.cli;

import io.parabola.Batch;
import io.parabola.BatchSolution;
import io.parabola.Engine;
import io.parabola.SolveOptions;
import io.parabola.Status;
import io.parabola.cli.files.Console;
import io.parabola.cli.files.CsvText;
import io.parabola.cli.files.Failure;
import io.parabola.cli.files.JsonText;
import io.parabola.cli.files.Numbers;
import io.parabola.cli.files.ProgressLine;
import java.util.List;
import java.util.function.IntFunction;

/** The solution of a batch as a table and as a summary, the same wherever a command writes one. */
final class BatchTable {
  private BatchTable() {}

  /** Solves under a progress bar. */
  static BatchSolution solve(Engine engine, Batch batch, Console console) {
    try (ProgressLine progress = ProgressLine.of(console, "solving", batch.scenarios())) {
      return engine.solve(batch, SolveOptions.defaults().withProgress(progress));
    }
  }

  /**
   * Writes scenario,status,objective,gap and the weights. Scenarios count from 0; the gap is in the
   * unit of the objective.
   *
   * @param csv where to
   * @param regime the last column, of that name; null for none
   */
  static void write(
      CsvText csv,
      List<String> assets,
      BatchSolution solution,
      IntFunction<String> regime,
      Console console) {
    csv.put("scenario").put("status").put("objective").put("gap").put(assets);
    if (regime != null) {
      csv.put("regime");
    }
    csv.endLine();
    double[] weights = new double[assets.size()];
    int scenarios = solution.scenarios();
    try (ProgressLine progress = ProgressLine.of(console, "writing", scenarios)) {
      for (int s = 0; s < scenarios; s++) {
        solution.weights(s, weights);
        csv.put(s).put(solution.status(s).name());
        csv.put(solution.objective(s)).put(solution.gap(s)).put(weights);
        if (regime != null) {
          csv.put(regime.apply(s));
        }
        csv.endLine();
        progress.update(s + 1, scenarios);
      }
    }
  }

  /**
   * The failure that the first scenario which is not solved stands for; null if all are.
   *
   * @param explanation of a scenario
   */
  static Failure failure(BatchSolution solution, IntFunction<String> explanation) {
    for (int s = 0; s < solution.scenarios(); s++) {
      Status status = solution.status(s);
      if (status != Status.SOLVED) {
        return Failure.of(
            status,
            String.format(
                "%s (scenario %d is %s; %,d of %s not solved)",
                explanation.apply(s),
                s,
                status,
                solution.scenarios() - solution.count(Status.SOLVED),
                Numbers.count(solution.scenarios(), "scenario")));
      }
    }
    return null;
  }

  static String sentence(BatchSolution solution) {
    long solved = solution.count(Status.SOLVED);
    return String.format(
        "%,d of %s solved by engine %s in %s%s",
        solved,
        Numbers.count(solution.scenarios(), "scenario"),
        solution.engine(),
        Numbers.seconds(solution.seconds()),
        solved == 0 ? "" : ", worst relative gap " + Numbers.brief(solution.worstRelativeGap()));
  }

  static void summary(JsonText json, BatchSolution solution) {
    json.put("engine", solution.engine());
    json.put("scenarios", solution.scenarios());
    json.object(
        "status",
        j -> {
          for (Status status : Status.values()) {
            j.put(status.name(), solution.count(status));
          }
        });
    json.put("worst_relative_gap", solution.worstRelativeGap());
    json.put("seconds", solution.seconds());
  }
}
