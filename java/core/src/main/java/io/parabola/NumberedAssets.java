package io.parabola;

import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * The names of assets that were given none: "asset 0", "asset 1", … Put together when they are
 * asked for, since to name thousands takes longer than to solve them. Immutable.
 */
final class NumberedAssets extends AbstractList<String> implements RandomAccess {
  private final int size;

  NumberedAssets(int size) {
    this.size = Math.max(size, 0);
  }

  @Override
  public String get(int index) {
    return "asset " + Objects.checkIndex(index, size);
  }

  @Override
  public int size() {
    return size;
  }
}
