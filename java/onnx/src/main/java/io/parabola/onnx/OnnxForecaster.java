package io.parabola.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.parabola.CovarianceDoctor;
import io.parabola.InvalidInputException;
import io.parabola.models.forecast.CovarianceForecaster;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Forecasts by a model of one's own in ONNX format.
 *
 * <p>The model has one input, the last W returns as float or double [W, n] or [1, W, n], the latest
 * last, and one output, the covariance of the next period, [n, n] or [1, n, n]. What it gives is
 * made symmetric, and the nearest positive semidefinite matrix is taken where it is none. The model
 * is not fitted here; walking forward tells what it is worth, as for every forecaster, as long as
 * it was trained on what came before.
 *
 * <p>States may be used from many threads at once, one thread each. Closing the forecaster ends all
 * of its states.
 */
public final class OnnxForecaster implements CovarianceForecaster, AutoCloseable {
  private final String name;
  private final int window;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final String input;
  private final boolean single;
  private final int dimensions;
  private volatile boolean closed;

  private OnnxForecaster(
      String name,
      int window,
      OrtEnvironment environment,
      OrtSession session,
      String input,
      boolean single,
      int dimensions) {
    this.name = name;
    this.window = window;
    this.environment = environment;
    this.session = session;
    this.input = input;
    this.single = single;
    this.dimensions = dimensions;
  }

  /**
   * Loads a model.
   *
   * @param model the file
   * @param window W, how many returns it takes, at least 1
   * @return the forecaster, named after the file, to be closed by the caller
   * @throws InvalidInputException if the file cannot be read as a model, or its input and output
   *     are not what they have to be
   */
  public static OnnxForecaster load(Path model, int window) {
    if (window < 1) {
      throw new InvalidInputException("window of " + window + " returns: at least 1");
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    OrtSession session = null;
    boolean complete = false;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      // Beyond these it fuses operators into ones that it has for float alone.
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.BASIC_OPT);
      session = environment.createSession(model.toString(), options);
      Map<String, NodeInfo> inputs = session.getInputInfo();
      if (inputs.size() != 1 || session.getNumOutputs() != 1) {
        throw new InvalidInputException(
            model
                + ": has "
                + inputs.size()
                + " inputs and "
                + session.getNumOutputs()
                + " outputs, not one of each");
      }
      NodeInfo only = inputs.values().iterator().next();
      if (!(only.getInfo() instanceof TensorInfo tensor)
          || tensor.type != OnnxJavaType.FLOAT && tensor.type != OnnxJavaType.DOUBLE
          || tensor.getShape().length != 2 && tensor.getShape().length != 3) {
        throw new InvalidInputException(
            model
                + ": input "
                + only.getName()
                + " is "
                + only.getInfo()
                + ", not returns [W, n] or [1, W, n] of float or double");
      }
      long[] shape = tensor.getShape();
      long given = shape[shape.length - 2];
      if (given > 0 && given != window) {
        throw new InvalidInputException(
            model + ": takes " + given + " returns, not a window of " + window);
      }
      complete = true;
      return new OnnxForecaster(
          model.getFileName().toString(),
          window,
          environment,
          session,
          only.getName(),
          tensor.type == OnnxJavaType.FLOAT,
          shape.length);
    } catch (OrtException e) {
      throw new InvalidInputException(
          model + ": " + e.getMessage().lines().findFirst().orElse("is not a model"));
    } finally {
      if (!complete && session != null) {
        close(session);
      }
    }
  }

  private static void close(OrtSession session) {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int leastReturns() {
    return window;
  }

  @Override
  public State start(double[][] history) {
    if (history.length < window) {
      throw new InvalidInputException(
          name + ": " + history.length + " returns: needs at least " + window);
    }
    return new Seen(Arrays.copyOfRange(history, history.length - window, history.length));
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      close(session);
    }
  }

  private double[] run(double[][] rows) {
    if (closed) {
      throw new IllegalStateException(name + ": the forecaster is closed");
    }
    int n = rows[0].length;
    long[] shape = dimensions == 2 ? new long[] {window, n} : new long[] {1, window, n};
    try (OnnxTensor tensor = tensor(rows, n, shape);
        OrtSession.Result result = session.run(Map.of(input, tensor))) {
      OnnxValue value = result.get(0);
      if (!(value instanceof OnnxTensor output)) {
        throw new InvalidInputException(name + ": its output is no tensor");
      }
      double[] sigma = numbers(output);
      if (sigma.length != n * n) {
        throw new InvalidInputException(
            name
                + ": its output is "
                + Arrays.toString(output.getInfo().getShape())
                + ", not a covariance of "
                + n
                + " assets");
      }
      return semidefinite(sigma, n);
    } catch (OrtException e) {
      throw new InvalidInputException(
          name + ": " + e.getMessage().lines().findFirst().orElse("failed"));
    }
  }

  private OnnxTensor tensor(double[][] rows, int n, long[] shape) throws OrtException {
    if (single) {
      float[] all = new float[window * n];
      for (int k = 0; k < all.length; k++) {
        all[k] = (float) rows[k / n][k % n];
      }
      return OnnxTensor.createTensor(environment, FloatBuffer.wrap(all), shape);
    }
    double[] all = new double[window * n];
    for (int k = 0; k < all.length; k++) {
      all[k] = rows[k / n][k % n];
    }
    return OnnxTensor.createTensor(environment, DoubleBuffer.wrap(all), shape);
  }

  private double[] numbers(OnnxTensor output) {
    if (output.getInfo().type == OnnxJavaType.FLOAT) {
      FloatBuffer buffer = output.getFloatBuffer();
      double[] numbers = new double[buffer.remaining()];
      for (int k = 0; k < numbers.length; k++) {
        numbers[k] = buffer.get(k);
      }
      return numbers;
    }
    if (output.getInfo().type == OnnxJavaType.DOUBLE) {
      DoubleBuffer buffer = output.getDoubleBuffer();
      double[] numbers = new double[buffer.remaining()];
      buffer.get(numbers);
      return numbers;
    }
    throw new InvalidInputException(name + ": its output is of " + output.getInfo().type);
  }

  private double[] semidefinite(double[] sigma, int n) {
    List<String> assets = IntStream.range(0, n).mapToObj(i -> "asset " + i).toList();
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (!Double.isFinite(sigma[i * n + j])) {
          throw new InvalidInputException(
              name + ": its output [" + i + ", " + j + "] is " + sigma[i * n + j]);
        }
      }
    }
    return CovarianceDoctor.repair(assets, sigma, CovarianceDoctor.Repair.CLIP)
        .covariance()
        .toArray();
  }

  /** The last W returns. */
  private final class Seen implements State {
    private final double[][] rows;

    Seen(double[][] rows) {
      this.rows = rows;
    }

    @Override
    public void observe(double[] returns) {
      System.arraycopy(rows, 1, rows, 0, rows.length - 1);
      rows[rows.length - 1] = returns.clone();
    }

    @Override
    public double[] forecast() {
      return run(rows);
    }

    @Override
    public State copy() {
      return new Seen(rows.clone());
    }
  }
}
