package io.parabola.models;

/**
 * Counter-based random numbers: the Philox 4x32 generator with 10 rounds of Salmon, Moraes, Dror
 * and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).
 *
 * <p>The stream is a pure function of (seed, purpose, index): scenario s gets the same numbers
 * whatever was drawn before it, on whatever thread. StrictMath, so that they are also the same on
 * every machine. Not safe for use by several threads.
 */
final class Philox {
  private static final int ROUNDS = 10;

  private final int[] block = new int[4];
  private final int key0;
  private final int key1;
  private final int purpose;
  private final long index;
  private int counter;
  private int used = 4;
  private double spare = Double.NaN;

  Philox(long seed, int purpose, long index) {
    this.key0 = (int) seed;
    this.key1 = (int) (seed >>> 32);
    this.purpose = purpose;
    this.index = index;
  }

  /** Replaces the counter in {@code c} (4 words) with its random words. */
  static void encrypt(int[] c, int key0, int key1) {
    int k0 = key0;
    int k1 = key1;
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = 0xD2511F53L * (c[0] & 0xFFFFFFFFL);
      long p1 = 0xCD9E8D57L * (c[2] & 0xFFFFFFFFL);
      int c0 = (int) (p1 >>> 32) ^ c[1] ^ k0;
      int c2 = (int) (p0 >>> 32) ^ c[3] ^ k1;
      c[0] = c0;
      c[1] = (int) p1;
      c[2] = c2;
      c[3] = (int) p0;
      k0 += 0x9E3779B9;
      k1 += 0xBB67AE85;
    }
  }

  private int word() {
    if (used == 4) {
      block[0] = counter++;
      block[1] = purpose;
      block[2] = (int) index;
      block[3] = (int) (index >>> 32);
      encrypt(block, key0, key1);
      used = 0;
    }
    return block[used++];
  }

  /** Uniform in the open interval (0, 1), 53 bits. */
  double uniform() {
    long high = word() & 0xFFFFFFFFL;
    long low = word() & 0xFFFFFFFFL;
    // The middle of each of 2^52 cells: neither 0 nor, after rounding, 1.
    return ((((high << 32) | low) >>> 12) + 0.5) * 0x1p-52;
  }

  /** Standard normal, by the transform of Box and Muller. */
  double gaussian() {
    if (!Double.isNaN(spare)) {
      double value = spare;
      spare = Double.NaN;
      return value;
    }
    double radius = StrictMath.sqrt(-2 * StrictMath.log(uniform()));
    double angle = 2 * Math.PI * uniform();
    spare = radius * StrictMath.sin(angle);
    return radius * StrictMath.cos(angle);
  }

  /**
   * Chi squared with more than 2 degrees of freedom, by the rejection of Marsaglia and Tsang
   * (2000).
   */
  double chiSquared(double degreesOfFreedom) {
    double d = degreesOfFreedom / 2 - 1.0 / 3;
    double c = 1 / StrictMath.sqrt(9 * d);
    while (true) {
      double x = gaussian();
      double v = 1 + c * x;
      if (v > 0) {
        v = v * v * v;
        if (StrictMath.log(uniform()) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
          return 2 * d * v;
        }
      }
    }
  }
}
