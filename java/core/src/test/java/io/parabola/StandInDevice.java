package io.parabola;

/** The stand-in that plays the CUDA device where the tests' library is loaded. */
final class StandInDevice {
  private StandInDevice() {}

  /** Whether it is the stand-in that plays; a real device cannot be asked for what is here. */
  static boolean plays() {
    try {
      return isThere();
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }

  private static native boolean isThere();

  /** Bytes of device memory that are allocated. */
  static native long bytes();

  /** Launches so far. */
  static native long launches();

  static native void limitMemory(long bytes);

  /** The next operation on the device fails with this code, and after it all do. */
  static native void breakNext(int code);

  static native void mend();
}
