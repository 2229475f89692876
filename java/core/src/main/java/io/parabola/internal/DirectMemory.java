package io.parabola.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.Cleaner;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;

/**
 * Memory outside the heap that can be freed at once, and is freed by the collector otherwise.
 *
 * <p>Up to Java 21 only {@code Unsafe.invokeCleaner} frees a direct buffer; later ones print a
 * warning when it is called, but have arenas. Both are reached by method handles: arenas are not in
 * Java 17, and javac's warning about {@code Unsafe} cannot be silenced.
 */
public final class DirectMemory {
  /** Every buffer starts at a multiple of this many bytes: a cache line, and the widest vector. */
  public static final int ALIGNMENT = 64;

  private static final int FIRST_WITH_ARENAS = 22;

  /** From this size on new pages, and zeros on them, take longer than to ask a library. */
  private static final int LARGE = 1 << 16;

  private static volatile Allocator allocator;

  private final ByteBuffer buffer;
  private final Runnable release;

  private DirectMemory(ByteBuffer buffer, Runnable release) {
    this.buffer = buffer.order(ByteOrder.nativeOrder());
    this.release = release;
  }

  /**
   * Memory of a native library: of blocks that were freed, or which the system provides page by
   * page as it is touched, by whichever thread does. The JDK writes all zeros itself, on one
   * thread, before it hands them out: that is time which no number of threads shortens. Nor does
   * the JDK's limit apply.
   */
  public interface Allocator {
    /**
     * Allocates a block.
     *
     * @param bytes at least 1
     * @param zeros whether it has to consist of zeros; else it is left as it comes
     * @return the address of a block that starts at a multiple of {@link #ALIGNMENT}, or 0 if there
     *     is none left
     */
    long allocate(long bytes, boolean zeros);

    /**
     * Views a block.
     *
     * @param address of the block
     * @param bytes its size
     * @return a direct buffer, which does not own it
     */
    ByteBuffer view(long address, long bytes);

    /**
     * Frees a block.
     *
     * @param address as from {@link #allocate}
     * @param bytes what {@link #allocate} was asked for
     */
    void free(long address, long bytes);
  }

  /**
   * Takes large blocks from a native library from now on.
   *
   * @param library where from
   */
  public static void takeFrom(Allocator library) {
    allocator = library;
  }

  /**
   * Allocates zeros.
   *
   * @param bytes at least 1
   * @return the memory
   * @throws OutOfMemoryError if there is none left
   */
  public static DirectMemory allocate(int bytes) {
    return allocate(bytes, true);
  }

  /**
   * Allocates memory.
   *
   * @param bytes at least 1
   * @param zeros whether it has to consist of zeros; else it may hold anything
   * @return the memory
   * @throws OutOfMemoryError if there is none left
   */
  public static DirectMemory allocate(int bytes, boolean zeros) {
    Allocator lazy = allocator;
    if (lazy != null && bytes >= LARGE) {
      return Lazy.allocate(lazy, bytes, zeros);
    }
    return Runtime.version().feature() >= FIRST_WITH_ARENAS
        ? Arenas.allocate(bytes)
        : Cleaned.allocate(bytes);
  }

  /**
   * The memory, in native byte order. What is sliced from this buffer keeps it from the collector.
   *
   * @return always the same buffer, position 0
   */
  public ByteBuffer buffer() {
    return buffer;
  }

  /** Frees the memory, which nobody may touch any more. */
  public void free() {
    release.run();
  }

  /** A block of a native library. */
  private static final class Lazy {
    private static final Cleaner CLEANER = Cleaner.create();

    /** Bytes of the blocks that are not freed. */
    private static final AtomicLong HELD = new AtomicLong();

    /** When there are more, what has become garbage among them is collected. */
    private static volatile long most = Math.max(1L << 30, Runtime.getRuntime().maxMemory());

    static DirectMemory allocate(Allocator library, int bytes, boolean zeros) {
      if (HELD.addAndGet(bytes) > most) {
        collectGarbage();
      }
      long address = library.allocate(bytes, zeros);
      if (address == 0) {
        HELD.addAndGet(-bytes);
        throw new OutOfMemoryError("cannot allocate " + bytes + " bytes outside the heap");
      }
      ByteBuffer buffer = library.view(address, bytes);
      Runnable free =
          () -> {
            library.free(address, bytes);
            HELD.addAndGet(-bytes);
          };
      return new DirectMemory(buffer, CLEANER.register(buffer, free)::clean);
    }

    /**
     * Small objects hold these blocks, and the collector, who sees no more than those, takes its
     * time. So it is called, as the JDK does when direct buffers come to the size of the heap; and
     * not again before there is twice as much as was still in use.
     */
    private static synchronized void collectGarbage() {
      if (HELD.get() <= most) {
        return;
      }
      System.gc();
      try {
        long before;
        do {
          before = HELD.get();
          Thread.sleep(20);
        } while (HELD.get() < before);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      most = Math.max(most, 2 * HELD.get());
    }
  }

  /** A shared arena for each allocation. */
  private static final class Arenas {
    private static final Cleaner CLEANER = Cleaner.create();
    private static final MethodHandle OF_SHARED;
    private static final MethodHandle ALLOCATE;
    private static final MethodHandle AS_BYTE_BUFFER;

    static {
      try {
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        Class<?> arena = Class.forName("java.lang.foreign.Arena");
        Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
        OF_SHARED =
            lookup
                .findStatic(arena, "ofShared", MethodType.methodType(arena))
                .asType(MethodType.methodType(AutoCloseable.class));
        ALLOCATE =
            lookup
                .findVirtual(
                    arena, "allocate", MethodType.methodType(segment, long.class, long.class))
                .asType(
                    MethodType.methodType(
                        Object.class, AutoCloseable.class, long.class, long.class));
        AS_BYTE_BUFFER =
            lookup
                .findVirtual(segment, "asByteBuffer", MethodType.methodType(ByteBuffer.class))
                .asType(MethodType.methodType(ByteBuffer.class, Object.class));
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    static DirectMemory allocate(int bytes) {
      try {
        AutoCloseable arena = (AutoCloseable) OF_SHARED.invokeExact();
        Object segment = (Object) ALLOCATE.invokeExact(arena, (long) bytes, (long) ALIGNMENT);
        ByteBuffer buffer = (ByteBuffer) AS_BYTE_BUFFER.invokeExact(segment);
        return new DirectMemory(buffer, CLEANER.register(buffer, () -> close(arena))::clean);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("cannot allocate " + bytes + " bytes", e);
      }
    }

    private static void close(AutoCloseable arena) {
      try {
        arena.close();
      } catch (Exception e) {
        throw new IllegalStateException("cannot free direct memory", e);
      }
    }
  }

  /** A direct buffer of the JDK, which has a cleaner of its own. */
  private static final class Cleaned {
    private static final MethodHandle INVOKE_CLEANER = find();

    static DirectMemory allocate(int bytes) {
      ByteBuffer whole = ByteBuffer.allocateDirect(bytes + ALIGNMENT);
      int offset = whole.alignmentOffset(0, ALIGNMENT);
      ByteBuffer aligned = whole.slice(offset == 0 ? 0 : ALIGNMENT - offset, bytes);
      return new DirectMemory(aligned, () -> clean(whole));
    }

    private static void clean(ByteBuffer whole) {
      if (INVOKE_CLEANER == null) {
        return;
      }
      try {
        INVOKE_CLEANER.invokeExact(whole);
      } catch (Throwable e) {
        throw new IllegalStateException("cannot free direct memory", e);
      }
    }

    private static MethodHandle find() {
      try {
        Class<?> unsafe = Class.forName("sun.misc.Unsafe");
        Field instance = unsafe.getDeclaredField("theUnsafe");
        instance.setAccessible(true);
        return MethodHandles.lookup()
            .findVirtual(
                unsafe, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
            .bindTo(instance.get(null));
      } catch (ReflectiveOperationException | RuntimeException e) {
        LoggerFactory.getLogger(DirectMemory.class)
            .debug("direct memory is left to the garbage collector", e);
        return null;
      }
    }
  }
}
