package io.parabola.cli.options;

import io.parabola.InvalidInputException;
import io.parabola.cli.files.Failure;
import io.parabola.cli.files.NumberTable;
import io.parabola.cli.files.Numbers;
import io.parabola.cli.files.TimeAxis;
import io.parabola.cli.files.TimeColumn;
import io.parabola.models.Gaps;
import io.parabola.models.PriceTable;
import io.parabola.models.Returns;
import io.parabola.models.estimators.HayashiYoshida;
import io.parabola.models.estimators.IncompleteReturns;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** How prices become returns: options of the commands that read prices. */
public final class PriceOptions {
  public static final String SAMPLE = "the built-in sample";

  private static final String SAMPLE_FILE = "sample/crypto81_daily_2020_2025.csv.gz";

  /** Spelt as on the command line. */
  public enum GapChoice {
    fail(Gaps.REJECT),
    drop_times(Gaps.DROP_TIMES),
    drop_assets(Gaps.DROP_ASSETS),
    carry_forward(Gaps.CARRY_FORWARD);

    private final Gaps gaps;

    GapChoice(Gaps gaps) {
      this.gaps = gaps;
    }

    @Override
    public String toString() {
      return name().replace('_', '-');
    }
  }

  @Option(
      names = "--gaps",
      paramLabel = "CHOICE",
      description =
          "Where a price is missing: fail, drop-times, drop-assets or carry-forward; what it"
              + " changes is reported. Only with prices. Default: fail.")
  private GapChoice gaps;

  @Option(
      names = "--exclude",
      paramLabel = "A,B,...",
      hideParamSyntax = true,
      split = ",",
      description = "Assets to leave out.")
  private List<String> exclude = List.of();

  /** Reads prices and turns them into simple returns. */
  public Returns readReturns(Path prices) {
    String file = prices == null ? SAMPLE : prices.toString();
    NumberTable table =
        without(prices == null ? sample() : NumberTable.labelled(prices, NumberTable.Values.GAPS));
    List<String> times = TimeColumn.require(table);
    requirePositive(table);
    try {
      return PriceTable.of(table.columns(), times, table.values())
          .returns(gaps == null ? Gaps.REJECT : gaps.gaps);
    } catch (InvalidInputException e) {
      String message = e.getMessage();
      if (message.endsWith("choose how gaps are handled")) {
        message =
            message.replace(
                "choose how gaps are handled",
                "choose one of --gaps=drop-times, drop-assets, carry-forward");
      }
      throw Failure.input(file + ": " + message);
    }
  }

  /** Reads returns as they are. */
  public Returns readGivenReturns(Path file) {
    if (gaps != null) {
      throw Failure.input(
          "--gaps: fills gaps in prices; with --returns, a missing value is an error");
    }
    NumberTable table = without(NumberTable.labelled(file, NumberTable.Values.SCENARIOS));
    List<String> times = TimeColumn.require(table);
    for (int t = 0; t < table.rows(); t++) {
      for (int i = 0; i < table.columns().size(); i++) {
        double value = table.get(t, i);
        if (table.isEmpty(t, i)) {
          throw Failure.input(table.place(t, i) + "the value is missing");
        }
        if (!Double.isFinite(value)) {
          throw Failure.input(table.place(t, i) + Numbers.exact(value) + " is not a finite number");
        }
        if (value < -1) {
          throw Failure.input(
              table.place(t, i) + Numbers.exact(value) + " is not a simple return: less than -1");
        }
      }
    }
    try {
      return Returns.of(table.columns(), times, table.values());
    } catch (InvalidInputException e) {
      throw Failure.input(file + ": " + e.getMessage());
    }
  }

  /** Reads prices with gaps: a return is there where both of its prices are. */
  public IncompleteReturns readIncompletePrices(Path file) {
    requireNoGapChoice();
    NumberTable table = without(NumberTable.labelled(file, NumberTable.Values.GAPS));
    TimeColumn.require(table);
    requirePositive(table);
    int n = table.columns().size();
    double[] prices = table.values();
    if (table.rows() < 2) {
      throw Failure.input(file + ": returns need prices at two times at least");
    }
    double[] returns = new double[prices.length - n];
    for (int k = 0; k < returns.length; k++) {
      returns[k] = prices[k + n] / prices[k] - 1;
    }
    return incomplete(file, table.columns(), returns);
  }

  /** Reads returns with gaps. */
  public IncompleteReturns readIncompleteReturns(Path file) {
    requireNoGapChoice();
    NumberTable table = without(NumberTable.labelled(file, NumberTable.Values.GAPS));
    TimeColumn.require(table);
    return incomplete(file, table.columns(), table.values());
  }

  /**
   * Reads ticks, laid out like prices: where an asset has no tick at a time, its price is empty.
   * Several rows may have one time.
   */
  public HayashiYoshida readTicks(Path file) {
    if (gaps != null) {
      throw Failure.input("--gaps: not together with --ticks, which come when they come");
    }
    NumberTable table = without(NumberTable.labelled(file, NumberTable.Values.GAPS));
    requirePositive(table);
    double[] times = TimeAxis.of(file.toString(), table.labels());
    HayashiYoshida ticks = new HayashiYoshida(table.columns());
    for (int t = 0; t < table.rows(); t++) {
      for (int i = 0; i < table.columns().size(); i++) {
        if (!Double.isNaN(table.get(t, i))) {
          ticks.update(times[t], i, table.get(t, i));
        }
      }
    }
    return ticks;
  }

  private static IncompleteReturns incomplete(Path file, List<String> assets, double[] returns) {
    try {
      return new IncompleteReturns(assets, returns);
    } catch (InvalidInputException e) {
      throw Failure.input(file + ": " + e.getMessage());
    }
  }

  /** Fails where one of these options was given, though there are no prices. */
  public void requireUnused(String instead) {
    if (gaps != null) {
      throw Failure.input("--gaps: fills gaps in prices; with " + instead + " there are none");
    }
    if (!exclude.isEmpty()) {
      throw Failure.input(
          "--exclude: leaves out assets of prices; with " + instead + " there are none");
    }
  }

  private void requireNoGapChoice() {
    if (gaps != null) {
      throw Failure.input("--gaps: not together with --missing, which uses what there is");
    }
  }

  private NumberTable without(NumberTable table) {
    return table.without(exclude.stream().map(String::trim).toList());
  }

  private static void requirePositive(NumberTable table) {
    for (int t = 0; t < table.rows(); t++) {
      for (int i = 0; i < table.columns().size(); i++) {
        if (table.get(t, i) <= 0) {
          throw Failure.input(
              table.place(t, i) + Numbers.exact(table.get(t, i)) + " is not a price: not above 0");
        }
      }
    }
  }

  private static NumberTable sample() {
    try (InputStream stream = PriceOptions.class.getResourceAsStream(SAMPLE_FILE)) {
      return NumberTable.read(SAMPLE, stream, true, NumberTable.Values.GAPS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
