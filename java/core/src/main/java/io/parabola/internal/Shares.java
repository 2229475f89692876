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
  private final AtomicReference<Failure> failure = new AtomicReference<>();

  private Shares(int count) {
    this.count = count;
  }

  /** What an item threw; item -1 is what a thread does before its first. */
  private record Failure(int item, Throwable thrown) {
    static Failure earlier(Failure a, Failure b) {
      return a == null || b.item < a.item ? b : a;
    }
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
   * <p>What an item throws ends all, and is thrown here; if several throw, what the first of them
   * in their order threw, whichever thread was the fastest: items are begun in their order, and
   * what has begun is carried to its end.
   *
   * @param threads at least 1
   * @param count items
   * @param work what a thread does
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
    Failure failure = shares.failure.get();
    if (failure == null) {
      return;
    }
    if (failure.thrown instanceof Error) {
      throw (Error) failure.thrown;
    }
    throw (RuntimeException) failure.thrown;
  }

  private void run(Consumer<Turns> work) {
    int[] item = {-1};
    try {
      work.accept(
          each -> {
            while (failure.get() == null && (item[0] = next.getAndIncrement()) < count) {
              each.accept(item[0]);
            }
          });
    } catch (Throwable e) {
      // Kept for the calling thread, which throws it once no thread works any more.
      failure.accumulateAndGet(new Failure(item[0], e), Failure::earlier);
    }
  }
}
