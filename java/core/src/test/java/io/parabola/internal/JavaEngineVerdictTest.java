package io.parabola.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.LinearConstraints;
import io.parabola.Problem;
import io.parabola.Solution;
import io.parabola.Status;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** On sets from easy to hostile the plain Java engine says infeasible where that is proved. */
class JavaEngineVerdictTest {
  private static Engine engine;

  @BeforeContainer
  static void open() {
    engine = Engine.create("java", 1);
  }

  @AfterContainer
  static void close() {
    engine.close();
  }

  @Property(tries = 1500, seed = "20261122")
  void infeasibleIsWhatIsProvedToBe(
      @ForAll @IntRange(min = 1, max = 12) int n,
      @ForAll @IntRange(max = 12) int m,
      @ForAll boolean budgeted,
      @ForAll long seed) {
    check(n, m, budgeted, seed);
  }

  @Property(tries = 60, seed = "20261122")
  void alsoOfMoreAssets(
      @ForAll @IntRange(min = 12, max = 50) int n,
      @ForAll @IntRange(max = 20) int m,
      @ForAll boolean budgeted,
      @ForAll long seed) {
    check(n, m, budgeted, seed);
  }

  private static void check(int n, int m, boolean budgeted, long seed) {
    Random random = new Random(seed);
    FeasibleSet drawn = RandomSets.of(n, m, random);
    FeasibleSet set = budgeted ? drawn : drawn.withoutBudget();
    Feasibility verdict = Feasibility.decide(set);
    Solution solution = engine.solve(problem(set, random));
    if (!verdict.feasible() && verdict.certain()) {
      // Sets that miss a point by little more than rounding are met by rounding.
      if (solution.status() != Status.INFEASIBLE) {
        assertTrue(verdict.violation() <= 1e-11, "missed by " + verdict.violation());
        assertTrue(set.violation(solution.weights()) <= 1e-12);
        return;
      }
      assertTrue(solution.message().startsWith("infeasible: "), solution.message());
      assertNotEquals("infeasible: no portfolio meets all the constraints", solution.message());
      return;
    }
    assertNotEquals(Status.INFEASIBLE, solution.status(), solution.message());
    if (solution.status() != Status.UNBOUNDED && verdict.certain()) {
      assertTrue(set.violation(solution.weights()) <= 1e-12);
      assertTrue(Double.isFinite(solution.gap()), solution.message());
    }
  }

  private static Problem problem(FeasibleSet set, Random random) {
    int n = set.size();
    double[][] factors = new double[1 + random.nextInt(2 * n)][n];
    double[] sigma = new double[n * n];
    for (double[] factor : factors) {
      Arrays.setAll(factor, i -> 0.02 * random.nextGaussian());
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        for (double[] factor : factors) {
          sigma[i * n + j] += factor[i] * factor[j];
        }
        sigma[j * n + i] = sigma[i * n + j];
      }
    }
    Problem.Builder builder =
        Problem.builder(Covariance.of(sigma, n))
            .expectedReturns(random.doubles(n, -0.01, 0.01).toArray())
            .riskAversion(random.nextInt(4) == 0 ? 0 : 5)
            .lower(set.lower)
            .upper(set.upper)
            .maximumGrossExposure(set.grossExposure);
    if (set.hasBudget()) {
      builder.budget(set.rowLower[0]);
    } else {
      builder.withoutBudget();
    }
    int m = set.rows() - 1;
    if (m > 0) {
      builder.constraints(
          LinearConstraints.of(
              IntStream.range(0, m).mapToObj(r -> "row " + r).toList(),
              Arrays.stream(set.a).skip(1).flatMapToDouble(Arrays::stream).toArray(),
              Arrays.copyOfRange(set.rowLower, 1, m + 1),
              Arrays.copyOfRange(set.rowUpper, 1, m + 1)));
    }
    if (set.current != null) {
      builder.currentWeights(set.current).maximumTurnover(set.turnover);
    }
    Problem problem = builder.build();
    assertEquals(m, problem.constraints() == null ? 0 : problem.constraints().rows());
    return problem;
  }
}
