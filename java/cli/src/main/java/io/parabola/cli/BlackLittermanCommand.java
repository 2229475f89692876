package io.parabola.cli;

import io.parabola.Covariance;
import io.parabola.InvalidInputException;
import io.parabola.cli.files.Console;
import io.parabola.cli.files.CsvText;
import io.parabola.cli.files.Failure;
import io.parabola.cli.files.NumberTable;
import io.parabola.cli.files.Numbers;
import io.parabola.cli.options.ProblemOptions;
import io.parabola.models.views.BlackLitterman;
import io.parabola.models.views.ExpectedReturns;
import io.parabola.models.views.Views;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "black-litterman",
    description = {
      "Expected returns from what a market holds and from views, asset,mean.",
      "Views are a CSV name,return,confidence,A,B,...: that the portfolio of the last columns will"
          + " earn so much per period; relative views sum to zero. A confidence is between 0 and 1"
          + " (Idzorek); without one, the view is as uncertain as the prior (He and Litterman)."
    },
    sortOptions = false)
final class BlackLittermanCommand implements Callable<Integer> {
  private static final List<String> FIRST = List.of("return", "confidence");
  private static final String RETURN = "return:";
  private static final String CONFIDENCE = "confidence:";

  /** What the covariance of returns is afterwards. */
  enum PosteriorChoice {
    prior(BlackLitterman.Posterior.PRIOR),
    total(BlackLitterman.Posterior.TOTAL);

    private final BlackLitterman.Posterior posterior;

    PosteriorChoice(BlackLitterman.Posterior posterior) {
      this.posterior = posterior;
    }
  }

  @Option(
      names = "--cov",
      paramLabel = "c.csv",
      required = true,
      description = "Covariance per period, asset,A,B,...")
  private Path covariance;

  @Option(
      names = "--market",
      paramLabel = "w.csv",
      description = "What the market holds, asset,weight: the prior is what it must expect.")
  private Path market;

  @Option(
      names = "--risk-aversion",
      paramLabel = "D",
      description = "Of the market, beside --market. Default: 2.5.")
  private Double riskAversion;

  @Option(
      names = "--market-return",
      paramLabel = "R",
      description =
          "Of the market per period, instead of --risk-aversion: the prior is then the capital asset"
              + " pricing model's, with --risk-free.")
  private Double marketReturn;

  @Option(
      names = "--risk-free",
      paramLabel = "F",
      description = "The risk-free return per period, beside --market-return. Default: 0.")
  private Double riskFree;

  @Option(
      names = "--prior",
      paramLabel = "m.csv",
      description = "A prior of your own, asset,mean, instead of --market.")
  private Path prior;

  @Option(names = "--views", paramLabel = "v.csv", description = "The views. Default: none.")
  private Path views;

  @Option(
      names = "--scenarios",
      paramLabel = "s.csv",
      description =
          "Scenarios of the same views, a row each, with any of the columns tau, return:NAME and"
              + " confidence:NAME; what is empty or left out is as it is without. The expected"
              + " returns are then a row each, as batch --means takes them.")
  private Path scenarios;

  @Option(
      names = "--tau",
      paramLabel = "T",
      description = "How uncertain the prior is, in times of the covariance. Default: 0.05.")
  private double tau = 0.05;

  @Option(
      names = "--posterior",
      paramLabel = "HOW",
      description =
          "Of --cov-out: prior (the covariance as it was) or total (with the uncertainty that is left"
              + " in the means). Default: total.")
  private PosteriorChoice posterior = PosteriorChoice.total;

  @Option(
      names = "--cov-out",
      paramLabel = "c.csv",
      description = "Where the covariance after the views goes. Default: nowhere.")
  private Path covarianceOut;

  @Option(
      names = "--out",
      paramLabel = "m.csv",
      description =
          "Where the expected returns go; the summary is then on standard output. Default: standard"
              + " output, the summary to standard error.")
  private Path out;

  @Option(names = "--json", description = "Print a summary as JSON to standard output.")
  private boolean json;

  private final Console console;

  BlackLittermanCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Covariance sigma = ProblemOptions.readCovariance(covariance);
    List<String> assets = sigma.assets();
    double[] before = readPrior(sigma);
    Views read = views == null ? Views.of(assets).build() : readViews(assets);
    BlackLitterman model = new BlackLitterman(sigma, before);
    if (scenarios != null) {
      return batch(model, read, assets);
    }
    BlackLitterman.Result result;
    try {
      result = model.posterior(read, tau);
    } catch (InvalidInputException e) {
      throw Failure.input((views == null ? "--tau" : views) + ": " + e.getMessage());
    }
    try (TableOutput output = new TableOutput(console, out, json)) {
      CsvText table = output.table();
      table.put("asset").put("mean").endLine();
      for (int i = 0; i < assets.size(); i++) {
        table.put(assets.get(i)).put(result.expectedReturns()[i]).endLine();
      }
      if (covarianceOut != null) {
        CsvText second = output.open(covarianceOut);
        CovarianceExamination.write(second, model.covariance(result, posterior.posterior));
        second.flush();
      }
      output.finish(
          String.format(
              "expected returns of %s after %s",
              Numbers.count(assets.size(), "asset"), Numbers.count(read.list().size(), "view")),
          j -> {
            j.put("assets", assets.size()).put("tau", tau);
            j.object("prior", o -> o.put(assets, before));
            j.object("expected_returns", o -> o.put(assets, result.expectedReturns()));
            j.object(
                "tilts",
                o -> {
                  for (int k = 0; k < read.list().size(); k++) {
                    o.put(read.list().get(k).name(), result.tilts()[k]);
                  }
                });
          });
    }
    return 0;
  }

  private Integer batch(BlackLitterman model, Views base, List<String> assets) {
    if (covarianceOut != null) {
      throw Failure.input("--cov-out: not together with --scenarios, which differ in it");
    }
    NumberTable table = NumberTable.unlabelled(scenarios, NumberTable.Values.GAPS);
    List<String> known = new ArrayList<>(List.of("tau"));
    base.list()
        .forEach(view -> known.addAll(List.of(RETURN + view.name(), CONFIDENCE + view.name())));
    for (String column : table.columns()) {
      if (!known.contains(column)) {
        throw Failure.input(
            scenarios
                + ": line 1: there is no "
                + column
                + ": columns are tau, return:NAME and confidence:NAME, by the names of the views");
      }
    }
    int count = table.rows();
    double[] taus = new double[count];
    List<Views> each = new ArrayList<>();
    for (int s = 0; s < count; s++) {
      taus[s] = value(table, s, "tau", tau);
      Views.Builder builder = Views.of(assets);
      try {
        for (Views.View view : base.list()) {
          builder.view(
              view.name(),
              view.portfolio(),
              value(table, s, RETURN + view.name(), view.expectedReturn()),
              value(table, s, CONFIDENCE + view.name(), view.confidence()));
        }
      } catch (InvalidInputException e) {
        throw Failure.input(table.place(s) + e.getMessage());
      }
      each.add(builder.build());
    }
    double[] means;
    try {
      means = model.means(each, taus);
    } catch (InvalidInputException e) {
      throw Failure.input(scenarios + ": " + e.getMessage());
    }
    try (TableOutput output = new TableOutput(console, out, json)) {
      CsvText csv = output.table();
      csv.put(assets).endLine();
      int n = assets.size();
      for (int s = 0; s < count; s++) {
        csv.put(Arrays.copyOfRange(means, s * n, (s + 1) * n)).endLine();
      }
      output.finish(
          String.format(
              "expected returns of %s in %s of %s",
              Numbers.count(n, "asset"),
              Numbers.count(count, "scenario"),
              Numbers.count(base.list().size(), "view")),
          j -> j.put("assets", n).put("scenarios", count));
    }
    return 0;
  }

  private static double value(NumberTable table, int row, String column, double base) {
    int at = table.columns().indexOf(column);
    return at < 0 || Double.isNaN(table.get(row, at)) ? base : table.get(row, at);
  }

  private double[] readPrior(Covariance sigma) {
    if ((market == null) == (prior == null)) {
      throw Failure.input("--market: either what the market holds or --prior is needed");
    }
    if (riskFree != null && marketReturn == null) {
      throw Failure.input("--risk-free: needs --market-return");
    }
    if (riskAversion != null && marketReturn != null) {
      throw Failure.input("--market-return: either this or --risk-aversion");
    }
    if (prior != null) {
      if (riskAversion != null) {
        throw Failure.input("--risk-aversion: is the market's, for --market");
      }
      if (marketReturn != null) {
        throw Failure.input("--market-return: is the market's, for --market");
      }
      return ProblemOptions.readMean(prior, sigma.assets(), covariance.toString());
    }
    NumberTable table =
        NumberTable.labelled(market, NumberTable.Values.FINITE).requireHeader("asset,weight");
    int[] rows = table.rowsOf(sigma.assets(), covariance.toString());
    double[] held = Arrays.stream(rows).mapToDouble(row -> table.get(row, 0)).toArray();
    double sum = Arrays.stream(held).sum();
    if (!(Math.abs(sum - 1) <= 0.01)) {
      // What it implies is in proportion to them.
      throw Failure.input(
          market
              + ": the weights sum to "
              + Numbers.brief(sum)
              + ": must sum to 1, as shares of the market");
    }
    if (marketReturn != null) {
      double safe = ProblemOptions.requireFinite("--risk-free", riskFree == null ? 0 : riskFree);
      ProblemOptions.requireFinite("--market-return", marketReturn);
      try {
        return ExpectedReturns.capm(sigma, held, marketReturn, safe);
      } catch (InvalidInputException e) {
        throw Failure.input(market + ": " + e.getMessage());
      }
    }
    try {
      return ExpectedReturns.equilibrium(riskAversion == null ? 2.5 : riskAversion, sigma, held);
    } catch (InvalidInputException e) {
      throw Failure.input("--risk-aversion: " + e.getMessage());
    }
  }

  private Views readViews(List<String> assets) {
    NumberTable table =
        NumberTable.labelled(views, NumberTable.Values.GAPS).requireDistinctLabels();
    List<String> columns = table.columns();
    if (!table.corner().equals("name")
        || columns.size() < 2
        || !columns.subList(0, 2).equals(FIRST)) {
      throw Failure.input(
          views + ": line 1: the columns are name,return,confidence and one for each asset");
    }
    List<String> all = new ArrayList<>(FIRST);
    all.addAll(assets);
    int[] order = table.columnsOf(all, covariance.toString());
    Views.Builder builder = Views.of(assets);
    for (int r = 0; r < table.rows(); r++) {
      double[] portfolio = new double[assets.size()];
      for (int i = 0; i < portfolio.length; i++) {
        // What is left empty is not part of the view.
        double weight = table.get(r, order[2 + i]);
        portfolio[i] = Double.isNaN(weight) ? 0 : weight;
      }
      if (Double.isNaN(table.get(r, 0))) {
        throw Failure.input(table.place(r, 0) + "the return is missing");
      }
      try {
        builder.view(table.labels().get(r), portfolio, table.get(r, 0), table.get(r, 1));
      } catch (InvalidInputException e) {
        throw Failure.input(table.place(r) + e.getMessage());
      }
    }
    return builder.build();
  }
}
