package io.parabola.internal;

/**
 * Random numbers that are functions of where they are used: of the seed, the path, the step and
 * what they are for. kernels/random.hpp has the same functions, and gives the same bits: both are
 * made of sums, products, quotients and square roots in one order.
 *
 * <p>Bits: Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1,
 * 2, 3" (2011). Normals: Wichura's algorithm AS 241 (1988) for the quantile of a uniform number.
 */
public final class Philox {
  /** What numbers are for: draws of one kind are independent of all others. */
  public enum Draw {
    /** Of each asset or factor. */
    NORMAL,
    /** Of all assets together. */
    COMMON,
    /** Of the variance. */
    MIXING,
    /** How many jumps. */
    JUMP_COUNT,
    /** What jumps do to each asset or factor. */
    JUMP_SIZE,
    /** Where in the history. */
    BLOCK,
    /** Which regime. */
    REGIME,
    /** Which state of the market a scenario is in; not drawn by kernels. */
    STATE
  }

  private static final int ROUNDS = 10;

  private final int key0;
  private final int key1;
  private final int[] counter = new int[4];
  private long path;
  private int step;

  /**
   * Starts at the first step of the first path. Not safe for use by several threads.
   *
   * @param seed any number
   */
  public Philox(long seed) {
    key0 = (int) seed;
    key1 = (int) (seed >>> 32);
  }

  /**
   * Goes elsewhere.
   *
   * @param path from 0, below 2^63
   * @param step from 0, below 2^24
   * @return this
   */
  public Philox at(long path, int step) {
    this.path = path;
    this.step = step;
    return this;
  }

  /**
   * Replaces a counter by its random words.
   *
   * @param c 4 words
   * @param key0 the first word of the key
   * @param key1 the second
   */
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

  private void bits(Draw draw, int pair) {
    counter[0] = pair;
    counter[1] = step | draw.ordinal() << 24;
    counter[2] = (int) path;
    counter[3] = (int) (path >>> 32);
    encrypt(counter, key0, key1);
  }

  /** Of 52 bits, the middle of their interval: above 0, below 1. */
  private double uniformOf(int word) {
    long all = (counter[word] & 0xFFFFFFFFL) << 32 | counter[word + 1] & 0xFFFFFFFFL;
    return ((all >>> 12) + 0.5) * 0x1p-52;
  }

  /**
   * Two independent numbers of (0, 1).
   *
   * @param draw what for
   * @param pair which, from 0
   * @param target two numbers, overwritten
   */
  public void uniforms(Draw draw, int pair, double[] target) {
    bits(draw, pair);
    target[0] = uniformOf(0);
    target[1] = uniformOf(2);
  }

  /**
   * A number of (0, 1).
   *
   * @param draw what for
   * @return the first one of pair 0
   */
  public double uniform(Draw draw) {
    bits(draw, 0);
    return uniformOf(0);
  }

  /**
   * A standard normal number.
   *
   * @param draw what for
   * @return the first one of pair 0
   */
  public double normal(Draw draw) {
    return normalQuantile(uniform(draw));
  }

  /**
   * Standard normal numbers.
   *
   * @param draw what for
   * @param count how many
   * @param target at least count rounded up to even, overwritten
   */
  public void normals(Draw draw, int count, double[] target) {
    for (int pair = 0; 2 * pair < count; pair++) {
      bits(draw, pair);
      target[2 * pair] = normalQuantile(uniformOf(0));
      target[2 * pair + 1] = normalQuantile(uniformOf(2));
    }
  }

  /**
   * Chi squared, by the rejection of Marsaglia and Tsang (2000).
   *
   * @param freedom degrees of freedom, above 2
   * @return a positive number
   */
  public double chiSquared(double freedom) {
    double d = freedom / 2 - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    for (int attempt = 0; ; attempt++) {
      bits(Draw.MIXING, attempt);
      double x = normalQuantile(uniformOf(0));
      double root = 1 + c * x;
      if (root > 0) {
        double v = root * root * root;
        if (logarithm(uniformOf(2)) < 0.5 * x * x + (d - d * v) + d * logarithm(v)) {
          return 2 * d * v;
        }
      }
    }
  }

  /**
   * Poisson, by inversion.
   *
   * @param mean above 0
   * @param none exp(−mean), a normal number
   * @return at least 0
   */
  public int poisson(double mean, double none) {
    double u = uniform(Draw.JUMP_COUNT);
    double p = none;
    double below = p;
    int k = 0;
    while (u >= below && p > 0x1p-60 * below) {
      k++;
      p = p * mean / k;
      below += p;
    }
    return k;
  }

  /** ln x for a normal x above 0. */
  static double logarithm(double x) {
    long bits = Double.doubleToRawLongBits(x);
    long exponent = (bits - 0x3FE6A09E667F3BCDL) >> 52;
    double m = Double.longBitsToDouble(bits - (exponent << 52));
    double f = m - 1;
    double s = f / (2 + f);
    double t = s * s;
    double p = 1.0 / 25;
    for (int k = 23; k >= 3; k -= 2) {
      p = p * t + 1.0 / k;
    }
    return exponent * 0x1.62e42fefa38p-1
        + (f - (s * f - (exponent * 0x1.ef35793c7673p-45 + 2 * s * t * p)));
  }

  private static double polynomial(double x, double[] a) {
    double sum = a[7];
    for (int k = 6; k >= 0; k--) {
      sum = sum * x + a[k];
    }
    return sum;
  }

  private static final double[] CENTRE_TOP = {
    3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
    1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
    3.3430575583588128105e4, 2.5090809287301226727e3
  };
  private static final double[] CENTRE_BOTTOM = {
    1.0,
    4.2313330701600911252e1,
    6.8718700749205790830e2,
    5.3941960214247511077e3,
    2.1213794301586595867e4,
    3.9307895800092710610e4,
    2.8729085735721942674e4,
    5.2264952788528545610e3
  };
  private static final double[] TAIL_TOP = {
    1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
    3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
    2.27238449892691845833e-2, 7.74545014278341407640e-4
  };
  private static final double[] TAIL_BOTTOM = {
    1.0,
    2.05319162663775882187e0,
    1.67638483018380384940e0,
    6.89767334985100004550e-1,
    1.48103976427480074590e-1,
    1.51986665636164571966e-2,
    5.47593808499534494600e-4,
    1.05075007164441684324e-9
  };
  private static final double[] FAR_TOP = {
    6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
    2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
    2.71155556874348757815e-5, 2.01033439929228813265e-7
  };
  private static final double[] FAR_BOTTOM = {
    1.0,
    5.99832206555887937690e-1,
    1.36929880922735805310e-1,
    1.48753612908506148525e-2,
    7.86869131145613259100e-4,
    1.84631831751005468180e-5,
    1.42151175831644588870e-7,
    2.04426310338993978564e-15
  };

  /**
   * The quantile of the standard normal distribution.
   *
   * @param u between 0 and 1
   * @return z with Φ(z) = u
   */
  public static double normalQuantile(double u) {
    double q = u - 0.5;
    if (q >= -0.425 && q <= 0.425) {
      double r = 0.180625 - q * q;
      return q * polynomial(r, CENTRE_TOP) / polynomial(r, CENTRE_BOTTOM);
    }
    double r = Math.sqrt(-logarithm(q < 0 ? u : 1 - u));
    double z =
        r <= 5
            ? polynomial(r - 1.6, TAIL_TOP) / polynomial(r - 1.6, TAIL_BOTTOM)
            : polynomial(r - 5, FAR_TOP) / polynomial(r - 5, FAR_BOTTOM);
    return q < 0 ? -z : z;
  }
}
