package io.parabola;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Quadratic programs of a public test set: a portfolio problem without a budget is any of them. */
class MarosMeszarosTest {
  static List<Arguments> enginesAndProblems() throws IOException {
    List<Arguments> all = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(open("expected.csv"), StandardCharsets.UTF_8))) {
      List<String> lines = reader.lines().skip(1).toList();
      assertEquals(12, lines.size());
      for (String engine : EveryEngine.ofTheWholeClass()) {
        for (String line : lines) {
          String[] fields = line.split(",");
          all.add(Arguments.of(engine, fields[0], Double.parseDouble(fields[3])));
        }
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("enginesAndProblems")
  void thePublishedOptimumIsFoundAndProved(String engineName, String name, double published)
      throws IOException {
    try (Scanner scanner = new Scanner(new GZIPInputStream(open(name + ".txt.gz")), "UTF-8");
        Engine engine = EveryEngine.open(engineName, 1)) {
      scanner.next();
      int n = scanner.nextInt();
      int m = scanner.nextInt();
      int entries = scanner.nextInt();
      int coefficients = scanner.nextInt();
      double constant = number(scanner);
      double[] mu = new double[n];
      for (int i = 0; i < n; i++) {
        mu[i] = -number(scanner);
      }
      double[] lower = new double[n];
      double[] upper = new double[n];
      for (int i = 0; i < n; i++) {
        lower[i] = number(scanner);
        upper[i] = number(scanner);
      }
      List<String> names = new ArrayList<>();
      double[] rowLower = new double[m];
      double[] rowUpper = new double[m];
      for (int r = 0; r < m; r++) {
        names.add("row " + r);
        rowLower[r] = number(scanner);
        rowUpper[r] = number(scanner);
      }
      double[] p = new double[n * n];
      for (int k = 0; k < entries; k++) {
        int i = scanner.nextInt();
        int j = scanner.nextInt();
        p[i * n + j] = number(scanner);
        p[j * n + i] = p[i * n + j];
      }
      double[] a = new double[m * n];
      for (int k = 0; k < coefficients; k++) {
        int r = scanner.nextInt();
        a[r * n + scanner.nextInt()] = number(scanner);
      }
      Problem problem =
          Problem.builder(Covariance.of(p, n))
              .withoutBudget()
              .expectedReturns(mu)
              .lower(lower)
              .upper(upper)
              .constraints(LinearConstraints.of(names, a, rowLower, rowUpper))
              .build();
      Solution solution = engine.solve(problem);
      assertEquals(Status.SOLVED, solution.status(), solution.message());
      assertEquals(
          published, solution.objective() + constant, 1e-6 * Math.max(1, Math.abs(published)));
      WholeOracle oracle = new WholeOracle(problem, solution.weights());
      oracle.assertFeasible(name);
      double gap = oracle.gap(solution);
      assertTrue(
          gap <= 1e-9 * oracle.scale(solution) + oracle.roundingOfGap(solution),
          name + ": gap " + gap);
    }
  }

  /** The files write infinity as Java does, which a scanner does not read as a number. */
  private static double number(Scanner scanner) {
    return Double.parseDouble(scanner.next());
  }

  private static InputStream open(String file) {
    return MarosMeszarosTest.class.getResourceAsStream("/maros_meszaros/" + file);
  }
}
