package io.parabola.internal;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts who uses a thing that can be closed, so that nobody closes it under their hands. */
public final class Uses {
  private static final int CLOSED = -1;

  private final String what;
  private final AtomicInteger users = new AtomicInteger();

  /**
   * Starts open, with nobody using it.
   *
   * @param what its name in messages
   */
  public Uses(String what) {
    this.what = what;
  }

  /**
   * Somebody starts to use it.
   *
   * @throws IllegalStateException if it is closed
   */
  public void begin() {
    int now;
    do {
      now = users.get();
      if (now == CLOSED) {
        throw new IllegalStateException(what + " is closed");
      }
    } while (!users.compareAndSet(now, now + 1));
  }

  /** Undoes one {@link #begin}. */
  public void end() {
    users.decrementAndGet();
  }

  /**
   * Closes it; again changes nothing.
   *
   * @return whether this call was the one that closed it
   * @throws IllegalStateException if somebody is using it
   */
  public boolean close() {
    if (users.compareAndSet(0, CLOSED)) {
      return true;
    }
    if (users.get() == CLOSED) {
      return false;
    }
    throw new IllegalStateException(what + " is in use: close it once its solves are over");
  }
}
