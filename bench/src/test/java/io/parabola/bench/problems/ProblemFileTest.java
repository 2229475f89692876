package io.parabola.bench.problems;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProblemFileTest {
  @Test
  void aFileReadsAsItWasWritten(@TempDir Path directory) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(8 + 8 * 8 + 8 * (4 + 4 + 2 + 4));
    bytes.order(ByteOrder.LITTLE_ENDIAN).put("MVQP0001".getBytes(StandardCharsets.US_ASCII));
    bytes.putLong(2).putLong(2).putLong(1).putLong(0);
    bytes.putDouble(0.75).putDouble(10).putDouble(5).putDouble(1);
    for (double number : new double[] {-1, -2, -3, -6, 9, 9, 9, 9, 9, 9, 4, 1, 1, 2}) {
      bytes.putDouble(number);
    }
    Path file = directory.resolve("t2n_S_2.bin");
    Files.write(file, bytes.array());
    Scenarios scenarios = ProblemFile.read(file);
    assertEquals("t2n", scenarios.kind());
    assertEquals(2, scenarios.count());
    assertEquals(0.75, scenarios.upper());
    assertArrayEquals(new double[] {3, 6}, scenarios.expectedReturns(1));
    assertArrayEquals(new double[] {2, 4}, scenarios.centre());
    assertArrayEquals(new double[] {4, 1, 1, 2}, scenarios.covariance());
    // Deviations −1, −2, 1, 2 with one degree of freedom for each of two assets.
    assertEquals(Math.sqrt(10.0 / 2), scenarios.spread(), 1e-15);
  }
}
