package io.parabola;

/**
 * A request to stop, made from any thread. A solve that sees it finishes the portfolios it has
 * begun, and gives the others {@link Status#CANCELLED}. It cannot be taken back.
 */
public final class Cancellation {
  private volatile boolean cancelled;

  /** Creates a request that has not been made yet. */
  public Cancellation() {}

  /** Makes the request; again is the same as once. */
  public void cancel() {
    cancelled = true;
  }

  /**
   * Whether the request has been made.
   *
   * @return true after {@link #cancel()}
   */
  public boolean isCancelled() {
    return cancelled;
  }
}
