package io.parabola.cli.options;

import io.parabola.InvalidInputException;
import io.parabola.LinearConstraints;
import io.parabola.Problem;
import io.parabola.TransactionCosts;
import io.parabola.cli.files.Failure;
import io.parabola.cli.files.NumberTable;
import io.parabola.cli.files.Numbers;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Option;

/** What may limit a portfolio beside its bounds and its budget, and what trading costs. */
public final class ConstraintOptions {
  private static final List<String> LIMITS = List.of("lower", "upper");

  @Option(
      names = "--rows",
      paramLabel = "rows.csv",
      description =
          "Linear constraints, name,lower,upper,A,B,...: lower <= A*w_A + B*w_B + ... <= upper. An"
              + " empty limit is none.")
  private Path rows;

  @Option(
      names = "--current",
      paramLabel = "w0.csv",
      description =
          "The weights held now, asset,weight: what turnover and costs are measured from.")
  private Path current;

  @Option(
      names = "--max-turnover",
      paramLabel = "T",
      description = "The most that is bought and sold together. Needs --current.")
  private Double maximumTurnover;

  @Option(
      names = "--max-gross",
      paramLabel = "L",
      description = "The most that is held long and short together.")
  private Double maximumGross;

  @Option(
      names = "--cost-rate",
      paramLabel = "C",
      description = "What a unit bought or sold costs, such as 0.001. Needs --current.")
  private Double costRate;

  @Option(
      names = "--benchmark",
      paramLabel = "b.csv",
      description = "The portfolio that risk is measured against, asset,weight.")
  private Path benchmark;

  /** Whether none of them is given. */
  public boolean isEmpty() {
    return rows == null
        && current == null
        && maximumTurnover == null
        && maximumGross == null
        && costRate == null
        && benchmark == null;
  }

  /**
   * Puts them into a problem.
   *
   * @param source the file that names the assets, for messages
   */
  public void apply(Problem.Builder builder, List<String> assets, String source) {
    if (rows != null) {
      builder.constraints(readRows(assets, source));
    }
    if (current != null) {
      builder.currentWeights(readWeights(current, assets, source));
    }
    if (maximumTurnover != null) {
      requireCurrent("--max-turnover");
      builder.maximumTurnover(requireLimit("--max-turnover", maximumTurnover));
    }
    if (maximumGross != null) {
      builder.maximumGrossExposure(requireLimit("--max-gross", maximumGross));
    }
    if (costRate != null) {
      requireCurrent("--cost-rate");
      requireLimit("--cost-rate", ProblemOptions.requireFinite("--cost-rate", costRate));
      builder.transactionCosts(TransactionCosts.builder().linear(costRate).build());
    }
    if (benchmark != null) {
      builder.benchmark(readWeights(benchmark, assets, source));
    }
  }

  /**
   * Notes weights held now that are far from the budget, such as per cent. Where nothing is held,
   * all is to be bought, and nothing is odd.
   */
  public void note(Problem problem, PrintStream err) {
    if (current == null || !(problem.budget() > 0)) {
      return;
    }
    double sum = Arrays.stream(problem.currentWeights()).sum();
    if (sum != 0 && (sum < problem.budget() / 2 || sum > 2 * problem.budget())) {
      err.println(
          "note: "
              + current
              + ": the weights held now sum to "
              + Numbers.brief(sum)
              + ", but the budget is "
              + Numbers.brief(problem.budget()));
    }
  }

  private void requireCurrent(String option) {
    if (current == null) {
      throw Failure.input(option + ": needs --current, the weights that are traded away from");
    }
  }

  private static double requireLimit(String option, double value) {
    if (!(value >= 0)) {
      throw Failure.input(option + " " + value + ": must be at least 0");
    }
    return value;
  }

  private static double[] readWeights(Path file, List<String> assets, String source) {
    NumberTable table =
        NumberTable.labelled(file, NumberTable.Values.FINITE).requireHeader("asset,weight");
    int[] order = table.rowsOf(assets, source);
    return Arrays.stream(order).mapToDouble(row -> table.get(row, 0)).toArray();
  }

  private LinearConstraints readRows(List<String> assets, String source) {
    NumberTable table =
        NumberTable.labelled(rows, NumberTable.Values.SCENARIOS).requireDistinctLabels();
    List<String> columns = table.columns();
    if (!table.corner().equals("name")
        || columns.size() < 2
        || !columns.subList(0, 2).equals(LIMITS)) {
      throw Failure.input(
          rows + ": line 1: the columns are name,lower,upper and one for each asset");
    }
    List<String> all = new ArrayList<>(LIMITS);
    all.addAll(assets);
    int[] order = table.columnsOf(all, source);
    int n = assets.size();
    double[] coefficients = new double[table.rows() * n];
    double[] lower = new double[table.rows()];
    double[] upper = new double[table.rows()];
    for (int r = 0; r < table.rows(); r++) {
      lower[r] = table.isEmpty(r, 0) ? Double.NEGATIVE_INFINITY : table.get(r, 0);
      upper[r] = table.isEmpty(r, 1) ? Double.POSITIVE_INFINITY : table.get(r, 1);
      for (int i = 0; i < n; i++) {
        coefficients[r * n + i] = table.get(r, order[2 + i]);
        if (!Double.isFinite(coefficients[r * n + i])) {
          throw Failure.input(
              table.place(r, order[2 + i])
                  + (table.isEmpty(r, order[2 + i])
                      ? "the value is missing"
                      : "is not a finite number"));
        }
      }
    }
    try {
      return LinearConstraints.of(table.labels(), coefficients, lower, upper);
    } catch (InvalidInputException e) {
      throw Failure.input(rows + ": " + e.getMessage());
    }
  }
}
