package io.parabola.bench;

import io.parabola.bench.ResultFile.Group;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Result files as tables, with the targets beside the figures and the misses marked. */
final class Report {
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

  private static final String OJALGO = "ojAlgo";

  private final StringBuilder text = new StringBuilder();

  Report() {
    line("# Results");
    line("");
    line(
        "Written by `parabola-bench report` from the JSON files here; ../README.md says what each");
    line("figure means. Times are milliseconds a portfolio. ✓ holds, ✗ misses, – nothing set.");
  }

  String text() {
    return text.toString();
  }

  void add(ResultFile file) {
    switch (file.command()) {
      case PortfoliosCommand.NAME -> portfolios(file);
      case LongShortCommand.NAME -> longShort(file);
      case ThreadsCommand.NAME -> threads(file);
      case CovarianceCommand.NAME -> covariance(file);
      case CallsCommand.NAME -> calls(file);
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
      List<Group> groups = file.groups().stream().filter(g -> g.kind().equals(kind)).toList();
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
      if (!m.name().startsWith(OJALGO) && m.name().startsWith("Java") == java) {
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
