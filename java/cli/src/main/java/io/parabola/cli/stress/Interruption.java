package io.parabola.cli.stress;

import io.parabola.Cancellation;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Hears of Ctrl-C and other polite signals: the run is asked to stop, and the process stays until
 * it has put away what it has and said so, though not for ever.
 */
public final class Interruption implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;

  /** Those that are closed while the process shuts down, which waits for them. */
  private static final Set<Interruption> WAITING = ConcurrentHashMap.newKeySet();

  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "parabola-stop");
  private final Cancellation cancellation = new Cancellation();

  public Interruption() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void stop() {
    cancellation.cancel();
    try {
      over.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What a run looks at. */
  public Cancellation cancellation() {
    return cancellation;
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // Already shutting down: how the command ended is still to be said.
      WAITING.add(this);
    }
  }

  /** Lets a process that is shutting down end: all is said. */
  public static void letGo() {
    WAITING.forEach(interruption -> interruption.over.countDown());
    WAITING.clear();
  }
}
