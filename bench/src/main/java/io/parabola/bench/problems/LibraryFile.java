package io.parabola.bench.problems;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StreamTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads a portfolio problem of the OR-Library: n; n lines of mean and standard deviation; then
 * lines of i, j and their correlation, counted from 1.
 */
public final class LibraryFile {
  private LibraryFile() {}

  public static Scenarios read(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      StreamTokenizer numbers = new StreamTokenizer(reader);
      int n = (int) next(numbers, file);
      double[] mean = new double[n];
      double[] deviation = new double[n];
      for (int i = 0; i < n; i++) {
        mean[i] = next(numbers, file);
        deviation[i] = next(numbers, file);
      }
      double[] covariance = new double[n * n];
      for (int pair = 0; pair < n * (n + 1) / 2; pair++) {
        int i = (int) next(numbers, file) - 1;
        int j = (int) next(numbers, file) - 1;
        double value = next(numbers, file) * deviation[i] * deviation[j];
        covariance[i * n + j] = value;
        covariance[j * n + i] = value;
      }
      String name = file.getFileName().toString().replace(".txt", "");
      return new Scenarios(name, n, 0, 1, new Risk.Shared(covariance), mean.clone(), mean, 0);
    }
  }

  private static double next(StreamTokenizer numbers, Path file) throws IOException {
    if (numbers.nextToken() != StreamTokenizer.TT_NUMBER) {
      throw new IOException(file + ", line " + numbers.lineno() + ": a number is missing");
    }
    return numbers.nval;
  }
}
