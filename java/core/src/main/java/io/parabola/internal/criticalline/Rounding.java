package io.parabola.internal.criticalline;

/** What numbers are known to, over the size of the terms that they are sums of. */
final class Rounding {
  /** Roundings that a computed number may be off by, for its sign to mean nothing. */
  static final double NOISE = 0x1p-44;

  /** The same for numbers that are worked out anew from the data. */
  static final double ROUNDING = 0x1p-48;

  /** A part that no computation by way of the whole can tell from zero. */
  static final double NOTHING = 0x1p-90;

  /** Steps that differ by no more than this part of t end at one t. */
  static final double TIE = 0x1p-50;

  private Rounding() {}

  static boolean isNoise(double value, double noise) {
    return !(Math.abs(value) > noise);
  }

  static double ratio(double value, double noise) {
    return value == 0 ? 0 : Math.abs(value) / noise;
  }
}
