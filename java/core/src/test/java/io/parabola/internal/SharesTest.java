package io.parabola.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharesTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void everyItemIsDoneOnce(int threads) {
    int[] done = new int[1000];
    Shares.over(threads, done.length, turns -> turns.each(k -> done[k]++));
    int[] once = new int[done.length];
    Arrays.fill(once, 1);
    assertArrayEquals(once, done);
  }

  /** The later item fails first: its thread sets the latch that the earlier one waits for. */
  @Test
  void ofSeveralFailuresTheFirstItemsIsThrown() {
    CountDownLatch laterFailed = new CountDownLatch(1);
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                Shares.over(
                    2,
                    2,
                    turns ->
                        turns.each(
                            k -> {
                              if (k == 0) {
                                awaitQuietly(laterFailed);
                              } else {
                                laterFailed.countDown();
                              }
                              throw new IllegalStateException("item " + k);
                            })));
    assertEquals("item 0", thrown.getMessage());
  }

  @Test
  void whatSettingUpThrowsIsThrown() {
    AssertionError thrown =
        assertThrows(
            AssertionError.class,
            () ->
                Shares.over(
                    2,
                    10,
                    turns -> {
                      throw new AssertionError("no room");
                    }));
    assertEquals("no room", thrown.getMessage());
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
