package io.parabola.bench.report;

import io.parabola.bench.results.JmhResults;
import io.parabola.bench.results.JmhResults.Result;
import io.parabola.bench.results.Machine;
import io.parabola.bench.results.RunRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A run of JMH's as a page: tables, charts, ratios to peers and to what the machine can do. */
final class JmhReport {
  private static final String OURS = "ParabolaPortfolios";
  private static final String PEERS = "PeerPortfolios";
  private static final List<String> KINDS = List.of("t2n", "thalf", "fac", "factors");
  private static final List<String> SIZES = List.of("50", "100", "200", "500");

  /** At least so many times ojAlgo's fastest, long-only, by n. */
  private static final Map<String, Double> OJALGO_TARGET =
      Map.of("50", 500.0, "100", 1500.0, "200", 5000.0, "500", 10_000.0);

  /** At least so many times PDLP, long-only, by n. */
  private static final Map<String, Double> PDLP_TARGET =
      Map.of("50", 150.0, "100", 200.0, "200", 400.0, "500", 1500.0);

  /** At least so many times the fastest of them all, long-short. */
  private static final double LONG_SHORT_TARGET = 100;

  private static final double COVARIANCE_TARGET = 0.8;
  private static final double THREADS_TARGET = 0.9;
  private static final double FIRST_TARGET = 300;

  /** What is less of another time than this is no noise. */
  private static final double CLEARLY = 0.95;

  private final JmhResults results;
  private final RunRecord run;
  private final Charts charts;
  private final Markdown page = new Markdown();
  private final List<String> losses = new ArrayList<>();

  JmhReport(JmhResults results, RunRecord run, Charts charts) {
    this.results = results;
    this.run = run;
    this.charts = charts;
  }

  String text() throws IOException {
    head();
    for (String bounds : List.of("long-only", "long-short")) {
      portfolios(bounds);
    }
    defaults();
    batches();
    scaling();
    latency();
    factors();
    frontiers();
    limits();
    others();
    first();
    failures();
    losses();
    return page.text();
  }

  private void head() {
    Machine m = run.machine();
    page.line("# Results")
        .line("")
        .line("Written by `bench/report` from the JSON files here; [../README.md](../README.md)")
        .line("says what each figure means. Times are microseconds a portfolio, medians of the")
        .line("iterations, on the wall clock. ✓ holds, ✗ misses.")
        .line("")
        .line("What is compared turn by turn (constraints, costs, own covariances, threads), and")
        .line("the peers' every way, is in [races.md](races.md).")
        .line("")
        .line(
            String.format(
                "%s, %d cores, load %.1f before; %s; %s; OPENBLAS_CORETYPE %s; commit %s, %s;",
                m.cpu(),
                m.cores(),
                m.load(),
                m.jdk(),
                m.engine(),
                m.openblasCoreType(),
                m.commit(),
                m.date()))
        .line(
            String.format(
                "no flags but netlib's incubating vector module. Plan %s, %.0f minutes.",
                run.plan(), run.seconds() / 60));
  }

  private static String bench(String type, String method) {
    return type + "." + method;
  }

  private Optional<Result> ours(String method, String kind, String n, String bounds) {
    return results.find(
        bench(OURS, method), "engine", "cpu", "kind", kind, "n", n, "bounds", bounds);
  }

  /** The fastest peer whose name begins so. Who takes no factors gets the matrix, as with fac. */
  private Optional<Result> peer(
      String prefix, String method, String kind, String n, String bounds) {
    String given = kind.equals("factors") && !prefix.startsWith("ortools") ? "fac" : kind;
    return results.where(bench(PEERS, method), "kind", given, "n", n, "bounds", bounds).stream()
        .filter(r -> r.parameter("peer").startsWith(prefix))
        .min(Comparator.comparingDouble(Result::median));
  }

  private void portfolios(String bounds) throws IOException {
    boolean longOnly = bounds.equals("long-only");
    page.heading(
        longOnly
            ? "Long-only portfolios, one thread, beside other libraries"
            : "Long-short portfolios (±0.1), one thread, beside other libraries");
    page.line("Peers at the loosest tolerance that is certified to a relative gap of 1e-6 on every")
        .line("portfolio (in brackets); Parabola's gaps are what comes out. Cold: a problem built,")
        .line(
            "solved and read alone. Warm: from the solution of the one before it. Of fac everybody")
        .line("gets the matrix; factors is the same covariance as a factor model, for Parabola and")
        .line("PDLP (ojAlgo takes none, its time is that of fac).");
    for (String kind : KINDS) {
      if (SIZES.stream().noneMatch(n -> ours("cold", kind, n, bounds).isPresent())) {
        continue;
      }
      page.small(kind);
      page.header("", SIZES.stream().map(n -> "n = " + n).toList());
      for (String method : List.of("cold", "warm", "batchOf20", "batchOf1000")) {
        cells(
            "Parabola, " + words(method),
            n -> ours(method, kind, n, bounds).map(r -> micros(r.median())));
      }
      cells(
          "worst relative gap",
          n ->
              Stream.of("cold", "warm", "batchOf20", "batchOf1000")
                  .flatMap(method -> ours(method, kind, n, bounds).stream())
                  .max(Comparator.comparingDouble(Result::relativeGap))
                  .map(r -> String.format("%.0e", r.relativeGap())));
      for (String method : List.of("cold", "warm")) {
        for (String name : results.values(bench(PEERS, method), "peer")) {
          cells(
              title(name) + ", " + method,
              n -> peer(name, method, kind, n, bounds).map(JmhReport::withTolerance));
        }
      }
      for (String prefix : List.of("ojalgo", "ortools")) {
        String who = prefix.equals("ojalgo") ? "ojAlgo's fastest" : "PDLP";
        for (String method : List.of("cold", "batchOf20", "batchOf1000")) {
          cells(
              "**" + words(method) + " against " + who + "**",
              n ->
                  ratio(peer(prefix, "cold", kind, n, bounds), ours(method, kind, n, bounds))
                      .map(x -> times(x) + mark(method, prefix, n, longOnly, x)));
        }
        cells(
            "warm against " + who + ", warm",
            n ->
                ratio(peer(prefix, "warm", kind, n, bounds), ours("warm", kind, n, bounds))
                    .map(JmhReport::times));
      }
      if (longOnly) {
        cells(
            "target: ojAlgo, PDLP",
            n -> Optional.of(times(OJALGO_TARGET.get(n)) + ", " + times(PDLP_TARGET.get(n))));
      } else {
        cells("target: the best of them", n -> Optional.of(times(LONG_SHORT_TARGET)));
      }
      for (String n : SIZES) {
        for (String prefix : List.of("ojalgo", "ortools", "hipparchus")) {
          for (String method : List.of("cold", "warm")) {
            ratio(peer(prefix, method, kind, n, bounds), ours(method, kind, n, bounds))
                .filter(x -> x < 1)
                .ifPresent(
                    x ->
                        losses.add(
                            bounds + ", " + kind + ", n = " + n + ", " + method + ": " + prefix));
          }
        }
      }
    }
    beside(bounds);
    chartOfPortfolios(bounds);
  }

  /** What has no peer beside it. */
  private void beside(String bounds) {
    List<String> lines = new ArrayList<>();
    for (String n : results.values(bench(OURS, "batchOf1000"), "n")) {
      ours("batchOf1000", "t2n", n, bounds)
          .filter(r -> !SIZES.contains(n))
          .ifPresent(
              r -> lines.add("- t2n, n = " + n + ", batch of 1000: " + micros(r.median()) + "."));
    }
    for (String method : List.of("cold", "batchOf20")) {
      List<String> times = new ArrayList<>();
      for (String n : SIZES) {
        results
            .find(bench(OURS, method), "engine", "java", "kind", "t2n", "n", n, "bounds", bounds)
            .ifPresent(r -> times.add(micros(r.median()) + " (n = " + n + ")"));
      }
      if (!times.isEmpty()) {
        String of = "- t2n, Java engine, " + words(method) + ": ";
        lines.add(of + String.join(", ", times) + ".");
      }
    }
    if (!lines.isEmpty()) {
      page.line("");
      lines.forEach(page::line);
    }
  }

  /** Targets are of the batch: what the library is for. */
  private static String mark(
      String method, String prefix, String n, boolean longOnly, double ratio) {
    if (!method.equals("batchOf1000")) {
      return "";
    }
    double target =
        !longOnly
            ? LONG_SHORT_TARGET
            : prefix.equals("ojalgo") ? OJALGO_TARGET.get(n) : PDLP_TARGET.get(n);
    return ratio >= target ? " ✓" : " ✗";
  }

  private void chartOfPortfolios(String bounds) throws IOException {
    Map<String, Charts.Series> lines = new LinkedHashMap<>();
    for (String method : List.of("batchOf1000", "batchOf20", "cold")) {
      lines.put("Parabola, " + words(method), series(n -> ours(method, "t2n", n, bounds), SIZES));
    }
    lines.put("OR-tools PDLP", series(n -> peer("ortools", "cold", "t2n", n, bounds), SIZES));
    lines.put("ojAlgo's fastest", series(n -> peer("ojalgo", "cold", "t2n", n, bounds), SIZES));
    lines.put("Hipparchus ADMM", series(n -> peer("hipparchus", "cold", "t2n", n, bounds), SIZES));
    picture(
        "portfolios-" + bounds,
        "A " + bounds + " portfolio (t2n, one thread, certified to 1e-6 or better)",
        "assets",
        "microseconds",
        lines);
  }

  private void picture(
      String name, String title, String x, String y, Map<String, Charts.Series> lines)
      throws IOException {
    if (lines.values().stream().allMatch(line -> line.x().isEmpty())) {
      return;
    }
    Path file = charts.draw(name, title, x, y, lines);
    page.line("").line("![" + title + "](charts/" + file.getFileName() + ")");
  }

  private interface ByValue {
    Optional<Result> find(String value);
  }

  private static Charts.Series series(ByValue results, List<String> values) {
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (String value : values) {
      results
          .find(value)
          .ifPresent(
              r -> {
                x.add(Double.valueOf(value));
                y.add(r.median());
              });
    }
    return new Charts.Series(x, y);
  }

  private void defaults() {
    String benchmark = "DefaultSettings.cold";
    if (results.where(benchmark).isEmpty()) {
      return;
    }
    page.heading("Other libraries at their default settings");
    page.line("The same long-only portfolios (t2n), in numbers scaled to suit every solver and in")
        .line("units of daily returns: time, worst relative gap, worst broken constraint.")
        .line("Parabola's gaps do not depend on the units.")
        .line("");
    List<String> units = results.values(benchmark, "units");
    List<String> sizes = results.values(benchmark, "n");
    page.header(
        "", units.stream().flatMap(u -> sizes.stream().map(n -> u + ", n = " + n)).toList());
    for (String peer : results.values(benchmark, "peer")) {
      List<String> row = new ArrayList<>();
      for (String unit : units) {
        for (String n : sizes) {
          row.add(
              results
                  .find(benchmark, "peer", peer, "units", unit, "n", n)
                  .map(
                      r ->
                          String.format(
                              "%s, gap %.0e, broken %.0e%s",
                              micros(r.median()),
                              r.relativeGap(),
                              r.violation(),
                              Math.max(r.relativeGap(), r.violation()) <= 1e-6 ? "" : " **wrong**"))
                  .orElse("–"));
        }
      }
      page.row(title(peer), row);
    }
  }

  private static final List<String> BATCHES = List.of("1", "10", "100", "1000", "10000", "100000");

  private Optional<Result> batch(String s, String n, String threads) {
    return results.find("BatchSizes.s" + s, "n", n, "threads", threads);
  }

  private void batches() throws IOException {
    List<String> sizes = results.values("BatchSizes.s100", "n");
    if (sizes.isEmpty()) {
      return;
    }
    page.heading("What a portfolio costs in a batch of S");
    page.line("Long-only, t2n; the same portfolios in batches of each size, and what a batch")
        .line("shares worked out in it. Efficiency: the share of twice one thread's rate that two")
        .line("threads reach, measured in turns.")
        .line("");
    page.header("", BATCHES.stream().map(s -> "S = " + s).toList());
    Map<String, Charts.Series> lines = new LinkedHashMap<>();
    for (String n : sizes) {
      for (String threads : List.of("1", "2")) {
        String label = "n = " + n + ", " + threads + (threads.equals("1") ? " thread" : " threads");
        page.row(
            label,
            BATCHES.stream()
                .map(s -> batch(s, n, threads).map(r -> micros(r.median())).orElse("–"))
                .toList());
        lines.put(label, series(s -> batch(s, n, threads), BATCHES));
      }
      page.row(
          "n = " + n + ", efficiency of two",
          BATCHES.stream()
              .map(
                  s ->
                      results
                          .find("TwoThreads.turns", "n", n, "scenarios", s, "work", "one batch")
                          .map(Result::share)
                          .map(x -> String.format("%.2f", x) + (x >= THREADS_TARGET ? " ✓" : " ✗"))
                          .orElse("–"))
              .toList());
    }
    page.line("");
    for (String n : sizes) {
      results
          .find("TwoThreads.turns", "n", n, "work", "two batches")
          .ifPresent(
              x ->
                  page.line(
                      String.format(
                          "- n = %s, two batches of %,d with nothing in common at the same time:"
                              + " %.2f, what the machine allows.",
                          n, Integer.parseInt(x.parameter("scenarios")) / 2, x.share())));
    }
    ratio(
            results.find("Limits.dgemm", "threads", "1"),
            results.find("Limits.dgemm", "threads", "2"))
        .ifPresent(
            x ->
                page.line(
                    String.format(
                        "- OpenBLAS' dgemm has an efficiency of %.2f here (not in turns).",
                        x / 2)));
    picture(
        "batches",
        "A portfolio in a batch of S",
        "portfolios in the batch",
        "microseconds a portfolio",
        lines);
    page.line("").line("**Where it pays**").line("");
    for (String n : sizes) {
      Optional<Result> alone = ours("cold", "t2n", n, "long-only");
      page.line(
          "- n = "
              + n
              + ": a batch is cheaper than problems solved alone from S = "
              + firstBatch(s -> below(batch(s, n, "1"), alone.or(() -> batch("1", n, "1"))))
              + "; two threads are faster than one from S = "
              + firstBatch(s -> below(batch(s, n, "2"), batch(s, n, "1")))
              + ". From S = 100 to S = 100,000 the cost of a portfolio on one thread changes by "
              + ratio(batch("100000", n, "1"), batch("100", n, "1"))
                  .map(x -> String.format("a factor of %.2f%s", x, x <= 1.05 ? " ✓" : " ✗"))
                  .orElse("–")
              + ".");
    }
    page.line("- The GPU: not measured, no GPU was at hand (see ../README.md, On a GPU).");
  }

  private static boolean below(Optional<Result> a, Optional<Result> b) {
    return a.isPresent() && b.isPresent() && a.get().median() < CLEARLY * b.get().median();
  }

  private interface BatchTest {
    boolean holds(String s);
  }

  /** The first size from which on it holds for all larger ones. */
  private static String firstBatch(BatchTest test) {
    String from = "none of these";
    for (int k = BATCHES.size() - 1; k >= 0 && test.holds(BATCHES.get(k)); k--) {
      from = BATCHES.get(k);
    }
    return from;
  }

  private void scaling() {
    page.heading("How the cost grows");
    page.line("The p of time ∝ nᵖ a portfolio, fitted over the n of the tables; and of S, whose")
        .line("time for a whole batch grows as Sᵖ.")
        .line("");
    page.header("", List.of("p"));
    for (String bounds : List.of("long-only", "long-short")) {
      for (String kind : KINDS) {
        exponent(
            "Parabola, batch of 1000, " + bounds + ", " + kind + ", in n",
            series(n -> ours("batchOf1000", kind, n, bounds), SIZES));
      }
      exponent(
          "OR-tools PDLP, " + bounds + ", t2n, in n",
          series(n -> peer("ortools", "cold", "t2n", n, bounds), SIZES));
      exponent(
          "ojAlgo's fastest, " + bounds + ", t2n, in n",
          series(n -> peer("ojalgo", "cold", "t2n", n, bounds), SIZES));
    }
    for (String n : results.values("BatchSizes.s100", "n")) {
      Charts.Series line = series(s -> batch(s, n, "1"), BATCHES.subList(2, BATCHES.size()));
      if (line.x().size() > 1) {
        page.row(
            "Parabola, n = " + n + ", a whole batch, in S",
            List.of(String.format("%.3f", 1 + Exponent.of(line.x(), line.y()))));
      }
    }
  }

  private void exponent(String label, Charts.Series line) {
    if (line.x().size() > 1) {
      page.row(label, List.of(String.format("%.2f", Exponent.of(line.x(), line.y()))));
    }
  }

  private void latency() {
    List<Result> all = results.where("WarmLatency.warm");
    if (all.isEmpty()) {
      return;
    }
    page.heading("Solving again as data arrives");
    page.line("From an array of new expected returns to an array of weights, each call timed by")
        .line("itself, one thread.")
        .line("");
    List<String> shares = List.of("50.0", "90.0", "99.0", "99.9", "100.0");
    page.header("", List.of("median", "90 %", "99 %", "99.9 %", "worst"));
    for (Result r : all) {
      page.row(
          r.parameter("kind") + ", n = " + r.parameter("n"),
          shares.stream().map(p -> micros(r.percentiles().get(p))).toList());
    }
  }

  private void factors() {
    List<String> sizes = results.values("FactorModels.cold", "n");
    if (sizes.isEmpty()) {
      return;
    }
    page.heading("Factor models, never formed, long-only, one thread");
    page.header("", sizes.stream().map(n -> "n = " + n).toList());
    for (String k : results.values("FactorModels.cold", "factors")) {
      for (String method : List.of("cold", "batchOf100")) {
        page.row(
            k + " factors, " + words(method),
            sizes.stream()
                .map(
                    n ->
                        results
                            .find(bench("FactorModels", method), "n", n, "factors", k)
                            .map(r -> micros(r.median()))
                            .orElse("–"))
                .toList());
      }
    }
  }

  private void frontiers() {
    String benchmark = "Frontiers.frontier";
    List<String> sizes = results.values(benchmark, "n");
    if (sizes.isEmpty()) {
      return;
    }
    page.heading("Whole frontiers, long-only, one thread");
    page.line("Microseconds a frontier: exact, corner by corner; or at thirty risk aversions.")
        .line("");
    page.header("", sizes.stream().map(n -> "n = " + n).toList());
    for (String solver : results.values(benchmark, "solver")) {
      page.row(
          title(solver),
          sizes.stream()
              .map(
                  n ->
                      results
                          .find(benchmark, "solver", solver, "n", n)
                          .map(r -> micros(r.median()))
                          .orElse("–"))
              .toList());
      for (String n : sizes) {
        ratio(
                results.find(benchmark, "solver", solver, "n", n),
                results.find(benchmark, "solver", "parabola-points", "n", n))
            .filter(x -> x < 1 && !solver.startsWith("parabola"))
            .ifPresent(x -> losses.add("Frontiers, n = " + n + ": " + title(solver)));
      }
    }
  }

  private void limits() {
    page.heading("What the machine can do, and what share of it is made use of");
    page.header("limit", List.of("one thread", "two threads"));
    rate("OpenBLAS dgemm, n = 1000", "Limits.dgemm", "", "", 2e9, "GFLOP/s");
    rate(
        "OpenBLAS dsyrk, 5,000 × 1,000",
        "Covariances.covariance",
        "library",
        "dsyrk",
        5e9,
        "GFLOP/s");
    for (String size : results.values("Limits.triad", "kilobytes")) {
      results
          .find("Limits.triad", "kilobytes", size)
          .ifPresent(
              r ->
                  page.row(
                      "reading and writing (triad), " + size + " kB",
                      List.of(
                          String.format(
                              "%.1f GB/s",
                              Double.parseDouble(size) * 1024e-9 / (1e-6 * r.median())),
                          "–")));
    }
    results
        .find("Limits.barrier")
        .ifPresent(
            r ->
                page.row(
                    "two threads meeting (spinning)",
                    List.of("–", String.format("%.2f µs", r.median()))));
    covariances();
    cacheShares();
  }

  private void rate(
      String label, String benchmark, String name, String value, double work, String unit) {
    List<String> row = new ArrayList<>();
    for (String threads : List.of("1", "2")) {
      Optional<Result> found =
          name.isEmpty()
              ? results.find(benchmark, "threads", threads)
              : results.find(benchmark, name, value, "threads", threads);
      row.add(
          found
              .map(r -> String.format("%.1f %s", 1e-9 * work / (1e-6 * r.median()), unit))
              .orElse("–"));
    }
    page.row(label, row);
  }

  private void covariances() {
    String benchmark = "Covariances.covariance";
    if (results.where(benchmark).isEmpty()) {
      return;
    }
    page.line("")
        .line(
            "**Sample covariance**, 5,000 returns of 1,000 assets: milliseconds, and the share of")
        .line("dsyrk's rate, for Parabola measured in turns with it (target 80 %).")
        .line("");
    page.header("", List.of("one thread", "two threads"));
    for (String library : results.values(benchmark, "library")) {
      List<String> row = new ArrayList<>();
      for (String threads : List.of("1", "2")) {
        Optional<Result> own = results.find(benchmark, "library", library, "threads", threads);
        Optional<Double> share =
            results
                .find("ShareOfSyrk.turns", "library", library, "threads", threads)
                .map(Result::share)
                .or(
                    () ->
                        ratio(
                            results.find(benchmark, "library", "dsyrk", "threads", threads), own));
        boolean judged = library.startsWith("parabola");
        row.add(
            own.map(r -> String.format("%.1f", 1e-3 * r.median())).orElse("–")
                + share
                    .map(
                        x ->
                            String.format(", %.0f %%", 100 * x)
                                + (judged ? x >= COVARIANCE_TARGET ? " ✓" : " ✗" : ""))
                    .orElse(""));
      }
      page.row(title(library), row);
      ratio(
              results.find(benchmark, "library", library, "threads", "1"),
              results.find(benchmark, "library", "parabola-array", "threads", "1"))
          .filter(x -> x < 1 && !library.startsWith("parabola") && !library.equals("dsyrk"))
          .ifPresent(x -> losses.add("Sample covariance: " + title(library)));
    }
  }

  /**
   * A portfolio reads the columns of its free weights twice at least: for the face and for the
   * certificate. With Σ in the second or third cache that is what bounds it.
   */
  private void cacheShares() {
    Optional<Result> cache = results.find("Limits.triad", "kilobytes", "384");
    if (cache.isEmpty()) {
      return;
    }
    double bandwidth = 384 * 1024 / cache.get().median(); // bytes a microsecond
    page.line("")
        .line(
            "**Long-only portfolios** must read the columns of Σ that belong to their free weights")
        .line("for the certificate and their rows for the face, 8 n bytes each, from the second")
        .line("cache: about 16 n times the free weights (14, 15, 20 and 26 of 50, 100, 200 and 500")
        .line("on t2n). The share of that limit, batch of 1000:")
        .line("");
    Map<String, Integer> free = Map.of("50", 14, "100", 15, "200", 20, "500", 26);
    page.header("", SIZES.stream().map(n -> "n = " + n).toList());
    cells(
        "share of the second cache's bandwidth",
        n ->
            ours("batchOf1000", "t2n", n, "long-only")
                .map(
                    r ->
                        String.format(
                            "%.0f %%",
                            100
                                * 16
                                * Double.parseDouble(n)
                                * free.get(n)
                                / bandwidth
                                / r.median())));
    page.line("")
        .line("What is left is latency: searches and small triangular factors, each step of which")
        .line("waits for the one before.");
  }

  private void others() {
    table("Covariance estimators, all processors", "Estimators.estimate", "estimator", 1e-3, "ms");
    table("Drawing a path of returns, one thread", "Generators.draw", "process", 1, "µs");
    table(
        "The portfolio of least CVaR, 95 %, over scenarios (assets x scenarios)",
        "LeastCvarPortfolios.leastCvar", "solver", 1e-3, "ms");
  }

  private void table(String heading, String benchmark, String rows, double factor, String unit) {
    List<Result> all = results.where(benchmark);
    if (all.isEmpty()) {
      return;
    }
    String columns =
        all.get(0).parameters().keySet().stream()
            .filter(p -> p.equals("n") || p.equals("size"))
            .findFirst()
            .orElse("n");
    List<String> values = results.values(benchmark, columns);
    page.heading(heading);
    page.line("In " + unit + ".").line("");
    page.header("", values.stream().map(v -> columns + " = " + v).toList());
    for (String name : results.values(benchmark, rows)) {
      page.row(
          title(name),
          values.stream()
              .map(
                  v ->
                      results
                          .find(benchmark, rows, name, columns, v)
                          .map(r -> micros(factor * r.median()))
                          .orElse("–"))
              .toList());
      for (String v : values) {
        Optional<Result> best =
            all.stream()
                .filter(r -> r.parameter(columns).equals(v))
                .filter(r -> r.parameter(rows).matches("parabola.*|normal"))
                .min(Comparator.comparingDouble(Result::median));
        boolean comparable = rows.equals("solver") || name.equals("plain-loop");
        results
            .find(benchmark, rows, name, columns, v)
            .filter(r -> comparable && best.isPresent() && r.median() < best.get().median())
            .ifPresent(r -> losses.add(heading + ", " + v + ": " + title(name)));
      }
    }
  }

  private void first() {
    List<Result> all = results.where("FirstPortfolio.first");
    if (!all.isEmpty()) {
      page.heading("From starting Java to the first solved portfolio");
      page.line("Fifty assets, a process of its own, until it has printed the status and ended;")
          .line("milliseconds.")
          .line("");
      page.header("engine", List.of("median", "target"));
      for (Result r : all) {
        boolean cpu = r.parameter("engine").equals("cpu");
        page.row(
            r.parameter("engine"),
            List.of(
                String.format("%.0f", r.median()),
                cpu ? "under 300" + (r.median() < FIRST_TARGET ? " ✓" : " ✗") : "–"));
      }
    }
    if (run.jar() != null && !run.jar().isEmpty()) {
      page.heading("What fills the jar");
      page.line("`parabola.jar`, with everything in it; megabytes as packed.").line("");
      page.header("", List.of("MB"));
      run.jar()
          .forEach((what, bytes) -> page.row(what, List.of(String.format("%.1f", 1e-6 * bytes))));
    }
  }

  private void failures() {
    page.heading("Without a result");
    if (run.failures().isEmpty()) {
      page.line(
              "Nothing: no benchmark failed, so whatever is judged was certified as README.md says.")
          .line(
              "(At default settings and daily units other libraries may be **wrong**, and say so.)");
    }
    for (RunRecord.Failure failure : run.failures()) {
      page.line("- " + failure.benchmark() + ", " + failure.parameters() + ": " + failure.why());
    }
  }

  private void losses() {
    page.heading("Where a peer is faster");
    if (losses.isEmpty()) {
      page.line("In none of this run's tables where answers are judged alike.");
    }
    losses.forEach(loss -> page.line("- " + loss));
  }

  private interface Cell {
    Optional<String> of(String n);
  }

  /** A row over the sizes; left out if it is empty. */
  private void cells(String label, Cell cell) {
    if (SIZES.stream().anyMatch(n -> cell.of(n).isPresent())) {
      page.row(label, SIZES.stream().map(n -> cell.of(n).orElse("–")).toList());
    }
  }

  private static Optional<Double> ratio(Optional<Result> over, Optional<Result> under) {
    return over.flatMap(a -> under.map(b -> a.median() / b.median()));
  }

  private static String withTolerance(Result r) {
    return micros(r.median())
        + (r.tolerance() > 0 ? String.format(" (%.0e)", r.tolerance()) : "")
        + String.format(", gap %.0e", r.relativeGap());
  }

  private static String micros(double value) {
    return value >= 1000
        ? String.format("%,.0f", value)
        : value >= 100
            ? String.format("%.0f", value)
            : value >= 10 ? String.format("%.1f", value) : String.format("%.2f", value);
  }

  private static String times(double ratio) {
    return (ratio >= 10 ? String.format("%,.0f", ratio) : String.format("%.1f", ratio)) + "×";
  }

  private static String words(String method) {
    return switch (method) {
      case "batchOf20" -> "batch of 20";
      case "batchOf100" -> "batch of 100";
      case "batchOf1000" -> "batch of 1000";
      default -> method;
    };
  }

  private static String title(String name) {
    return switch (name) {
      case "ortools-pdlp" -> "OR-tools PDLP";
      case "ortools-glop" -> "OR-tools GLOP";
      case "ojalgo-admm" -> "ojAlgo ADMM";
      case "ojalgo-active-set" -> "ojAlgo active set";
      case "ojalgo-model" -> "ojAlgo model, its own choice";
      case "ojalgo-markowitz" -> "ojAlgo MarkowitzModel";
      case "ojalgo-lp" -> "ojAlgo, linear program";
      case "hipparchus-admm" -> "Hipparchus ADMM";
      case "parabola-array" -> "Parabola, from an array";
      case "parabola-matrix" -> "Parabola, from a Matrix";
      case "parabola-corners" -> "Parabola, all corners";
      case "parabola-points" -> "Parabola, thirty points in a batch";
      default -> name;
    };
  }
}
