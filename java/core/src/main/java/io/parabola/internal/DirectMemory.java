package io.parabola.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import org.slf4j.LoggerFactory;

/** Frees direct buffers at once, where the JVM lets it; elsewhere the collector does it later. */
public final class DirectMemory {
  private static final MethodHandle CLEANER = findCleaner();

  private DirectMemory() {}

  /**
   * Frees the memory of a buffer that nobody will touch again.
   *
   * @param buffer as {@code ByteBuffer.allocateDirect} returned it, not a slice of it
   */
  public static void free(ByteBuffer buffer) {
    if (CLEANER == null) {
      return;
    }
    try {
      CLEANER.invokeExact(buffer);
    } catch (Throwable e) {
      throw new IllegalStateException("cannot free a direct buffer", e);
    }
  }

  // By reflection, because javac warns of sun.misc.Unsafe in a way that cannot be silenced.
  private static MethodHandle findCleaner() {
    try {
      Class<?> unsafe = Class.forName("sun.misc.Unsafe");
      Field instance = unsafe.getDeclaredField("theUnsafe");
      instance.setAccessible(true);
      return MethodHandles.lookup()
          .findVirtual(unsafe, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
          .bindTo(instance.get(null));
    } catch (ReflectiveOperationException | RuntimeException e) {
      LoggerFactory.getLogger(DirectMemory.class)
          .debug("direct memory is left to the garbage collector", e);
      return null;
    }
  }
}
