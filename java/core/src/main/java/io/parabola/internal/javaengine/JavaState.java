package io.parabola.internal.javaengine;

import io.parabola.Batch;
import io.parabola.Matrix;
import io.parabola.internal.PreparedState;
import io.parabola.internal.Results;
import io.parabola.internal.SolveControl;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A covariance on the heap, and the threads that share the scenarios of a batch over it. */
final class JavaState implements PreparedState {
  private static final long REPORT_EVERY_NANOS = 20_000_000;

  private final ScenarioCovariance covariance;

  JavaState(ScenarioCovariance covariance) {
    this.covariance = covariance;
  }

  @Override
  public void solve(Batch batch, Matrix weights, Results out, SolveControl control) {
    Run run = new Run(batch, weights, out, control);
    List<Thread> helpers = new ArrayList<>();
    for (int i = 1; i < Math.min(control.threads(), batch.scenarios()); i++) {
      Thread helper = new Thread(() -> run.work(false), "parabola-" + i);
      helper.setDaemon(true);
      helper.start();
      helpers.add(helper);
    }
    run.work(true);
    boolean interrupted = false;
    for (Thread helper : helpers) {
      while (helper.isAlive()) {
        try {
          helper.join(REPORT_EVERY_NANOS / 1_000_000);
          run.report();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    run.finish();
  }

  @Override
  public void close() {}

  /** One batch on its way. */
  private final class Run {
    private final Batch batch;
    private final Matrix weights;
    private final Results out;
    private final SolveControl control;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private int reported;

    Run(Batch batch, Matrix weights, Results out, SolveControl control) {
      this.batch = batch;
      this.weights = weights;
      this.out = out;
      this.control = control;
    }

    void work(boolean reporting) {
      try {
        Scenario scenario = new Scenario(covariance, batch, weights, out, control.tolerance());
        long last = System.nanoTime();
        while (failure.get() == null && !control.isCancelled()) {
          int s = next.getAndIncrement();
          if (s >= batch.scenarios()) {
            return;
          }
          scenario.solve(s);
          done.incrementAndGet();
          if (reporting && System.nanoTime() - last > REPORT_EVERY_NANOS) {
            report();
            last = System.nanoTime();
          }
        }
      } catch (Throwable e) {
        // Kept for the calling thread, which throws it once no thread writes any more.
        failure.compareAndSet(null, e);
      }
    }

    /** From the calling thread only. */
    void report() {
      int now = done.get();
      if (now > reported && now < batch.scenarios() && failure.get() == null) {
        reported = now;
        try {
          control.report(now, batch.scenarios());
        } catch (RuntimeException | Error e) {
          failure.compareAndSet(null, e);
        }
      }
    }

    void finish() {
      Throwable thrown = failure.get();
      if (thrown instanceof Error) {
        throw (Error) thrown;
      }
      if (thrown != null) {
        throw (RuntimeException) thrown;
      }
      control.report(done.get(), batch.scenarios());
    }
  }
}
