package io.parabola.bench.jmh;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which benchmarks run on which parameters. JMH alone would take every parameter with every other,
 * and most of a day for it: slow peers on large problems.
 *
 * @param name of the plan and of its result file
 * @param entries in their order
 */
public record Plan(String name, List<Entry> entries) {
  /**
   * Benchmarks of a class on parameters.
   *
   * @param type the class
   * @param methods which of its methods, as a regular expression
   * @param parameters values of its parameters; those of others are the class's own
   * @param ours whether it is Parabola that is timed, whose wrong answer fails the run
   * @param warmups how many half seconds it warms up
   */
  public record Entry(
      Class<?> type,
      String methods,
      Map<String, List<String>> parameters,
      boolean ours,
      int warmups) {
    /** Of batches that take turns a few have to fit in. */
    int millisecondsAnIteration() {
      return type == TwoThreads.class ? 2000 : 500;
    }

    String pattern() {
      return "^" + type.getName().replace(".", "\\.") + "\\.(" + methods + ")$";
    }
  }

  /** Java takes seconds to be compiled, a whole solver of it the longest. */
  private static final int WARMUPS_OF_JAVA = 12;

  /** Of a solver whose loops are so long that they are compiled within the first calls. */
  private static final int WARMUPS_OF_LONG_LOOPS = 4;

  /** Calls of native code, with a layer of Java around them. */
  private static final int WARMUPS_OF_CALLS = 8;

  /** A Java layer that only hands over. */
  private static final int WARMUPS_OF_LAYERS = 3;

  /** Native code by itself, or so much of it in a call that the layer does not count. */
  private static final int WARMUPS_OF_NATIVE = 1;

  private static final String[] KINDS = {"t2n", "thalf", "fac", "factors"};
  private static final String[] SIZES = {"50", "100", "200", "500"};
  private static final String[] BOUNDS = {"long-only", "long-short"};

  /** What bench/README.md promises in less than half an hour. */
  public static Plan shortened() {
    List<Entry> all = new ArrayList<>();
    add(all, Limits.class, ".*", true);
    add(all, FirstPortfolio.class, ".*", true);
    add(
        all,
        Covariances.class,
        ".*",
        true,
        "library",
        values("dsyrk", "parabola-array", "parabola-matrix"));
    add(all, ShareOfSyrk.class, ".*", true);
    add(
        all,
        Covariances.class,
        ".*",
        false,
        "library",
        values("netlib", "nd4j", "ojalgo", "hipparchus"),
        "threads",
        values("1"));
    // Whom a ratio compares run soon after each other: the machine may be another one an hour
    // later.
    for (String kind : KINDS) {
      for (String n : SIZES) {
        for (String methods : values("cold", "batchOf20|batchOf1000")) {
          ours(all, methods, values(kind), values(n), BOUNDS);
        }
        peers(all, "ortools-pdlp", "cold", values(kind), values(n), BOUNDS);
        // It takes factors as the matrix that they make, which is that of fac.
        if (!kind.equals("factors")) {
          peers(all, "ojalgo-admm", "cold", values(kind), values(n), BOUNDS);
        }
      }
    }
    ours(all, "warm", values("t2n"), SIZES, values("long-only"));
    ours(all, "batchOf1000", values("t2n"), values("1000", "2000"), values("long-only"));
    add(
        all,
        ParabolaPortfolios.class,
        "cold|batchOf20",
        true,
        "engine",
        values("java"),
        "kind",
        values("t2n"),
        "n",
        values(SIZES),
        "bounds",
        values("long-only"));
    peers(all, "ojalgo-active-set", "cold", values("t2n"), values("50", "100"), BOUNDS);
    peers(all, "hipparchus-admm", "cold", values("t2n"), values("50", "100"), BOUNDS);
    for (String n : SIZES) {
      peers(all, "ortools-pdlp", "warm", values("t2n"), values(n), values("long-only"));
      peers(all, "ojalgo-admm", "warm", values("t2n"), values(n), values("long-only"));
    }
    add(all, DefaultSettings.class, ".*", false);
    add(all, BatchSizes.class, "s1|s10", true);
    add(all, BatchSizes.class, "s\\d{3,}", true);
    add(all, TwoThreads.class, ".*", true, "work", values(TwoThreads.ONE_BATCH));
    add(
        all,
        TwoThreads.class,
        ".*",
        true,
        "work",
        values(TwoThreads.TWO_BATCHES),
        "scenarios",
        values("100000"));
    add(all, WarmLatency.class, ".*", true);
    add(all, FactorModels.class, ".*", true);
    add(all, Frontiers.class, ".*", true, "solver", values("parabola-corners", "parabola-points"));
    add(
        all,
        Frontiers.class,
        ".*",
        false,
        "solver",
        values("ojalgo-admm", "ortools-pdlp"),
        "n",
        values("31", "85"));
    add(all, Estimators.class, ".*", true);
    add(all, Generators.class, ".*", true, "process", values("normal", "student-t", "bootstrap"));
    add(all, Generators.class, ".*", false, "process", values("plain-loop"));
    add(
        all,
        LeastCvarPortfolios.class,
        ".*",
        true,
        "solver",
        values("parabola"),
        "size",
        values("50x500", "50x2000", "400x10000"));
    add(
        all,
        LeastCvarPortfolios.class,
        ".*",
        false,
        "solver",
        values("ojalgo-lp", "ortools-glop", "ortools-pdlp"),
        "size",
        values("50x500", "50x2000"));
    return new Plan("short", all);
  }

  /** Every class on all of its parameters, and larger problems: several hours. */
  public static Plan full() {
    List<Entry> all = new ArrayList<>(shortened().entries());
    add(
        all,
        ParabolaPortfolios.class,
        ".*",
        true,
        "n",
        values("20", "1000", "2000"),
        "engine",
        values("cpu"));
    ours(all, "warm", values("thalf", "fac", "factors"), SIZES, BOUNDS);
    peers(all, "ojalgo-active-set", "cold", KINDS, values("200", "500"), BOUNDS);
    peers(all, "ojalgo-active-set-iterative", "cold", KINDS, SIZES, BOUNDS);
    peers(all, "ojalgo-active-set-started", "cold", KINDS, SIZES, BOUNDS);
    peers(all, "ojalgo-iterative-started", "cold", KINDS, SIZES, BOUNDS);
    peers(all, "ortools-pdlp", "cold", KINDS, values("1000"), BOUNDS);
    peers(all, "ortools-pdlp", "warm", KINDS, SIZES, values("long-short"));
    add(all, BatchSizes.class, "s(1|10|100|1000)", true, "n", values("500", "1000"));
    add(all, BatchSizes.class, "s(1|10|100)", true, "n", values("2000"));
    add(all, WarmLatency.class, ".*", true, "kind", values("thalf", "fac"));
    add(all, Estimators.class, ".*", true, "n", values("2000"), "observations", values("5000"));
    add(all, Frontiers.class, ".*", false, "n", values("225"));
    return new Plan("full", all);
  }

  private static void ours(
      List<Entry> all, String methods, String[] kinds, String[] sizes, String[] bounds) {
    add(
        all,
        ParabolaPortfolios.class,
        methods,
        true,
        "engine",
        values("cpu"),
        "kind",
        kinds,
        "n",
        sizes,
        "bounds",
        bounds);
  }

  private static void peers(
      List<Entry> all,
      String peer,
      String method,
      String[] kinds,
      String[] sizes,
      String[] bounds) {
    add(
        all,
        PeerPortfolios.class,
        method,
        false,
        "peer",
        values(peer),
        "kind",
        kinds,
        "n",
        sizes,
        "bounds",
        bounds);
  }

  private static String[] values(String... values) {
    return values;
  }

  private static void add(
      List<Entry> all, Class<?> type, String methods, boolean ours, Object... parameters) {
    Map<String, List<String>> map = new LinkedHashMap<>();
    for (int k = 0; k < parameters.length; k += 2) {
      map.put((String) parameters[k], List.of((String[]) parameters[k + 1]));
    }
    all.add(new Entry(type, methods, map, ours, warmups(type, methods, map)));
  }

  private static int warmups(Class<?> type, String methods, Map<String, List<String>> parameters) {
    List<String> peers = parameters.getOrDefault("peer", List.of());
    if (type == DefaultSettings.class || peers.stream().anyMatch(p -> !p.startsWith("ortools"))) {
      boolean large =
          parameters.getOrDefault("n", List.of("0")).stream()
              .allMatch(n -> Integer.parseInt(n) >= 200);
      return large ? WARMUPS_OF_LONG_LOOPS : WARMUPS_OF_JAVA;
    }
    if (!peers.isEmpty()) {
      return WARMUPS_OF_LAYERS;
    }
    boolean java = parameters.getOrDefault("engine", List.of()).contains("java");
    boolean batches = (methods.startsWith("batch") || methods.startsWith("s\\d")) && !java;
    if (type == TwoThreads.class || type == Covariances.class) {
      return WARMUPS_OF_LAYERS; // long ones
    }
    return type == Limits.class || batches ? WARMUPS_OF_NATIVE : WARMUPS_OF_CALLS;
  }
}
