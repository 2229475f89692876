package io.parabola.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

class PlanTest {
  static List<Plan> plans() {
    return List.of(Plan.shortened(), Plan.full());
  }

  /** A name that is misspelt would leave its benchmark out without a word. */
  @ParameterizedTest
  @MethodSource("plans")
  void everyEntryNamesWhatThereIs(Plan plan) {
    for (Plan.Entry entry : plan.entries()) {
      boolean any =
          Arrays.stream(entry.type().getMethods())
              .filter(m -> m.isAnnotationPresent(Benchmark.class))
              .map(Method::getName)
              .anyMatch(name -> name.matches(entry.methods()));
      assertTrue(any, entry.toString());
      for (String parameter : entry.parameters().keySet()) {
        assertTrue(
            Arrays.stream(entry.type().getFields())
                .filter(f -> f.isAnnotationPresent(Param.class))
                .map(Field::getName)
                .anyMatch(parameter::equals),
            entry + ": " + parameter);
        assertFalse(entry.parameters().get(parameter).isEmpty(), entry.toString());
      }
    }
  }
}
