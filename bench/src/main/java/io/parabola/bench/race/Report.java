package io.parabola.bench.race;

import io.parabola.bench.contestants.CvarLinearProgram;
import io.parabola.bench.contestants.EigenDecomposition;
import io.parabola.bench.contestants.LeastCvar;
import io.parabola.bench.contestants.PathLoop;
import io.parabola.bench.peers.OjAlgo;
import io.parabola.bench.problems.Recipe;
import io.parabola.bench.race.ResultFile.Group;
import io.parabola.bench.results.Machine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Races as tables, with the targets beside the figures and the misses marked. */
public final class Report {
  /** The order of the chapters. */
  private static final List<String> ORDER =
      List.of(
          PortfoliosCommand.NAME,
          LongShortCommand.NAME,
          ConstraintsCommand.NAME,
          FactorCommand.NAME,
          OwnCommand.NAME,
          FrontierCommand.NAME,
          WarmCommand.NAME,
          ThreadsCommand.NAME,
          CovarianceCommand.NAME,
          DrawCommand.NAME,
          CvarCommand.NAME,
          EstimatorsCommand.NAME,
          CallsCommand.NAME,
          GpuCommand.NAME);

  /** At least so many times faster than ojAlgo's fastest correct solver, by n. */
  private static final Map<Integer, Double> RATIOS =
      Map.of(50, 300.0, 100, 800.0, 200, 2500.0, 500, 6000.0);

  /** Milliseconds a portfolio that are aimed at, by n. */
  private static final Map<Integer, Double> AIMS =
      Map.of(50, 0.003, 100, 0.008, 200, 0.02, 500, 0.04, 1000, 0.1, 2000, 0.4);

  private static final double LONG_SHORT_TARGET = 1;
  private static final double LONG_SHORT_AIM = 0.1;
  private static final double THREADS_TARGET = 1.8;
  private static final double COVARIANCE_TARGET = 0.8;

  private static final double ROW_TARGET = 1.5;
  private static final double CONSTRAINT_TARGET = 2;

  /**
   * Milliseconds a portfolio of PIQP's sparse factor form, five factors, cold, by n: measured with
   * the project's own notes on its peers, on another machine than this file's figures.
   */
  private static final Map<Integer, Double> PIQP_FACTOR =
      Map.of(100, 0.13, 500, 0.71, 1000, 1.3, 2000, 2.9);

  private static final double PIQP_TARGET = 5;

  /** What a warm portfolio of ten thousand assets and fifty factors may take. */
  private static final int FACTOR_LARGE = 10_000;

  private static final double FACTOR_LARGE_TARGET = 5;

  /** The same of HPIPM's dense solver with a covariance in each scenario, by n. */
  private static final Map<Integer, Double> HPIPM_OWN = Map.of(100, 0.14, 500, 6.8, 1000, 53.0);

  private static final double HPIPM_TARGET = 10;

  /** Milliseconds a frontier, by n. */
  private static final Map<Integer, Double> FRONTIER_TARGETS = Map.of(225, 10.0, 640, 100.0);

  /** Milliseconds a portfolio on an H200, copies included, by n. */
  private static final Map<Integer, Double> GPU_TARGETS =
      Map.of(500, 0.005, 1000, 0.015, 2000, 0.05);

  private static final String OJALGO = "ojAlgo";

  private final StringBuilder text = new StringBuilder();

  private Report() {
    line("# Races");
    line("");
    line("Written by `bench/report` from the JSON files here; ../README.md says what each");
    line("figure means. Times are milliseconds a portfolio. ✓ holds, ✗ misses, – nothing set.");
  }

  /** The page of these files. */
  public static String of(List<ResultFile> files) {
    Report report = new Report();
    for (String command : ORDER) {
      files.stream().filter(f -> f.command().equals(command)).forEach(report::add);
    }
    return report.text.toString();
  }

  private void add(ResultFile file) {
    switch (file.command()) {
      case PortfoliosCommand.NAME -> portfolios(file);
      case LongShortCommand.NAME -> longShort(file);
      case ThreadsCommand.NAME -> threads(file);
      case CovarianceCommand.NAME -> covariance(file);
      case CallsCommand.NAME -> calls(file);
      case ConstraintsCommand.NAME -> constraints(file);
      case FactorCommand.NAME -> factor(file);
      case OwnCommand.NAME -> own(file);
      case FrontierCommand.NAME -> frontier(file);
      case WarmCommand.NAME -> warm(file);
      case DrawCommand.NAME -> draw(file);
      case CvarCommand.NAME -> cvar(file);
      case EstimatorsCommand.NAME -> estimators(file);
      case GpuCommand.NAME -> gpu(file);
      default -> throw new IllegalArgumentException("no table for " + file.command());
    }
  }

  private void portfolios(ResultFile file) {
    heading("Long-only portfolios, one thread; problems " + file.problems(), file);
    line("CPU time of the solving thread.");
    List<String> ways =
        List.of(
            PortfoliosCommand.COLD,
            PortfoliosCommand.BATCH,
            PortfoliosCommand.PREPARED,
            PortfoliosCommand.WARM,
            PortfoliosCommand.LARGE,
            PortfoliosCommand.LARGE_PREPARED,
            PortfoliosCommand.LARGE_WARM,
            PortfoliosCommand.JAVA,
            PortfoliosCommand.JAVA_BATCH);
    for (String kind : kinds(file)) {
      List<Group> groups = groups(file, kind);
      line("");
      line("### " + kind);
      line("");
      header("", groups.stream().map(g -> "n = " + g.size()).toList());
      for (String way : ways) {
        row(way, groups.stream().map(g -> ours(g.find(way))).toList());
      }
      row("aim", groups.stream().map(g -> plain(AIMS.get(g.size()))).toList());
      row("worst relative gap, native", groups.stream().map(g -> worst(g, false)).toList());
      row("worst relative gap, Java", groups.stream().map(g -> worst(g, true)).toList());
      if (groups.stream().noneMatch(g -> fastestPeer(g).isPresent())) {
        continue;
      }
      row("**ojAlgo's fastest**", groups.stream().map(Report::fastest).toList());
      row("cold is faster by", groups.stream().map(g -> ratio(g, PortfoliosCommand.COLD)).toList());
      row(
          "batch of 20 is faster by",
          groups.stream().map(g -> ratio(g, PortfoliosCommand.BATCH)).toList());
      row(
          "target",
          groups.stream()
              .map(g -> RATIOS.containsKey(g.size()) ? count(RATIOS.get(g.size())) + "×" : "–")
              .toList());
      line("");
      line("ojAlgo's ways (relative gap; portfolios solved where not all 20):");
      line("");
      header("", groups.stream().map(g -> "n = " + g.size()).toList());
      for (OjAlgo solver : OjAlgo.values()) {
        row(solver.title(), groups.stream().map(g -> peer(g.find(solver.title()))).toList());
      }
    }
  }

  private void longShort(ResultFile file) {
    heading("Long-short portfolios (±0.1), one thread; problems " + file.problems(), file);
    line("CPU time of the solving thread. Prepared is what holds once the batch's factor exists.");
    line("");
    header(
        "",
        List.of(
            LongShortCommand.COLD,
            LongShortCommand.BATCH,
            LongShortCommand.PREPARED,
            LongShortCommand.LARGE,
            LongShortCommand.LARGE_PREPARED,
            "target",
            "aim",
            "worst gap"));
    for (Group group : file.groups()) {
      Measurement large = group.find(LongShortCommand.LARGE_PREPARED);
      row(
          group.kind() + ", n = " + group.size(),
          List.of(
              ours(group.find(LongShortCommand.COLD)),
              ours(group.find(LongShortCommand.BATCH)),
              ours(group.find(LongShortCommand.PREPARED)),
              ours(group.find(LongShortCommand.LARGE)),
              ours(large),
              "under " + count(LONG_SHORT_TARGET) + mark(large.cpuMillis() < LONG_SHORT_TARGET),
              LONG_SHORT_AIM + mark(large.cpuMillis() <= LONG_SHORT_AIM),
              worst(group, false)));
    }
  }

  private void threads(ResultFile file) {
    heading("A batch of 10,000 on two threads; problems " + file.problems(), file);
    line("Wall time. The fastest turns are those that other programs disturbed least.");
    line("");
    header("", List.of("one thread", "two threads", "faster by", "by the fastest turns", "target"));
    for (Group group : file.groups()) {
      Measurement one = group.measurements().get(0);
      Measurement two = group.measurements().get(1);
      double ratio = one.millis() / two.millis();
      row(
          group.kind() + ", n = " + group.size(),
          List.of(
              millis(one.millis()) + wrong(one),
              millis(two.millis()) + wrong(two),
              String.format("%.2f×", ratio) + mark(ratio >= THREADS_TARGET),
              String.format("%.2f×", one.fastestMillis() / two.fastestMillis()),
              THREADS_TARGET + "×"));
    }
  }

  private void covariance(ResultFile file) {
    heading("Sample covariance, " + file.problems(), file);
    line("Wall time of one covariance in milliseconds, and the share of dsyrk's rate.");
    line("");
    List<String> names =
        file.groups().get(0).measurements().stream().map(Measurement::name).toList();
    header("", file.groups().stream().map(Group::kind).toList());
    for (String name : names) {
      row(
          name,
          file.groups().stream()
              .map(
                  g -> {
                    Measurement m = g.find(name);
                    double share = g.find(CovarianceCommand.DSYRK).millis() / m.millis();
                    return String.format("%.0f, %.0f %%", m.millis(), 100 * share)
                        + (name.equals(CovarianceCommand.DSYRK)
                            ? ""
                            : mark(share >= COVARIANCE_TARGET))
                        + wrong(m);
                  })
              .toList());
    }
    row("target", file.groups().stream().map(g -> "80 %").toList());
  }

  private void calls(ResultFile file) {
    heading("What one call costs, one thread; problems " + file.problems(), file);
    line("CPU time in microseconds.");
    line("");
    header("", file.groups().stream().map(g -> g.kind() + ", n = " + g.size()).toList());
    for (Measurement first : file.groups().get(0).measurements()) {
      row(
          first.name(),
          file.groups().stream()
              .map(g -> String.format("%.1f", 1e3 * g.find(first.name()).cpuMillis()))
              .toList());
    }
  }

  private void constraints(ResultFile file) {
    heading("What constraints and costs add, one thread; problems " + file.problems(), file);
    line(
        "CPU time of the solving thread, a batch; and how often that of the same without it, from");
    line(
        "the same run, on prepared problems. At most 1.5× is the target for a row, 2× for the others.");
    for (String kind : kinds(file)) {
      List<Group> groups = groups(file, kind);
      line("");
      line("### " + kind);
      line("");
      header("", groups.stream().map(g -> "n = " + g.size()).toList());
      for (Measurement way : groups.get(0).measurements()) {
        String name = way.name();
        row(name, groups.stream().map(g -> constrained(g, g.find(name))).toList());
      }
      row("worst relative gap", groups.stream().map(g -> worst(g, false)).toList());
    }
  }

  private static String constrained(Group group, Measurement m) {
    if (m == null) {
      return "–";
    }
    if (m.portfolios() == 0) {
      return m.note();
    }
    Measurement plain = group.find(ConstraintsCommand.plainOf(m.name()));
    String time = millis(m.cpuMillis());
    if (m != plain && plain != null && plain.portfolios() > 0) {
      double ratio = m.cpuMillis() / plain.cpuMillis();
      boolean peer = m.name().startsWith(OJALGO);
      double target = m.name().equals(ConstraintsCommand.ROW) ? ROW_TARGET : CONSTRAINT_TARGET;
      time +=
          ", "
              + (peer ? count(ratio) + "×" : String.format("%.1f×", ratio) + mark(ratio <= target));
    }
    return time + wrong(m);
  }

  private void factor(ResultFile file) {
    heading("Factor models, never formed, long-only, one thread; " + file.problems(), file);
    line("CPU time of the solving thread.");
    for (String kind : kinds(file)) {
      List<Group> groups = groups(file, kind);
      line("");
      line("### " + kind);
      line("");
      header("", groups.stream().map(g -> "n = " + g.size()).toList());
      for (Measurement way : groups.get(0).measurements()) {
        String name = way.name();
        boolean warm = name.equals(FactorCommand.WARM);
        row(
            name,
            groups.stream()
                .map(g -> g.find(name))
                .map(m -> m != null && m.portfolios() == 0 ? m.note() : ours(m))
                .toList());
        if (warm && groups.stream().anyMatch(g -> g.size() == FACTOR_LARGE)) {
          row("target", groups.stream().map(g -> largeFactorTarget(g)).toList());
        }
      }
      if (groups.stream().anyMatch(g -> PIQP_FACTOR.containsKey(g.size()) && isFive(g))) {
        row(
            "PIQP sparse, cold, **on another machine**",
            groups.stream().map(g -> plain(PIQP_FACTOR.get(g.size()))).toList());
        for (String name : List.of(FactorCommand.COLD, FactorCommand.COLD_CHECKED)) {
          row(
              name + " is faster by (target 5×)",
              groups.stream()
                  .map(g -> published(g.find(name), PIQP_FACTOR.get(g.size()), PIQP_TARGET))
                  .toList());
        }
      }
      row("worst relative gap", groups.stream().map(g -> worst(g, false)).toList());
    }
  }

  private static boolean isFive(Group group) {
    return group.kind().equals(FactorCommand.kind(Recipe.FACTORS));
  }

  private static String largeFactorTarget(Group group) {
    Measurement warm = group.find(FactorCommand.WARM);
    return group.size() != FACTOR_LARGE || warm == null
        ? "–"
        : "under " + count(FACTOR_LARGE_TARGET) + mark(warm.cpuMillis() < FACTOR_LARGE_TARGET);
  }

  /** How much faster than a figure that was measured elsewhere. */
  private static String published(Measurement m, Double peer, double target) {
    if (m == null || peer == null || !m.correct()) {
      return "–";
    }
    double ratio = peer / m.cpuMillis();
    return String.format("%.1f×", ratio) + mark(ratio >= target);
  }

  private void own(ResultFile file) {
    heading("A covariance in each scenario, one thread; problems " + file.problems(), file);
    line("CPU time of the solving thread; the covariances roll on with their window.");
    for (String kind : kinds(file)) {
      List<Group> groups = groups(file, kind);
      line("");
      line("### " + kind);
      line("");
      header("", groups.stream().map(g -> "n = " + g.size()).toList());
      List<String> ways = List.of(OwnCommand.TRUSTED, OwnCommand.CHECKED, OwnCommand.COLD);
      for (String name : ways) {
        row(name, groups.stream().map(g -> ours(g.find(name))).toList());
      }
      row(
          "HPIPM on t2n, warm, **on another machine**",
          groups.stream().map(g -> plain(HPIPM_OWN.get(g.size()))).toList());
      for (String name : List.of(OwnCommand.TRUSTED, OwnCommand.CHECKED)) {
        row(
            name + ": faster by (target 10×)",
            groups.stream()
                .map(g -> published(g.find(name), HPIPM_OWN.get(g.size()), HPIPM_TARGET))
                .toList());
      }
      row("worst relative gap", groups.stream().map(g -> worst(g, false)).toList());
    }
  }

  private void gpu(ResultFile file) {
    heading("The cuda engine; problems " + file.problems(), file);
    line("Milliseconds a portfolio on the wall clock; of the covariance, for all of it.");
    for (String kind : kinds(file)) {
      List<Group> groups = groups(file, kind);
      line("");
      line("### " + kind);
      line("");
      header("", groups.stream().map(g -> "n = " + g.size()).toList());
      for (Measurement way : groups.get(0).measurements()) {
        row(way.name(), groups.stream().map(g -> wall(g.find(way.name()))).toList());
      }
      if (groups.get(0).find(GpuCommand.WITH_COPIES) != null) {
        row(
            "target of " + GpuCommand.WITH_COPIES + ", H200",
            groups.stream().map(g -> plain(GPU_TARGETS.get(g.size()))).toList());
      }
      row("worst relative gap", groups.stream().map(g -> worst(g, false)).toList());
    }
    if (file.observed() != null) {
      line("");
      header("observed", List.of(""));
      file.observed().forEach((what, value) -> row(what, List.of(value)));
    }
  }

  private static String wall(Measurement m) {
    return m == null ? "–" : millis(m.millis()) + wrong(m);
  }

  private void frontier(ResultFile file) {
    heading("Whole frontiers, corner by corner; problems " + file.problems(), file);
    line("Milliseconds a frontier on the wall clock; port1 and port2 are the OR-Library's.");
    line("");
    List<String> ways = List.of(FrontierCommand.LONG_ONLY, FrontierCommand.LONG_SHORT);
    header("", List.of("long only", "long-short (±0.1)", "target", "worst gap"));
    for (Group group : file.groups()) {
      Double target = FRONTIER_TARGETS.get(group.size());
      List<String> cells = new ArrayList<>();
      for (String name : ways) {
        Measurement m = group.find(name);
        cells.add(
            millis(m.millis())
                + ", "
                + m.note()
                + (target == null ? "" : mark(m.millis() < target))
                + wrong(m));
      }
      cells.add(target == null ? "–" : "under " + count(target));
      cells.add(worst(group, false));
      row(group.kind() + ", n = " + group.size(), cells);
    }
  }

  private void warm(ResultFile file) {
    heading("Solving again as data arrives, one thread; problems " + file.problems(), file);
    line(
        "Microseconds from new expected returns to weights, on the wall clock: the median, and what");
    line("one in a hundred exceeds, which on a busy machine is the doing of its other programs.");
    line("");
    List<String> ways =
        List.of(WarmCommand.COLD, WarmCommand.PLAIN, WarmCommand.ROW, WarmCommand.TURNOVER);
    List<String> columns = new ArrayList<>(ways);
    columns.add("worst gap");
    header("", columns);
    for (Group group : file.groups()) {
      List<String> cells = new ArrayList<>();
      for (String name : ways) {
        Measurement m = group.find(name);
        cells.add(
            String.format("%.1f, %.1f", 1e3 * m.millis(), 1e3 * m.p99Millis())
                + (m.note().contains("not solved") ? " " + m.note() : "")
                + wrong(m));
      }
      cells.add(worst(group, false));
      row(group.kind() + ", n = " + group.size(), cells);
    }
  }

  private void draw(ResultFile file) {
    heading("Drawing paths of returns, one thread", file);
    line(
        "CPU time in microseconds a path of one step; × that of the loop. The loop's numbers depend");
    line(
        "on all that were drawn before them; the others' on the seed, the path and the step alone.");
    line("");
    header("", file.groups().stream().map(g -> "n = " + g.size()).toList());
    for (Measurement first : file.groups().get(0).measurements()) {
      row(
          first.name(),
          file.groups().stream()
              .map(
                  g -> {
                    double time = g.find(first.name()).cpuMillis();
                    return String.format(
                        "%.1f, %.2f ×", 1e3 * time, time / g.find(PathLoop.NAME).cpuMillis());
                  })
              .toList());
    }
  }

  private void cvar(ResultFile file) {
    heading("Portfolios of least CVaR at 95 %, long only", file);
    line(
        "Milliseconds from the scenarios to the certified portfolio, moments included; the gap is to"
            + " a bound");
    line("that the data prove.");
    line("");
    header("scenarios, assets", List.of(LeastCvar.NAME, "gap", CvarLinearProgram.NAME, "gap", "×"));
    for (Group g : file.groups()) {
      Measurement ours = g.find(LeastCvar.NAME);
      Optional<Measurement> peer =
          g.measurements().stream()
              .filter(m -> m.name().equals(CvarLinearProgram.NAME))
              .findFirst();
      row(
          g.kind() + ", n = " + g.size(),
          List.of(
              millis(ours.millis()) + wrong(ours),
              String.format("%.0e", ours.relativeGap()),
              peer.map(m -> millis(m.millis()) + wrong(m)).orElse("not tried: minutes and more"),
              peer.map(m -> String.format("%.0e", m.relativeGap())).orElse(""),
              peer.map(m -> String.format("%.1f", m.millis() / ours.millis())).orElse("")));
    }
  }

  private void estimators(ResultFile file) {
    heading("Estimating a covariance, all threads", file);
    line("Milliseconds; × the sample covariance, and × sample and eigenvalues together.");
    line("");
    header("", file.groups().stream().map(g -> g.kind() + ", n = " + g.size()).toList());
    for (Measurement first : file.groups().get(0).measurements()) {
      row(
          first.name(),
          file.groups().stream()
              .map(
                  g -> {
                    double time = g.find(first.name()).millis();
                    double sample = g.find(EstimatorsCommand.SAMPLE).millis();
                    double both = sample + g.find(EigenDecomposition.NAME).millis();
                    return String.format("%.1f, %.2f ×, %.2f ×", time, time / sample, time / both);
                  })
              .toList());
    }
  }

  private static List<Group> groups(ResultFile file, String kind) {
    return file.groups().stream().filter(g -> g.kind().equals(kind)).toList();
  }

  private static Optional<Measurement> fastestPeer(Group group) {
    return group.measurements().stream()
        .filter(m -> m.name().startsWith(OJALGO) && m.correct())
        .min(Comparator.comparingDouble(Measurement::cpuMillis));
  }

  private static String fastest(Group group) {
    return fastestPeer(group)
        .map(
            m ->
                String.format(
                    "%s, %s, gap %.0e, %d solved",
                    millis(m.cpuMillis()),
                    m.name().replace(OJALGO + " ", ""),
                    m.relativeGap(),
                    m.portfolios()))
        .orElse("none");
  }

  private static String ratio(Group group, String way) {
    Measurement our = group.find(way);
    Optional<Measurement> peer = fastestPeer(group);
    if (peer.isEmpty() || !our.correct()) {
      return "–";
    }
    double ratio = peer.get().cpuMillis() / our.cpuMillis();
    Double target = RATIOS.get(group.size());
    return count(ratio) + "×" + (target == null ? "" : mark(ratio >= target));
  }

  private static String peer(Measurement m) {
    if (m == null) {
      return "left out: too slow";
    }
    return millis(m.cpuMillis())
        + String.format(" (%.0e", m.relativeGap())
        + (m.portfolios() < Recipe.SCENARIOS ? "; " + m.portfolios() : "")
        + ")"
        + wrong(m)
        + (m.note().isEmpty() ? "" : " " + m.note());
  }

  private static String ours(Measurement m) {
    return m == null ? "–" : millis(m.cpuMillis()) + wrong(m);
  }

  private static String wrong(Measurement m) {
    return m.correct() ? "" : " **wrong**";
  }

  private static String worst(Group group, boolean java) {
    double gap = 0;
    for (Measurement m : group.measurements()) {
      if (m.portfolios() > 0
          && !m.name().startsWith(OJALGO)
          && m.name().startsWith("Java") == java) {
        gap = Math.max(gap, m.relativeGap());
      }
    }
    return String.format("%.0e", gap);
  }

  private static Set<String> kinds(ResultFile file) {
    return file.groups().stream()
        .map(Group::kind)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Three significant digits. */
  private static String millis(double value) {
    int digits = (int) Math.max(0, 2 - Math.floor(Math.log10(value)));
    return String.format("%." + digits + "f", value);
  }

  private static String count(double value) {
    return String.format("%,.0f", value);
  }

  private static String plain(Double value) {
    return value == null ? "–" : value.toString();
  }

  private static String mark(boolean holds) {
    return holds ? " ✓" : " ✗";
  }

  private void heading(String title, ResultFile file) {
    Machine machine = file.machine();
    line("");
    line("## " + title);
    line("");
    line(
        String.format(
            "%s, %d cores, load %.1f; %s; %s; OPENBLAS_CORETYPE %s; commit %s, %s.",
            machine.cpu(),
            machine.cores(),
            machine.load(),
            machine.jdk(),
            machine.engine(),
            machine.openblasCoreType(),
            machine.commit(),
            machine.date()));
  }

  private void header(String first, List<String> columns) {
    row(first, columns);
    line("|---" + "|---:".repeat(columns.size()) + "|");
  }

  private void row(String first, List<String> cells) {
    line("| " + first + " | " + String.join(" | ", cells) + " |");
  }

  private void line(String content) {
    text.append(content).append('\n');
  }
}
