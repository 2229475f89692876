package io.parabola.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.InvalidInputException;
import io.parabola.models.forecast.CovarianceForecaster;
import io.parabola.models.forecast.EwmaForecaster;
import io.parabola.models.forecast.ForecastEvaluation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxForecasterTest {
  private static final int WINDOW = 20;

  @TempDir private Path directory;

  /** Protocol buffers, written by hand: what little of them a model takes. */
  private static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Message number(int field, long value) {
      varint(field << 3);
      varint(value);
      return this;
    }

    Message text(int field, String value) {
      return block(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return block(field, value.bytes.toByteArray());
    }

    Message block(int field, byte[] value) {
      varint(field << 3 | 2);
      varint(value.length);
      bytes.writeBytes(value);
      return this;
    }

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7FL) != 0) {
        bytes.write((int) (rest & 0x7F | 0x80));
        rest >>>= 7;
      }
      bytes.write((int) rest);
    }
  }

  private static final int FLOAT = 1;
  private static final int DOUBLE = 11;

  private static Message node(String operator, String output, String... inputs) {
    Message node = new Message();
    for (String input : inputs) {
      node.text(1, input);
    }
    return node.text(2, output).text(4, operator);
  }

  private static Message value(String name, int type, String... sizes) {
    Message shape = new Message();
    for (String size : sizes) {
      shape.message(1, new Message().text(2, size));
    }
    Message tensor = new Message().number(1, type).message(2, shape);
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }

  /** R'R / W, as a network would be exported. */
  private Path model(int type, boolean twoInputs) throws IOException {
    ByteBuffer raw = ByteBuffer.allocate(type == FLOAT ? 4 : 8).order(ByteOrder.LITTLE_ENDIAN);
    if (type == FLOAT) {
      raw.putFloat(WINDOW);
    } else {
      raw.putDouble(WINDOW);
    }
    Message count = new Message().number(2, type).text(8, "count").block(9, raw.array());
    Message graph =
        new Message()
            .message(1, node("Transpose", "t", "returns"))
            .message(1, node("MatMul", "p", "t", twoInputs ? "other" : "returns"))
            .message(1, node("Div", "covariance", "p", "count"))
            .text(2, "products")
            .message(5, count)
            .message(11, value("returns", type, "W", "n"));
    if (twoInputs) {
      graph.message(11, value("other", type, "W", "n"));
    }
    graph.message(12, value("covariance", type, "n", "m"));
    Message file =
        new Message().number(1, 8).message(7, graph).message(8, new Message().number(2, 13));
    Path path = directory.resolve("products" + type + twoInputs + ".onnx");
    Files.write(path, file.bytes.toByteArray());
    return path;
  }

  private static double[][] returns(int days) {
    Random random = new Random(3);
    double[][] rows = new double[days][3];
    for (double[] row : rows) {
      double market = random.nextGaussian();
      Arrays.setAll(row, i -> 0.01 * (market + random.nextGaussian()));
    }
    return rows;
  }

  private static double[] products(double[][] rows) {
    double[] sum = new double[9];
    for (int t = rows.length - WINDOW; t < rows.length; t++) {
      for (int k = 0; k < 9; k++) {
        sum[k] += rows[t][k / 3] * rows[t][k % 3] / WINDOW;
      }
    }
    return sum;
  }

  @Test
  void aModelForecastsAsItWasMade() throws IOException {
    double[][] rows = returns(100);
    for (int type : new int[] {FLOAT, DOUBLE}) {
      try (OnnxForecaster forecaster = OnnxForecaster.load(model(type, false), WINDOW)) {
        CovarianceForecaster.State state = forecaster.start(Arrays.copyOf(rows, 60));
        CovarianceForecaster.State copy = state.copy();
        double tolerance = type == FLOAT ? 1e-9 : 1e-18;
        assertArrayEquals(products(Arrays.copyOf(rows, 60)), state.forecast(), tolerance);
        for (int t = 60; t < 100; t++) {
          state.observe(rows[t]);
        }
        assertArrayEquals(products(rows), state.forecast(), tolerance);
        assertArrayEquals(products(Arrays.copyOf(rows, 60)), copy.forecast(), tolerance);
      }
    }
  }

  @Test
  void itWalksForwardWithTheOthers() throws IOException {
    try (OnnxForecaster forecaster = OnnxForecaster.load(model(DOUBLE, false), WINDOW)) {
      CovarianceForecaster own =
          CovarianceForecaster.of("own", WINDOW, OnnxForecasterTest::products);
      ForecastEvaluation evaluation =
          ForecastEvaluation.walkForward(
              returns(120), List.of(new EwmaForecaster(20), forecaster, own), 60, 20, 0);
      assertEquals(evaluation.scores().get(2).qlike(), evaluation.scores().get(1).qlike(), 1e-9);
    }
  }

  @Test
  void whatIsNoModelIsSaidSo() throws IOException {
    Path text = Files.writeString(directory.resolve("text.onnx"), "no model");
    assertMessage(text.toString(), () -> OnnxForecaster.load(text, WINDOW));
    Path two = model(FLOAT, true);
    assertMessage(
        two + ": has 2 inputs and 1 outputs, not one of each",
        () -> OnnxForecaster.load(two, WINDOW));
    OnnxForecaster forecaster = OnnxForecaster.load(model(FLOAT, false), WINDOW);
    assertMessage(
        "products1false.onnx: 10 returns: needs at least 20", () -> forecaster.start(returns(10)));
    CovarianceForecaster.State state = forecaster.start(returns(30));
    forecaster.close();
    forecaster.close();
    assertThrows(IllegalStateException.class, state::forecast);
    assertMessage("window of 0 returns", () -> OnnxForecaster.load(two, 0));
  }

  private static void assertMessage(String start, org.junit.jupiter.api.function.Executable call) {
    String message = assertThrows(InvalidInputException.class, call).getMessage();
    assertTrue(message.startsWith(start), message);
  }
}
