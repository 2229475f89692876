package io.parabola.bench.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.Engine;
import io.parabola.bench.contestants.Contestant;
import io.parabola.bench.contestants.Parabola;
import io.parabola.bench.contestants.PeerContestant;
import io.parabola.bench.peers.OjAlgo;
import io.parabola.bench.problems.Certificate;
import io.parabola.bench.problems.Constrained;
import io.parabola.bench.problems.Costs;
import io.parabola.bench.problems.Multipliers;
import io.parabola.bench.problems.Optima;
import io.parabola.bench.problems.Recipe;
import io.parabola.bench.problems.Scenarios;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VariantsTest {
  private static final int N = 40;

  /** Every variant is solved, by its own certificate, on both engines. */
  @ParameterizedTest
  @ValueSource(strings = {"t2n", "thalf", "fac"})
  void everyVariantIsSolvedAndMatters(String kind) {
    Scenarios scenarios = Recipe.generate(kind, N, 1);
    for (String name : List.of("cpu", "java")) {
      try (Engine engine = Engine.create(name, 1)) {
        Map<String, Constrained> all = ConstraintsCommand.variants(engine, scenarios);
        all.forEach((variant, constrained) -> isSolved(engine, variant, constrained));
      }
    }
  }

  private static void isSolved(Engine engine, String variant, Constrained constrained) {
    Scenarios scenarios = constrained.scenarios();
    try (Contestant contestant =
        Parabola.prepared(
            variant,
            engine,
            constrained,
            constrained.problem(scenarios.risk().covariance()),
            null)) {
      contestant.solve(0, scenarios.count());
      for (int s = 0; s < scenarios.count(); s++) {
        Certificate certificate = contestant.certificate(s);
        assertTrue(certificate.within(1e-9), variant + ": " + certificate);
      }
      String note = contestant.note();
      boolean limit = constrained.costs().equals(Costs.NONE) && !constrained.isPlain();
      assertEquals(limit, note.contains("binds in 100 %"), variant + ": " + note);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"t2n", "fac"})
  void anAnswerToThePlainProblemIsNoneToAVariant(String kind) {
    Scenarios scenarios = Recipe.generate(kind, N, 1);
    try (Engine engine = Engine.create("cpu", 1)) {
      Map<String, Constrained> all = ConstraintsCommand.variants(engine, scenarios);
      for (String variant : all.keySet()) {
        Constrained plain = all.get(ConstraintsCommand.plainOf(variant));
        double[] weights =
            Optima.solutions(
                engine, plain.scenarios().first(1), plain.problem(scenarios.risk().covariance()));
        Constrained constrained = all.get(variant);
        Multipliers none = new Multipliers(new double[constrained.rowCount()], 0, 0);
        Certificate certificate = constrained.certificate(0, weights, none);
        assertEquals(constrained.isPlain(), certificate.within(1e-6), variant + ": " + certificate);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ACTIVE_SET", "MODEL"})
  void peersKeepTheRow(String solver) {
    Scenarios scenarios = Recipe.generate("t2n", N, 1);
    try (Engine engine = Engine.create("cpu", 1)) {
      Constrained row =
          ConstraintsCommand.variants(engine, scenarios).get(ConstraintsCommand.ROW).first(2);
      List<Multipliers> multipliers =
          Optima.multipliers(engine, row, scenarios.risk().covariance());
      Contestant peer = new PeerContestant(OjAlgo.valueOf(solver), row, multipliers::get);
      peer.solve(0, 2);
      for (int s = 0; s < 2; s++) {
        Certificate certificate = peer.certificate(s);
        assertTrue(certificate.within(1e-7), certificate.toString());
      }
    }
  }
}
