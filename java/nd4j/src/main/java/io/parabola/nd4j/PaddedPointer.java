package io.parabola.nd4j;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Where an array of ours begins whose rows are padded with zeros: by this class its memory is known
 * again, whatever views ND4J made of it. It keeps the owner of the memory reachable.
 */
final class PaddedPointer extends DoublePointer {
  private final Object owner;
  private final int columns;

  PaddedPointer(Pointer start, long numbers, int columns, Object owner) {
    super(start);
    this.owner = owner;
    this.columns = columns;
    position(0).limit(numbers).capacity(numbers);
  }

  /** How many columns are not padding. */
  int columns() {
    return columns;
  }
}
