package io.parabola.cli.options;

import io.parabola.Engine;
import io.parabola.cli.files.Failure;
import picocli.CommandLine.Option;

/** Which engine solves, and on how many threads: options of every command that solves. */
public final class EngineOptions {
  /** The system refuses threads by the ten thousand, but only after minutes of starting them. */
  private static final int MOST_THREADS = 1024;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description =
          "cpu or java; fails if it cannot be had. Default: the fastest that runs here, or what"
              + " -Dparabola.engine names.")
  private String engine;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to solve on. Default: all cores. The answers do not depend on it.")
  private Integer threads;

  public Engine create() {
    if (threads != null && threads < 1) {
      throw Failure.input("--threads " + threads + ": must be at least 1");
    }
    int most = Math.max(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    if (threads != null && threads > most) {
      throw Failure.input("--threads " + threads + ": must be at most " + most);
    }
    if (engine == null && threads == null) {
      return Engine.create();
    }
    return Engine.create(engine == null ? preferred() : engine, threadCount());
  }

  public int threadCount() {
    return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
  }

  private static String preferred() {
    try (Engine engine = Engine.create()) {
      return engine.name();
    }
  }
}
