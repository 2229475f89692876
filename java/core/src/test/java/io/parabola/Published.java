package io.parabola;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the published problems and answers among the test resources. */
final class Published {
  private Published() {}

  /** Rows of numbers, parted by commas or blanks. */
  static double[][] table(String resource) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Published.class.getResourceAsStream(resource), StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .map(
              line ->
                  Arrays.stream(line.split("[,\\s]+")).mapToDouble(Double::parseDouble).toArray())
          .toArray(double[][]::new);
    }
  }

  /** Six indices of the Swiss pension fund benchmark LPP 2005, 377 days, in per cent. */
  static double[][] pensionFund() throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Published.class.getResourceAsStream("/published/lpp2005_ret.csv"),
                StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .skip(1)
          .map(line -> line.split(","))
          .map(
              cells ->
                  Arrays.stream(cells, 1, 7)
                      .mapToDouble(c -> 100 * Double.parseDouble(c))
                      .toArray())
          .toArray(double[][]::new);
    }
  }

  /** A problem of the OR-Library: long only, fully invested. */
  static Problem orLibraryProblem(String resource) throws IOException {
    double[][] lines = table(resource);
    int n = (int) lines[0][0];
    double[] mu = new double[n];
    double[] sigma = new double[n * n];
    for (int i = 0; i < n; i++) {
      mu[i] = lines[1 + i][0];
    }
    for (int k = 1 + n; k < lines.length; k++) {
      int i = (int) lines[k][0] - 1;
      int j = (int) lines[k][1] - 1;
      double covariance = lines[k][2] * lines[1 + i][1] * lines[1 + j][1];
      sigma[i * n + j] = covariance;
      sigma[j * n + i] = covariance;
    }
    return Problem.builder(Covariance.of(sigma, n)).expectedReturns(mu).build();
  }
}
