package io.parabola.internal.javaengine;

import io.parabola.Matrix;
import io.parabola.Problem;
import io.parabola.internal.AbstractEngine;
import io.parabola.internal.PathsData;
import io.parabola.internal.PreparedState;

/**
 * The engine in plain Java: the last resort where no native library loads, and the others' oracle.
 */
public final class JavaEngine extends AbstractEngine {
  /**
   * Creates the engine.
   *
   * @param threads threads to solve on
   */
  public JavaEngine(int threads) {
    super("java", threads);
  }

  @Override
  protected PreparedState prepareState(Problem problem) {
    return new JavaState(new ScenarioCovariance(problem));
  }

  @Override
  protected String description() {
    return "plain Java "
        + Runtime.version().feature()
        + ", "
        + threads()
        + (threads() == 1 ? " thread" : " threads");
  }

  @Override
  protected void release() {}

  @Override
  protected void drawPaths(PathsData paths, Matrix target) {
    new PathDrawing(paths, target).run(threads());
  }
}
