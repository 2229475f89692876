package io.parabola.bench.race;

import io.parabola.bench.contestants.Contestant;
import io.parabola.bench.problems.Certificate;
import io.parabola.bench.results.Median;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Times contestants on the same problems, turn by turn, so that whatever else the machine does
 * falls on all of them alike. Each is warmed up for the same time; then each round gives every
 * contestant one turn. Slow ones solve fewer portfolios a turn, other ones in each, and have fewer
 * turns.
 *
 * @param rounds turns of a contestant that is not too slow for them
 * @param warmUpSeconds how long each is warmed up, and at least one pass
 */
record Race(int rounds, double warmUpSeconds) {
  /**
   * Who takes part, and on what terms.
   *
   * @param tolerance the gap and violation that its answers are allowed
   * @param seconds what all of its turns may take together
   */
  record Entry(Contestant contestant, double tolerance, double seconds) {}

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** A turn shorter than this is repeated: clocks and caches need something to measure. */
  private static final double SHORTEST_TURN = 0.004;

  /** Runs all contestants, and closes them. */
  List<Measurement> run(List<Entry> entries) {
    List<Turns> all = entries.stream().map(Turns::new).toList();
    System.gc();
    for (int round = 0; round < rounds; round++) {
      for (Turns turns : all) {
        turns.take(round);
      }
    }
    List<Measurement> measurements = all.stream().map(Turns::measurement).toList();
    entries.forEach(entry -> entry.contestant().close());
    return measurements;
  }

  private final class Turns {
    private final Contestant contestant;
    private final double tolerance;
    private final int available;
    private final int portfolios;
    private final int repeats;
    private final int turns;
    private final List<Double> wall = new ArrayList<>();
    private final List<Double> cpu = new ArrayList<>();
    private final boolean[] solved;
    private String note = "";

    Turns(Entry entry) {
      this.contestant = entry.contestant();
      this.tolerance = entry.tolerance();
      double seconds = entry.seconds();
      this.available = contestant.count();
      this.solved = new boolean[available];
      int atOnce = contestant.divisible() ? 1 : available;
      double cost = Double.POSITIVE_INFINITY;
      double begin = now();
      int passes = 0;
      do {
        int first = contestant.divisible() ? passes % available : 0;
        double before = now();
        double beforeCpu = cpuSeconds();
        contestant.solve(first, atOnce);
        double one = (now() - before) / atOnce;
        if (one > 2 * seconds) {
          // Not to be had again in the time there is, and what compiling adds to it is nothing.
          mark(first, atOnce);
          wall.add(one);
          cpu.add((cpuSeconds() - beforeCpu) / atOnce);
          note = "timed once, without a warm-up";
        }
        cost = Math.min(cost, one);
        passes++;
      } while (now() - begin < warmUpSeconds);

      double turn = Math.max(SHORTEST_TURN, seconds / rounds);
      this.portfolios =
          contestant.divisible() ? (int) Math.max(1, Math.min(available, turn / cost)) : available;
      double pass = portfolios * cost;
      this.repeats = (int) Math.max(1, Math.ceil(SHORTEST_TURN / pass));
      this.turns =
          wall.isEmpty() ? (int) Math.max(1, Math.min(rounds, seconds / (pass * repeats))) : 0;
    }

    void take(int round) {
      if (round >= turns) {
        return;
      }
      int first = portfolios == available ? 0 : round * portfolios % (available - portfolios + 1);
      double begin = now();
      double beginCpu = cpuSeconds();
      for (int i = 0; i < repeats; i++) {
        contestant.solve(first, portfolios);
      }
      double done = (double) repeats * portfolios;
      cpu.add((cpuSeconds() - beginCpu) / done);
      wall.add((now() - begin) / done);
      mark(first, portfolios);
    }

    private void mark(int first, int count) {
      Arrays.fill(solved, first, first + count, true);
    }

    Measurement measurement() {
      Certificate worst = Certificate.PERFECT;
      int count = 0;
      for (int s = 0; s < available; s++) {
        if (solved[s]) {
          count++;
          Certificate certificate = contestant.certificate(s);
          worst = certificate == null ? worst : worst.worse(certificate);
        }
      }
      return new Measurement(
          contestant.name(),
          count,
          wall.size(),
          1e3 * Median.of(wall),
          1e3 * wall.stream().mapToDouble(x -> x).min().orElse(Double.NaN),
          1e3 * Median.of(cpu),
          worst.relativeGap(),
          worst.violation(),
          worst.within(tolerance),
          joined(note, contestant.note()));
    }
  }

  private static String joined(String first, String second) {
    return first.isEmpty() || second.isEmpty() ? first + second : first + ", " + second;
  }

  /** Seconds on the wall clock. */
  static double now() {
    return System.nanoTime() * 1e-9;
  }

  /** Seconds that the calling thread has been on a processor. */
  static double cpuSeconds() {
    return THREADS.getCurrentThreadCpuTime() * 1e-9;
  }
}
