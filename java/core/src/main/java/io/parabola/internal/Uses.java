package io.parabola.internal;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts who uses a thing that can be closed, so that nobody closes it under their hands. */
final class Uses {
  private static final int CLOSED = -1;

  private final String what;
  private final AtomicInteger users = new AtomicInteger();

  Uses(String what) {
    this.what = what;
  }

  void begin() {
    int now;
    do {
      now = users.get();
      if (now == CLOSED) {
        throw new IllegalStateException(what + " is closed");
      }
    } while (!users.compareAndSet(now, now + 1));
  }

  void end() {
    users.decrementAndGet();
  }

  /** Whether this call was the one that closed it; a later call changes nothing. */
  boolean close() {
    if (users.compareAndSet(0, CLOSED)) {
      return true;
    }
    if (users.get() == CLOSED) {
      return false;
    }
    throw new IllegalStateException(what + " is in use: close it once its solves are over");
  }
}
