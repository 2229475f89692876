package io.parabola.internal;

import io.parabola.Engine;
import io.parabola.EngineUnavailableException;
import io.parabola.InvalidInputException;
import io.parabola.internal.javaengine.JavaEngine;
import io.parabola.internal.libparabola.CpuEngine;
import io.parabola.internal.libparabola.CudaEngine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the first engine that runs here, and collects why those before it do not. */
public final class EngineSelection {
  private static final Logger LOG = LoggerFactory.getLogger(EngineSelection.class);
  private static final String PROPERTY = "parabola.engine";

  /** By name, the fastest first; each takes the number of threads. */
  private static final Map<String, IntFunction<AbstractEngine>> ENGINES = new LinkedHashMap<>();

  static {
    ENGINES.put("cuda", CudaEngine::create);
    ENGINES.put("cpu", CpuEngine::create);
    ENGINES.put("java", JavaEngine::new);
  }

  private EngineSelection() {}

  /**
   * As {@link Engine#create()}.
   *
   * @return the engine
   */
  public static Engine create() {
    int threads = Runtime.getRuntime().availableProcessors();
    String forced = System.getProperty(PROPERTY);
    if (forced != null) {
      return create(forced.strip(), threads);
    }
    List<String> reasons = new ArrayList<>();
    for (Map.Entry<String, IntFunction<AbstractEngine>> candidate : ENGINES.entrySet()) {
      try {
        AbstractEngine engine = candidate.getValue().apply(threads);
        engine.passedOver(reasons);
        LOG.debug("{}", engine.describe());
        return engine;
      } catch (EngineUnavailableException e) {
        String name = candidate.getKey();
        if ((name.equals("cuda") && CudaEngine.isConfigured())
            || (name.equals("cpu") && CpuEngine.isConfigured())) {
          throw new EngineUnavailableException("engine " + name + ": " + e.getMessage(), e);
        }
        reasons.add(candidate.getKey() + ": " + e.getMessage());
      }
    }
    throw new EngineUnavailableException("no engine runs here: " + String.join("; ", reasons));
  }

  /**
   * Lets large blocks outside the heap come from the native library from now on, where there is
   * one: in large pages, while from the JDK each page of four kilobytes is a stop when it is first
   * touched. And lets it centre observations. An engine does so by itself; this is for large work
   * without one.
   */
  public static void borrowLibrary() {
    if (!"java".equals(System.getProperty(PROPERTY, "").strip())) {
      CpuEngine.lendLibrary();
    }
  }

  /**
   * As {@link Engine#create(String, int)}.
   *
   * @param name the engine's name
   * @param threads threads to solve on
   * @return the engine
   */
  public static Engine create(String name, int threads) {
    IntFunction<AbstractEngine> candidate = ENGINES.get(name);
    if (candidate == null) {
      throw new InvalidInputException(
          (name.isEmpty() ? "engine \"\"" : "engine " + name)
              + ": there is none of that name, only "
              + ENGINES.keySet());
    }
    try {
      return candidate.apply(threads);
    } catch (EngineUnavailableException e) {
      throw new EngineUnavailableException("engine " + name + ": " + e.getMessage(), e);
    }
  }
}
