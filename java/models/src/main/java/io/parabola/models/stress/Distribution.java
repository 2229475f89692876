package io.parabola.models.stress;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.DDSketches;
import com.datadoghq.sketch.ddsketch.store.Bin;
import com.datadoghq.sketch.ddsketch.store.Store;
import java.util.Arrays;
import java.util.Iterator;

/**
 * Numbers as they come, and then their quantiles and tail. What comes out does not depend on how
 * they were divided into chunks.
 */
public abstract class Distribution {
  /** Of a sketch: its quantiles are so near to the true ones, relative to their size. */
  public static final double SKETCH_ACCURACY = 1e-3;

  /** Sizes below this count as zero in a sketch. */
  private static final double SKETCH_ZERO = 1e-12;

  /** Sizes above this count as infinite in a sketch, whose bins end somewhere. */
  private static final double SKETCH_INFINITE = 1e300;

  private long count;
  private long nonzero;
  private double sum;

  private Distribution() {}

  /**
   * Keeps all numbers: quantiles are exact, and memory is eight bytes for each.
   *
   * @return an empty distribution
   */
  public static Distribution exact() {
    return new Exact();
  }

  /**
   * Keeps counts in bins whose width is a share of their place (DDSketch: Masson, Rim and Lee
   * 2019): quantiles are within {@link #SKETCH_ACCURACY} of the true ones, relative, and memory
   * does not grow with the numbers.
   *
   * @return an empty distribution
   */
  public static Distribution sketch() {
    return new Sketch();
  }

  /**
   * Takes a number in.
   *
   * @param value not NaN; may be infinite
   */
  public final void add(double value) {
    count++;
    nonzero += value == 0 ? 0 : 1;
    sum += value;
    keep(value);
  }

  abstract void keep(double value);

  /** Those kept, rising, with how often each came. */
  abstract Kept kept();

  /** Values [K], rising, and counts [K]; counts null where each came once. */
  record Kept(double[] values, long[] counts) {
    /** The value of a rank from 0. */
    double at(long rank) {
      if (counts == null) {
        return values[(int) rank];
      }
      int k = 0;
      long below = counts[0];
      while (rank >= below && k < values.length - 1) {
        below += counts[++k];
      }
      return values[k];
    }
  }

  /**
   * How many numbers came.
   *
   * @return at least 0
   */
  public final long count() {
    return count;
  }

  /**
   * Their mean.
   *
   * @return NaN for none
   */
  public final double mean() {
    return sum / count;
  }

  /**
   * The share that is not zero.
   *
   * @return NaN for none
   */
  public final double nonzero() {
    return (double) nonzero / count;
  }

  /**
   * A quantile, between its two neighbours in order, linearly.
   *
   * @param level between 0 and 1
   * @return NaN if no numbers came
   */
  public final double quantile(double level) {
    if (count == 0) {
      return Double.NaN;
    }
    Kept kept = kept();
    double position = level * (count - 1);
    long below = (long) position;
    double low = kept.at(below);
    double high = kept.at(Math.min(below + 1, count - 1));
    // Of equal ones, infinite ones among them, and at a number itself, there is nothing between.
    return low == high || position == below ? low : low + (position - below) * (high - low);
  }

  /**
   * The share of the numbers that reach a bound.
   *
   * @param bound from which on they count
   * @return NaN for no numbers
   */
  public final double shareFrom(double bound) {
    Kept kept = kept();
    long above = 0;
    for (int k = kept.values().length - 1; k >= 0 && kept.values()[k] >= bound; k--) {
      above += kept.counts() == null ? 1 : kept.counts()[k];
    }
    return (double) above / count;
  }

  /**
   * How many numbers fall into each of some equal parts of an interval; those beyond it are not
   * counted.
   *
   * @param low where the first part begins
   * @param high where the last one ends, above low
   * @param parts how many, at least 1
   * @return [parts]
   */
  public final long[] histogram(double low, double high, int parts) {
    long[] histogram = new long[parts];
    if (count > 0) {
      Kept kept = kept();
      for (int k = 0; k < kept.values().length; k++) {
        double place = (kept.values()[k] - low) / (high - low) * parts;
        if (place >= 0 && place <= parts) {
          histogram[Math.min(parts - 1, (int) place)] +=
              kept.counts() == null ? 1 : kept.counts()[k];
        }
      }
    }
    return histogram;
  }

  /**
   * VaR and CVaR, the numbers being losses.
   *
   * @param confidence β, between 0 and 1
   * @return the tail, or null if no numbers came
   */
  public final TailRisk tail(double confidence) {
    if (count == 0) {
      return null;
    }
    Kept kept = kept();
    return TailRisk.ofSorted(kept.values(), kept.counts(), confidence);
  }

  private static final class Exact extends Distribution {
    private double[] values = new double[64];
    private int size;
    private Kept kept;

    @Override
    void keep(double value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, (int) Math.min(Integer.MAX_VALUE - 8L, 2L * size));
      }
      values[size++] = value;
      kept = null;
    }

    @Override
    Kept kept() {
      if (kept == null) {
        double[] sorted = Arrays.copyOf(values, size);
        Arrays.sort(sorted);
        kept = new Kept(sorted, null);
      }
      return kept;
    }
  }

  private static final class Sketch extends Distribution {
    private final DDSketch sketch = DDSketches.unboundedDense(SKETCH_ACCURACY);
    private long zeros;
    private long lowest;
    private long highest;
    private Kept kept;

    @Override
    void keep(double value) {
      if (Math.abs(value) < SKETCH_ZERO) {
        zeros++;
      } else if (Math.abs(value) > SKETCH_INFINITE) {
        lowest += value < 0 ? 1 : 0;
        highest += value > 0 ? 1 : 0;
      } else {
        sketch.accept(value);
      }
      kept = null;
    }

    @Override
    Kept kept() {
      if (kept == null) {
        int bins = size(sketch.getNegativeValueStore()) + size(sketch.getPositiveValueStore()) + 3;
        double[] values = new double[bins];
        long[] counts = new long[bins];
        int at = 0;
        if (lowest > 0) {
          values[at] = Double.NEGATIVE_INFINITY;
          counts[at++] = lowest;
        }
        for (Iterator<Bin> i = sketch.getNegativeValueStore().getDescendingIterator();
            i.hasNext(); ) {
          Bin bin = i.next();
          values[at] = -sketch.getIndexMapping().value(bin.getIndex());
          counts[at++] = Math.round(bin.getCount());
        }
        if (zeros > 0) {
          counts[at++] = zeros;
        }
        for (Iterator<Bin> i = sketch.getPositiveValueStore().getAscendingIterator();
            i.hasNext(); ) {
          Bin bin = i.next();
          values[at] = sketch.getIndexMapping().value(bin.getIndex());
          counts[at++] = Math.round(bin.getCount());
        }
        if (highest > 0) {
          values[at] = Double.POSITIVE_INFINITY;
          counts[at++] = highest;
        }
        kept = new Kept(Arrays.copyOf(values, at), Arrays.copyOf(counts, at));
      }
      return kept;
    }

    private static int size(Store store) {
      int size = 0;
      for (Iterator<Bin> i = store.getAscendingIterator(); i.hasNext(); i.next()) {
        size++;
      }
      return size;
    }
  }
}
