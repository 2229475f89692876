package io.parabola;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.HostileAssets.Trouble;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What holds for every problem of the whole class, however hostile. */
class WholeClassPropertiesTest {
  /** Of the problems, those that the Java engine may leave INACCURATE, saying so. */
  private static final double HONEST = 0.001;

  /** The same problems in every run; others are for a search, with a hundred times the tries. */
  private static final String SEED = "20261122";

  private static List<Engine> engines = List.of();
  private static int solved;
  private static int inaccurate;

  @BeforeContainer
  static void open() {
    engines = EveryEngine.ofTheWholeClass().stream().map(Engine::create).toList();
  }

  @AfterContainer
  static void close() {
    engines.forEach(Engine::close);
    assertTrue(inaccurate <= HONEST * (inaccurate + solved), inaccurate + " inaccurate, " + solved);
  }

  @Property(tries = 1500, seed = SEED)
  void feasibleProblemsAreSolvedAndProvedByTheirPrices(
      @ForAll @IntRange(min = 1, max = 12) int n,
      @ForAll Trouble trouble,
      @ForAll Objective.Kind kind,
      @ForAll long seed) {
    check(WholeProblems.drawn(n, trouble, kind, seed), trouble);
  }

  @Property(tries = 60, seed = SEED)
  void soAreLargerOnes(
      @ForAll @IntRange(min = 13, max = 60) int n,
      @ForAll Trouble trouble,
      @ForAll Objective.Kind kind,
      @ForAll long seed) {
    check(WholeProblems.drawn(n, trouble, kind, seed), trouble);
  }

  private static void check(Problem problem, Trouble trouble) {
    boolean sharpe = problem.objective().kind() == Objective.Kind.MAXIMUM_SHARPE;
    boolean extreme =
        trouble == Trouble.VARIANCES_FROM_TINY_TO_HUGE
            || trouble == Trouble.STABLECOINS_BESIDE_COINS;
    for (Engine engine : engines) {
      Solution solution = engine.solve(problem);
      String who = engine.name() + ": " + solution.status() + " " + solution.message();
      if (sharpe && solution.status() == Status.UNBOUNDED) {
        assertPortfolioWithoutRiskEarnsMore(engine, problem, who);
        continue;
      }
      if (sharpe && solution.status() == Status.NO_EXCESS_RETURN) {
        assertNothingEarnsMore(engine, problem, who);
        continue;
      }
      WholeOracle oracle = new WholeOracle(problem, solution.weights());
      oracle.assertFeasible(who);
      oracle.assertFigures(solution, who);
      double gap = oracle.gap(solution);
      double allowed = 1e-8 * oracle.scale(solution) + oracle.roundingOfGap(solution);
      // Where variances differ by ten orders of magnitude, the largest quotient is known less well;
      // the certificate says so.
      if (solution.status() == Status.INACCURATE) {
        assertTrue(solution.relativeGap() > 1e-8, who);
        assertTrue(extreme || engine.name().equals("java"), who);
        inaccurate += extreme ? 0 : 1;
        continue;
      }
      solved++;
      assertEquals(Status.SOLVED, solution.status(), who);
      // Or what the engine itself says: its size has floors for the rounding of bounds far apart.
      allowed = Math.max(allowed, 1.01 * solution.gap());
      assertTrue(gap <= allowed, who + ": gap " + gap + " but allowed " + allowed);
    }
  }

  private static Problem.Builder same(Problem problem) {
    Problem.Builder builder =
        Problem.builder(problem.covariance())
            .expectedReturns(problem.expectedReturns())
            .lower(problem.lower())
            .upper(problem.upper())
            .maximumTurnover(problem.maximumTurnover())
            .maximumGrossExposure(problem.maximumGrossExposure());
    if (!problem.hasBudget()) {
      builder.withoutBudget();
    }
    if (problem.constraints() != null) {
      builder.constraints(problem.constraints());
    }
    if (problem.currentWeights() != null) {
      builder.currentWeights(problem.currentWeights());
    }
    if (problem.transactionCosts() != null) {
      builder.transactionCosts(problem.transactionCosts());
    }
    if (problem.benchmark() != null) {
      builder.benchmark(problem.benchmark());
    }
    return builder;
  }

  /** The largest return after costs is, to rounding, no more than the risk-free one. */
  private static void assertNothingEarnsMore(Engine engine, Problem problem, String who) {
    Problem most = same(problem).riskAversion(0).build();
    Solution solution = engine.solve(most);
    WholeOracle oracle = new WholeOracle(most, solution.weights());
    oracle.assertFeasible(who);
    double size = 0;
    for (int i = 0; i < problem.size(); i++) {
      size += Math.abs(problem.expectedReturns()[i] * solution.weight(i));
    }
    double highest = oracle.gap(solution) - oracle.objective();
    double riskFree = problem.objective().value();
    double rounding = 1e-9 * (size + Math.abs(riskFree)) + oracle.roundingOfGap(solution);
    assertTrue(highest <= riskFree + rounding, who + ": " + highest);
  }

  /** At a risk of next to nothing there is still a return above the risk-free one. */
  private static void assertPortfolioWithoutRiskEarnsMore(
      Engine engine, Problem problem, String who) {
    double undiversified = 0;
    for (int i = 0; i < problem.size(); i++) {
      double most = Math.max(Math.abs(problem.lower()[i]), Math.abs(problem.upper()[i]));
      undiversified += most * Math.sqrt(problem.covariance().variance(i));
    }
    Problem riskless = same(problem).targetRisk(1e-6 * undiversified).build();
    Solution solution = engine.solve(riskless);
    double[] w = solution.weights();
    assertTrue(Arrays.stream(w).allMatch(Double::isFinite), who + " but " + solution.message());
    WholeOracle oracle = new WholeOracle(riskless, w);
    oracle.assertFeasible(who);
    assertTrue(-oracle.objective() > problem.objective().value(), who);
  }
}
