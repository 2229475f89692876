package io.parabola.internal.libparabola;

import io.parabola.internal.DirectMemory;
import java.nio.ByteBuffer;

/** Large blocks of memory from libparabola; their C++ side is native/jni/NativeMemory.cpp. */
final class NativeMemory implements DirectMemory.Allocator {
  @Override
  public long allocate(long bytes, boolean zeros) {
    return allocateBlock(bytes, zeros);
  }

  @Override
  public ByteBuffer view(long address, long bytes) {
    return viewBlock(address, bytes);
  }

  @Override
  public void free(long address, long bytes) {
    freeBlock(address, bytes);
  }

  private static native long allocateBlock(long bytes, boolean zeros);

  private static native ByteBuffer viewBlock(long address, long bytes);

  private static native void freeBlock(long address, long bytes);
}
