package io.parabola.cli.stress;

import io.parabola.Cancellation;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Hears of Ctrl-C and other polite signals: the run is asked to stop, and the process stays until
 * it has put away what it has, though not for ever.
 */
public final class Interruption implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;

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
    over.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // Already shutting down: the hook goes on now.
    }
  }
}
