package io.parabola.bench.race;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Problem;
import io.parabola.bench.contestants.Contestant;
import io.parabola.bench.contestants.Parabola;
import io.parabola.bench.problems.Constrained;
import io.parabola.bench.problems.Optima;
import io.parabola.bench.problems.Recipe;
import io.parabola.bench.problems.Risk;
import io.parabola.bench.problems.Scenarios;
import io.parabola.bench.results.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Portfolios whose covariance is a factor model that is never formed. */
@Command(
    name = FactorCommand.NAME,
    description = "Long-only portfolios of a factor model, on one thread.")
final class FactorCommand implements Runnable {
  static final String NAME = "factor";
  static final String COLD = "cold, the model taken from its numbers each time";
  static final String COLD_CHECKED = "cold";
  static final String DENSE = "cold, the same as a matrix";
  static final String BATCH = "batch";
  static final String WARM = "batch, prepared, warm";
  static final String OWN = "batch, factor covariances of their own";

  /** Up to here the matrix is formed too, to see what it costs. */
  private static final int DENSE_UP_TO = 2000;

  /** The standard deviation of the logarithm of a factor's volatility over the scenarios. */
  private static final double STRESS = 0.3;

  @Mixin private OutputOptions output;
  @Mixin private LimitOptions limits;

  @Option(
      names = "--sizes",
      split = ",",
      defaultValue = "100,500,1000,2000",
      description = "Numbers of assets (${DEFAULT-VALUE}).")
  private List<Integer> sizes;

  @Option(names = "--factors", description = "k (${DEFAULT-VALUE}).")
  private int factors = Recipe.FACTORS;

  @Option(names = "--seed", description = "Seed of the generated problems (${DEFAULT-VALUE}).")
  private long seed = ProblemOptions.SEED;

  @Override
  public void run() {
    try (Engine cpu = Engine.create("cpu", 1)) {
      Machine machine = Machine.describe(cpu.describe());
      List<ResultFile.Group> groups = new ArrayList<>();
      for (int size : sizes) {
        List<Measurement> measured = measure(cpu, Recipe.generateFactors(size, factors, seed));
        String kind = kind(factors);
        OutputOptions.print(kind, size, measured);
        groups.add(new ResultFile.Group(kind, size, measured));
      }
      String peak = "; peak memory of the process " + Machine.peakMegabytes() + " MB";
      output.write(new ResultFile(NAME, "generated, seed " + seed + peak, machine, groups));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String kind(int factors) {
    return "fac, k = " + factors;
  }

  private List<Measurement> measure(Engine cpu, Scenarios few) {
    Risk.Factors model = (Risk.Factors) few.risk();
    Covariance covariance = model.covariance();
    Problem problem = Parabola.problem(few, covariance);
    // A first few tell whether there is time for more.
    Optional<Constrained> affordable =
        limits.affordable(
            cpu, Constrained.plain(few.drawn(Math.max(20, 250_000 / few.size()), 1)), problem);
    if (affordable.isEmpty()) {
      return List.of(limits.over(BATCH));
    }
    Scenarios many = affordable.get().scenarios();
    List<Contestant> contestants = new ArrayList<>();
    contestants.add(Parabola.coldFrom(COLD, cpu, few, s -> model.covariance()));
    contestants.add(Parabola.cold(COLD_CHECKED, cpu, few, covariance));
    if (few.size() <= DENSE_UP_TO) {
      Scenarios dense = few.withRisk(new Risk.Shared(model.matrix()));
      contestants.add(Parabola.cold(DENSE, cpu, dense, dense.risk().covariance()));
    }
    contestants.add(Parabola.batch(BATCH, cpu, many, problem));
    double[] previous = Optima.previousSolutions(cpu, many, problem);
    contestants.add(Parabola.prepared(WARM, cpu, many, problem, previous));
    Scenarios stressed = many.withRisk(stressed(model, many.count()));
    contestants.add(Parabola.batch(OWN, cpu, stressed, problem));
    List<Race.Entry> entries =
        contestants.stream()
            .map(c -> new Race.Entry(c, PortfoliosCommand.TOLERANCE, limits.seconds))
            .toList();
    return new Race(9, limits.warmUp).run(entries);
  }

  /** Each scenario has other volatilities of the factors. */
  private static Risk stressed(Risk.Factors model, int scenarios) {
    int k = model.count();
    Random random = new Random(7);
    double[] all = new double[scenarios * k * k];
    for (int s = 0; s < scenarios; s++) {
      double[] multipliers = new double[k];
      for (int f = 0; f < k; f++) {
        multipliers[f] = Math.exp(STRESS * random.nextGaussian());
      }
      for (int at = 0; at < k * k; at++) {
        all[s * k * k + at] =
            model.factorCovariance()[at] * (multipliers[at / k] * multipliers[at % k]);
      }
    }
    return model.withScenarios(all);
  }
}
