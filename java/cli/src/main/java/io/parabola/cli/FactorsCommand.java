package io.parabola.cli;

import io.parabola.InvalidInputException;
import io.parabola.Matrix;
import io.parabola.cli.files.Console;
import io.parabola.cli.files.CsvText;
import io.parabola.cli.files.Failure;
import io.parabola.cli.files.NumberTable;
import io.parabola.cli.files.Numbers;
import io.parabola.cli.files.TimeColumn;
import io.parabola.cli.options.OptionValues;
import io.parabola.cli.options.PriceOptions;
import io.parabola.models.Returns;
import io.parabola.models.estimators.CrossSectionalFactors;
import io.parabola.models.estimators.Descriptor;
import io.parabola.models.estimators.FactorModel;
import io.parabola.models.estimators.PrincipalFactors;
import io.parabola.models.estimators.TimeSeriesFactors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

@Command(
    name = "factors",
    description = {
      "Estimates a factor model of returns and writes what stress reads: exposures, the covariance of"
          + " the factors, specific variances.",
      "Statistical factors by default; factors whose returns are known (regressed over time), or"
          + " descriptors of each asset such as value locked, fees or active addresses (regressed"
          + " across assets on what was known before). Descriptors tell of risk, not of returns to"
          + " come."
    },
    sortOptions = false)
final class FactorsCommand implements Callable<Integer> {
  @Option(
      names = "--prices",
      paramLabel = "p.csv",
      description =
          "Prices: first column the time, then a column for each asset. Default: the built-in"
              + " sample.")
  private Path prices;

  @Mixin private PriceOptions priceOptions;

  @ArgGroup private Kind kind;

  /** Where the factors come from: one of these, or nothing. */
  static final class Kind {
    @Option(
        names = "--count",
        paramLabel = "K",
        required = true,
        description = "So many principal components. Default: as many as are not noise.")
    private Integer count;

    @Option(
        names = "--factor-returns",
        paramLabel = "f.csv",
        required = true,
        description = "Returns of factors, time,F1,F2,..., at the times of the assets' returns.")
    private Path factorReturns;

    @Option(
        names = "--descriptor",
        paramLabel = "NAME=d.csv",
        required = true,
        description =
            "A descriptor, time,A,B,... at the times of the prices, empty where there is none; once"
                + " for each.")
    private List<String> descriptors;
  }

  @Option(
      names = "--log",
      paramLabel = "A,B,...",
      split = ",",
      description = "Descriptors to take logarithms of.")
  private List<String> logs = List.of();

  @Option(
      names = "--change",
      paramLabel = "NAME=N",
      description =
          "Descriptors to take the change of, over N periods, after logarithms; once for each.")
  private List<String> changes = List.of();

  @Option(
      names = "--lag",
      paramLabel = "N",
      description =
          "Periods that descriptors come late, beside the one that is theirs anyhow. Default: 0.")
  private Integer lag;

  @Option(
      names = "--winsorise",
      paramLabel = "D",
      description = "Robust deviations beyond which descriptors are pulled in. Default: 3.")
  private Double winsorise;

  @Option(
      names = "--weights",
      paramLabel = "w.csv",
      description =
          "With --descriptor: what each asset counts in the regressions, asset,weight, such as the"
              + " root of its market value. Default: one each.")
  private Path weights;

  /** Periods that could not be regressed. */
  private int leftOut;

  @Option(
      names = "--exposures-out",
      paramLabel = "F.csv",
      required = true,
      description = "Where the exposures go, asset,F1,F2,...")
  private Path exposuresOut;

  @Option(
      names = "--factor-cov-out",
      paramLabel = "O.csv",
      required = true,
      description = "Where the covariance of the factors goes, factor,F1,F2,...")
  private Path factorCovarianceOut;

  @Option(
      names = "--specific-out",
      paramLabel = "d.csv",
      required = true,
      description = "Where the specific variances go, asset,variance.")
  private Path specificOut;

  @Option(
      names = "--mean-out",
      paramLabel = "m.csv",
      description = "Where the means go, asset,mean. Default: nowhere.")
  private Path meanOut;

  @Option(names = "--json", description = "Print a summary as JSON to standard output.")
  private boolean json;

  private final Console console;

  FactorsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Object[][] ofDescriptors = {
      {"--log", logs.isEmpty() ? null : logs},
      {"--change", changes.isEmpty() ? null : changes},
      {"--lag", lag},
      {"--winsorise", winsorise},
      {"--weights", weights}
    };
    for (Object[] option : ofDescriptors) {
      if (option[1] != null && (kind == null || kind.descriptors == null)) {
        throw Failure.input(option[0] + ": needs --descriptor");
      }
    }
    if (lag != null && lag < 0) {
      throw Failure.input("--lag " + lag + ": must be at least 0");
    }
    if (winsorise != null && !(winsorise > 0)) {
      throw Failure.input("--winsorise " + winsorise + ": must be above 0");
    }
    if (kind != null && kind.count != null && kind.count < 1) {
      throw Failure.input("--count " + kind.count + ": must be at least 1");
    }
    Returns returns = priceOptions.readReturns(prices);
    String source = prices == null ? PriceOptions.SAMPLE : prices.toString();
    FactorModel model;
    double[] mean = new double[returns.size()];
    try (Matrix matrix = Matrix.copyOf(returns.toArray(), returns.observations(), returns.size())) {
      for (int t = 0; t < returns.observations(); t++) {
        for (int i = 0; i < mean.length; i++) {
          mean[i] += returns.get(t, i) / returns.observations();
        }
      }
      model = model(returns, matrix);
    } catch (InvalidInputException e) {
      throw Failure.input(source + ": " + e.getMessage());
    }
    int k = model.factors().size();
    try (TableOutput output = new TableOutput(console, exposuresOut, json)) {
      table(output.table(), "asset", model.assets(), model.factors(), model.exposures());
      CsvText omega = output.open(factorCovarianceOut);
      table(omega, "factor", model.factors(), model.factors(), model.factorCovariance());
      omega.flush();
      CsvText specific = output.open(specificOut);
      table(specific, "asset", model.assets(), List.of("variance"), model.specificVariance());
      specific.flush();
      if (meanOut != null) {
        CsvText means = output.open(meanOut);
        table(means, "asset", model.assets(), List.of("mean"), mean);
        means.flush();
      }
      double explained = Arrays.stream(model.explained()).average().orElse(0);
      output.finish(
          String.format(
              "%s of %s from %s each explain %s of the variances, in the mean",
              Numbers.count(k, "factor"),
              Numbers.count(model.assets().size(), "asset"),
              Numbers.count(returns.observations(), "return"),
              Numbers.brief(explained)),
          j -> {
            j.put("assets", model.assets().size()).put("factors", model.factors());
            j.put("observations", returns.observations()).put("explained", explained);
            j.put("left_out", leftOut);
          });
      if (leftOut > 0 && !json) {
        console
            .err()
            .println(
                "note: "
                    + Numbers.count(leftOut, "period")
                    + " left out, in which a descriptor is missing or says nothing of its own");
      }
    }
    return 0;
  }

  private static void table(
      CsvText csv, String corner, List<String> rows, List<String> columns, double[] values) {
    csv.put(corner).put(columns).endLine();
    int width = columns.size();
    for (int r = 0; r < rows.size(); r++) {
      csv.put(rows.get(r)).put(Arrays.copyOfRange(values, r * width, (r + 1) * width)).endLine();
    }
  }

  private FactorModel model(Returns returns, Matrix matrix) {
    List<String> assets = returns.assets();
    if (kind == null || kind.count != null) {
      PrincipalFactors factors =
          kind == null ? PrincipalFactors.automatic() : PrincipalFactors.of(kind.count);
      return factors.model(assets, matrix);
    }
    if (kind.factorReturns != null) {
      NumberTable table =
          NumberTable.labelled(kind.factorReturns, NumberTable.Values.FINITE)
              .requireDistinctLabels();
      int[] rows = rows(table, returns.times());
      double[] values = new double[rows.length * table.columns().size()];
      for (int t = 0; t < rows.length; t++) {
        for (int f = 0; f < table.columns().size(); f++) {
          values[t * table.columns().size() + f] = table.get(rows[t], f);
        }
      }
      try (Matrix known = Matrix.copyOf(values, rows.length, table.columns().size())) {
        return TimeSeriesFactors.estimate(assets, matrix, table.columns(), known);
      } catch (InvalidInputException e) {
        throw Failure.input(kind.factorReturns + ": " + e.getMessage());
      }
    }
    Map<String, Path> files = named("--descriptor", kind.descriptors, "d.csv", Path.class);
    if (files.containsKey("market")) {
      throw Failure.input(
          "--descriptor market: is the name of the factor that all assets are exposed to; choose"
              + " another");
    }
    Map<String, Integer> periods = named("--change", changes, "N", Integer.class);
    for (String name : logs) {
      if (!files.containsKey(name)) {
        throw Failure.input("--log " + name + ": there is no such descriptor");
      }
    }
    periods.forEach(
        (name, over) -> {
          if (!files.containsKey(name)) {
            throw Failure.input("--change " + name + ": there is no such descriptor");
          }
          if (over < 1) {
            throw Failure.input("--change " + name + "=" + over + ": must be at least 1");
          }
        });
    List<Descriptor> descriptors = new ArrayList<>();
    files.forEach(
        (name, file) ->
            descriptors.add(descriptor(name, file, periods.get(name), assets, returns.times())));
    double[] counts = weights(assets);
    try {
      CrossSectionalFactors.Estimate estimate =
          CrossSectionalFactors.estimate(assets, matrix, descriptors, counts, true);
      leftOut = estimate.leftOut();
      return estimate.model();
    } catch (InvalidInputException e) {
      throw Failure.input(
          (files.size() == 1 ? files.values().iterator().next() : "--descriptor")
              + ": "
              + e.getMessage());
    }
  }

  /** Values by their names, in their order: picocli's own would keep the last of one name. */
  private static <T> Map<String, T> named(
      String option, List<String> texts, String value, Class<T> type) {
    Map<String, T> values = new LinkedHashMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      if (equals < 0) {
        throw Failure.input(option + " " + text + ": must be NAME=" + value);
      }
      String name = text.substring(0, equals).trim();
      if (name.isEmpty()) {
        throw Failure.input(option + " " + text + ": the name is empty");
      }
      try {
        T read = type.cast(OptionValues.convert(type, text.substring(equals + 1)));
        if (values.put(name, read) != null) {
          throw Failure.input(option + " " + name + ": is given twice");
        }
      } catch (TypeConversionException e) {
        throw Failure.input(option + " " + text + ": " + e.getMessage());
      }
    }
    return values;
  }

  private double[] weights(List<String> assets) {
    if (weights == null) {
      return null;
    }
    NumberTable table =
        NumberTable.labelled(weights, NumberTable.Values.FINITE).requireHeader("asset,weight");
    int[] rows = table.rowsOf(assets, "the prices");
    for (int row : rows) {
      if (!(table.get(row, 0) > 0)) {
        throw Failure.input(
            table.place(row, 0) + Numbers.exact(table.get(row, 0)) + ": must be above 0");
      }
    }
    return Arrays.stream(rows).mapToDouble(row -> table.get(row, 0)).toArray();
  }

  private Descriptor descriptor(
      String name, Path file, Integer change, List<String> assets, List<String> times) {
    NumberTable table = NumberTable.labelled(file, NumberTable.Values.GAPS).requireDistinctLabels();
    int[] columns = table.columnsOf(assets, "the prices");
    int[] rows = rows(table, times);
    double[][] values = new double[rows.length][assets.size()];
    for (int t = 0; t < rows.length; t++) {
      for (int i = 0; i < columns.length; i++) {
        values[t][i] = table.get(rows[t], columns[i]);
      }
    }
    Descriptor descriptor = Descriptor.of(name, values);
    if (logs.contains(name)) {
      descriptor = descriptor.log();
    }
    if (change != null) {
      descriptor = descriptor.change(change);
    }
    if (lag != null && lag > 0) {
      descriptor = descriptor.lagged(lag);
    }
    return descriptor.winsorised(winsorise == null ? 3 : winsorise).standardised();
  }

  /** The rows of these times. */
  private static int[] rows(NumberTable table, List<String> times) {
    Map<String, Integer> at = new HashMap<>();
    for (int r = 0; r < table.rows(); r++) {
      at.put(TimeColumn.iso(table.labels().get(r)), r);
    }
    int[] rows = new int[times.size()];
    for (int t = 0; t < rows.length; t++) {
      Integer row = at.get(times.get(t));
      if (row == null) {
        throw Failure.input(table.file() + ": there is no row for " + times.get(t));
      }
      rows[t] = row;
    }
    return rows;
  }
}
