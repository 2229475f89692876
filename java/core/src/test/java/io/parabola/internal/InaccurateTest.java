package io.parabola.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.Batch;
import io.parabola.Covariance;
import io.parabola.Engine;
import io.parabola.Matrix;
import io.parabola.Problem;
import io.parabola.Solution;
import io.parabola.Status;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is left of answers that are not proved to be good. */
class InaccurateTest {
  private static final List<String> ASSETS = List.of("BTC", "ETH");

  /** Finds equal weights, whatever is asked, and that gap. */
  private static final class Clumsy extends AbstractEngine {
    private final double gap;

    Clumsy(double gap) {
      super("clumsy", 1);
      this.gap = gap;
    }

    @Override
    protected PreparedState prepareState(Problem problem) {
      return new PreparedState() {
        @Override
        public void solve(Batch batch, Matrix weights, Results out, SolveControl control) {
          weights.setRow(0, new double[] {0.5, 0.5});
          out.set(0, Results.GAP, gap);
          out.set(0, Results.RELATIVE_GAP, gap);
          out.status[0] = (byte) Status.INACCURATE.ordinal();
        }

        @Override
        public void close() {}
      };
    }

    @Override
    protected void drawPaths(PathsData paths, Matrix target) {}

    @Override
    protected String description() {
      return "for a test";
    }

    @Override
    protected void release() {}
  }

  private static Problem.Builder builder() {
    return Problem.builder(Covariance.of(ASSETS, new double[] {1, 0, 0, 1}))
        .expectedReturns(.1, .2);
  }

  private static Solution solve(double gap, Problem problem) {
    try (Engine engine = new Clumsy(gap)) {
      return engine.solve(problem);
    }
  }

  private static void assertNoWeights(Status status, String message, Solution solution) {
    assertEquals(status, solution.status());
    assertEquals(message, solution.message());
    assertTrue(Arrays.stream(solution.weights()).allMatch(Double::isNaN));
    assertTrue(Double.isNaN(solution.gap()));
  }

  @Test
  void aGapThatIsABoundIsKept() {
    Solution solution = solve(0.25, builder().build());
    assertEquals(Status.INACCURATE, solution.status());
    assertEquals("inaccurate: relative gap 0.25 is above the tolerance 1.0E-8", solution.message());
    assertEquals(0.5, solution.weight(0));
  }

  /** Weights that miss a target risk by what rounding makes of it may still be of use. */
  @Test
  void anInfiniteGapIsKeptWhereNoNumberMadeIt() {
    Solution solution = solve(Double.POSITIVE_INFINITY, builder().targetRisk(0.7).build());
    assertEquals(Status.INACCURATE, solution.status());
    assertEquals(0.5, solution.weight(0));
  }

  @Test
  void withoutAGapThereAreNoWeights() {
    assertNoWeights(
        Status.INVALID,
        "no portfolio was found that meets the constraints, nor a proof that there is none",
        solve(Double.NaN, builder().build()));
    for (double gap : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertNoWeights(
          Status.INVALID,
          "targetRisk = 1.0E155: too large to be computed with",
          solve(gap, builder().targetRisk(1e155).build()));
      Solution proved = solve(gap, builder().targetReturn(0.3).build());
      assertNoWeights(Status.INFEASIBLE, proved.message(), proved);
      assertTrue(proved.message().startsWith("infeasible: target return 0.3"), proved.message());
    }
  }
}
