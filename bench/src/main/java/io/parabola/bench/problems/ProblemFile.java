package io.parabola.bench.problems;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads problems made by another program: {@code kind_S_n.bin}, little-endian, "MVQP0001"; int64 n,
 * S, number of covariances, factors; double upper, scale, risk aversion, a second scale; then q =
 * −μ·scale/γ [S, n], a [S, n] and r [S] of a return row that is not used here, Σ·scale [n, n].
 */
public final class ProblemFile {
  private static final String MAGIC = "MVQP0001";
  private static final int HEADER = 8 + 4 * 8 + 4 * 8;

  private ProblemFile() {}

  private static String kind(Path file) {
    return file.getFileName().toString().replaceFirst("_S_\\d+\\.bin", "");
  }

  public static Scenarios read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[8];
    bytes.get(magic);
    if (!MAGIC.equals(new String(magic, StandardCharsets.US_ASCII))) {
      throw new IOException(file + ": does not begin with " + MAGIC);
    }
    int n = Math.toIntExact(bytes.getLong());
    int scenarios = Math.toIntExact(bytes.getLong());
    if (bytes.getLong() != 1) {
      throw new IOException(file + ": has more than one covariance");
    }
    bytes.getLong();
    double upper = bytes.getDouble();
    DoubleBuffer numbers = bytes.position(HEADER).asDoubleBuffer();
    double[] expectedReturns = new double[scenarios * n];
    numbers.get(expectedReturns);
    for (int at = 0; at < expectedReturns.length; at++) {
      expectedReturns[at] = -expectedReturns[at];
    }
    double[] covariance = new double[n * n];
    numbers.position(2 * scenarios * n + scenarios).get(covariance);
    double[] centre = new double[n];
    for (int at = 0; at < expectedReturns.length; at++) {
      centre[at % n] += expectedReturns[at] / scenarios;
    }
    double squares = 0;
    for (int at = 0; at < expectedReturns.length; at++) {
      double error = expectedReturns[at] - centre[at % n];
      squares += error * error;
    }
    double spread = Math.sqrt(squares / ((scenarios - 1.0) * n));
    return new Scenarios(
        kind(file), n, 0, upper, new Risk.Shared(covariance), expectedReturns, centre, spread);
  }
}
