package io.parabola.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Many like items of work over threads, the caller's among them. */
public final class Shares {
  private final int count;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  private Shares(int count) {
    this.count = count;
  }

  /** What one thread is given. */
  @FunctionalInterface
  public interface Turns {
    /**
     * Calls for one item after another, until none is left.
     *
     * @param work what to do with an item, from 0
     */
    void each(IntConsumer work);
  }

  /**
   * Calls {@code work} once on each thread, which sets up what it needs and takes its turns.
   *
   * @param threads at least 1
   * @param count items
   * @param work what a thread does; what it throws ends all, and is thrown here
   */
  public static void over(int threads, int count, Consumer<Turns> work) {
    Shares shares = new Shares(count);
    List<Thread> helpers = new ArrayList<>();
    for (int t = 1; t < Math.min(threads, count); t++) {
      Thread helper = new Thread(() -> shares.run(work), "parabola-share-" + t);
      helper.setDaemon(true);
      helper.start();
      helpers.add(helper);
    }
    shares.run(work);
    boolean interrupted = false;
    for (Thread helper : helpers) {
      while (helper.isAlive()) {
        try {
          helper.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    Throwable thrown = shares.failure.get();
    if (thrown instanceof Error) {
      throw (Error) thrown;
    }
    if (thrown != null) {
      throw (RuntimeException) thrown;
    }
  }

  private void run(Consumer<Turns> work) {
    try {
      work.accept(
          item -> {
            int k;
            while (failure.get() == null && (k = next.getAndIncrement()) < count) {
              item.accept(k);
            }
          });
    } catch (Throwable e) {
      // Kept for the calling thread, which throws it once no thread works any more.
      failure.compareAndSet(null, e);
    }
  }
}
