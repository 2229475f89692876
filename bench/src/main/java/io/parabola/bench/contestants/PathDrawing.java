package io.parabola.bench.contestants;

import io.parabola.Engine;
import io.parabola.Matrix;
import io.parabola.Paths;
import io.parabola.ReturnProcess;
import io.parabola.bench.problems.Certificate;

/** Paths of one step; there is no answer that could be far from the best one. */
public final class PathDrawing extends Contestant {
  /** How many there are to draw. */
  public static final int PATHS = 2000;

  private final Engine engine;
  private final ReturnProcess process;

  public PathDrawing(String name, Engine engine, ReturnProcess process) {
    super(name, PATHS, true);
    this.engine = engine;
    this.process = process;
  }

  @Override
  public void solve(int first, int number) {
    try (Matrix target = Matrix.allocate(number, process.size())) {
      engine.draw(Paths.builder(process, 1, number).firstPath(first).build(), target);
    }
  }

  @Override
  public Certificate certificate(int s) {
    return null;
  }
}
