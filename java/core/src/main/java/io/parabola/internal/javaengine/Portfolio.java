package io.parabola.internal.javaengine;

import io.parabola.internal.Knapsack;
import io.parabola.internal.ScenarioRules;
import java.util.Arrays;

/**
 * One portfolio: minimise ½ γ w'Σw − μ'w subject to 1'w = budget and finite bounds, by a primal
 * active set method. The objective never rises:
 *
 * <pre>
 *     approach   projected gradient steps, until the set of free weights settles
 *     face       Newton steps on the free weights, each to the first bounds hit, whose weights are
 *                then no longer free; until a whole step is taken
 *     release    the bounds whose multiplier has the wrong sign beyond rounding: all, or only the
 *                worst if all led nowhere; and again, until there is none
 * </pre>
 *
 * <p>A workspace, used for one scenario after another by one thread; nothing in it outlives a
 * scenario.
 */
final class Portfolio {
  private static final double EPSILON = Math.ulp(1.0);

  /** Roundings that a sum of products may be off by; beyond that a multiplier's sign is real. */
  private static final double ROUNDINGS = 4;

  private static final int APPROACH_STEPS = 100;
  private static final int SETTLED = 3;
  private static final int REFINEMENTS = 5;

  /** Rounds of release that may bring nothing but rounding before it is called the optimum. */
  private static final int IDLE_ROUNDS = 10;

  private static final double IDLE = 1e-24;

  private final double[][] sigma;
  private final int n;
  private final FaceNewton newton;

  double[] mu;
  double riskAversion;
  double[] lower;
  double[] upper;
  double budget;

  final double[] w;
  final double[] covarianceWithPortfolio;
  private final double[] g;
  private final double[] rounding;
  int iterations;

  private final boolean[] free;
  private final boolean[] stuck;
  private final int[] face;
  private final double[] direction;
  private final double[] candidate;
  private final double[] faceLower;
  private final double[] faceUpper;
  private final double[] slopeChange;
  private final double[] trialChange;

  Portfolio(double[][] sigma) {
    this.sigma = sigma;
    n = sigma.length;
    newton = new FaceNewton(sigma);
    w = new double[n];
    covarianceWithPortfolio = new double[n];
    g = new double[n];
    rounding = new double[n];
    free = new boolean[n];
    stuck = new boolean[n];
    face = new int[n];
    direction = new double[n];
    candidate = new double[n];
    faceLower = new double[n];
    faceUpper = new double[n];
    slopeChange = new double[n];
    trialChange = new double[n];
  }

  /** Minimises from the weights in {@link #w}, whatever they are. */
  void minimise() {
    iterations = 0;
    Projection.project(w, lower, upper, n, budget);
    double largestVariance = 0;
    for (int i = 0; i < n; i++) {
      largestVariance = Math.max(largestVariance, sigma[i][i]);
    }
    if (riskAversion * largestVariance == 0) {
      for (int i = 0; i < n; i++) {
        g[i] = -mu[i];
      }
      Knapsack.solve(g, lower, upper, budget, w);
    } else {
      evaluate();
      approach();
      activeSet();
    }
    evaluate();
  }

  private void activeSet() {
    evaluate();
    Arrays.fill(stuck, false);
    for (int i = 0; i < n; i++) {
      free[i] = isInside(i);
    }
    boolean all = true;
    int idle = 0;
    int limit = 200 + 20 * n;
    minimiseOnFace();
    while (iterations < limit && idle < IDLE_ROUNDS) {
      evaluate();
      int released = release(all);
      // The face too may have something left: the sum made exact can free a weight.
      double gained = minimiseOnFace();
      if (released < 0 && gained == 0) {
        return;
      }
      if (gained > 0) {
        all = true;
        Arrays.fill(stuck, false);
        idle = gained > IDLE * scale() ? 0 : idle + 1;
      } else if (all) {
        all = false;
      } else {
        stuck[released] = true;
      }
    }
  }

  /** The size of the objective's two terms, to measure gains by. */
  private double scale() {
    double risk = 0;
    double reward = 0;
    for (int i = 0; i < n; i++) {
      risk += w[i] * covarianceWithPortfolio[i];
      reward += w[i] * mu[i];
    }
    return Math.max(riskAversion * risk, Math.abs(reward));
  }

  /** Projected gradient with Barzilai and Borwein's step and an exact line search. */
  private void approach() {
    double step = firstStep();
    int settled = 0;
    for (int k = 0; k < APPROACH_STEPS && settled < SETTLED; k++) {
      for (int i = 0; i < n; i++) {
        candidate[i] = w[i] - step * g[i];
      }
      Projection.project(candidate, lower, upper, n, budget);
      double slope = 0;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        direction[i] = candidate[i] - w[i];
        slope += g[i] * direction[i];
        squares += direction[i] * direction[i];
      }
      if (!(slope < 0)) {
        return;
      }
      double curvature = 0;
      Arrays.fill(slopeChange, 0);
      for (int i = 0; i < n; i++) {
        addColumn(i, direction[i], slopeChange);
      }
      for (int i = 0; i < n; i++) {
        curvature += direction[i] * slopeChange[i];
      }
      double part = curvature > 0 ? Math.min(1, -slope / curvature) : 1;
      boolean same = true;
      for (int i = 0; i < n; i++) {
        double next = part == 1 ? candidate[i] : clip(w[i] + part * direction[i], i);
        same &= (next <= lower[i]) == (w[i] <= lower[i]);
        same &= (next >= upper[i]) == (w[i] >= upper[i]);
        w[i] = next;
        g[i] += part * slopeChange[i];
      }
      settled = same ? settled + 1 : 0;
      step = curvature > 0 ? squares / curvature : 10 * step;
    }
  }

  /** The step that would be exact along the gradient without bounds. */
  private double firstStep() {
    double mean = 0;
    for (int i = 0; i < n; i++) {
      mean += g[i] / n;
    }
    Arrays.fill(slopeChange, 0);
    double squares = 0;
    for (int i = 0; i < n; i++) {
      squares += (g[i] - mean) * (g[i] - mean);
      addColumn(i, g[i] - mean, slopeChange);
    }
    double curvature = 0;
    for (int i = 0; i < n; i++) {
      curvature += (g[i] - mean) * slopeChange[i];
    }
    return curvature > 0 && squares > 0 ? squares / curvature : 1;
  }

  /**
   * Newton steps until the free weights are at their optimum, or no longer free.
   *
   * @return by how much the objective fell
   */
  private double minimiseOnFace() {
    double gained = 0;
    int whole = 0;
    while (whole <= REFINEMENTS) {
      int size = collectFace();
      if (size < 2 || isFaceOptimal(size)) {
        break;
      }
      iterations++;
      newton.direction(face, size, g, riskAversion, direction);

      if (dropOutward(size)) {
        continue;
      }
      double slope = 0;
      double limit = Double.POSITIVE_INFINITY;
      for (int a = 0; a < size; a++) {
        int i = face[a];
        slope += (g[i] - g[face[0]]) * direction[a];
        limit = Math.min(limit, ratio(i, direction[a]));
      }
      if (!(slope < 0)) {
        break;
      }
      double curvature = curvature(direction, size, slopeChange);
      // The trace in the Newton system keeps a direction without risk short. When the step before
      // has left only such a direction, it may be as long as the line search says, but not before:
      // the other directions would be overshot by the same factor.
      double exact = curvature > 0 ? -slope / curvature : Double.POSITIVE_INFINITY;
      double best = whole % 2 == 0 ? Math.min(1, exact) : exact;
      double step = Math.min(best, limit);
      double gain = -step * (slope + 0.5 * step * curvature);
      double[] path = direction;
      if (limit < best) {
        double bent = bend(size);
        if (bent > gain) {
          gain = bent;
          path = candidate;
          step = 1;
        }
      }
      if (!move(size, path, step, path == candidate ? trialChange : slopeChange)) {
        break;
      }
      gained += Math.max(gain, Double.MIN_VALUE);
      if (path == direction && best <= limit) {
        evaluate();
        whole++;
      } else {
        whole = 0;
      }
    }
    return gained;
  }

  /**
   * The whole Newton step, bent back into the box, so that many weights reach their bounds at once:
   * leaves the move in {@link #candidate}.
   *
   * @return by how much the objective would fall; negative if it would rise
   */
  private double bend(int size) {
    double held = 0;
    double farthest = 0;
    double range = 0;
    for (int a = 0; a < size; a++) {
      int i = face[a];
      held += w[i];
      faceLower[a] = lower[i];
      faceUpper[a] = upper[i];
      farthest = Math.max(farthest, Math.abs(direction[a]));
      range = Math.max(range, upper[i] - lower[i]);
    }
    // A step of a direction without risk is so long that the sum would be lost in rounding.
    double scale = Math.min(1, 100 * range / farthest);
    for (int a = 0; a < size; a++) {
      candidate[a] = w[face[a]] + scale * direction[a];
    }
    Projection.project(candidate, faceLower, faceUpper, size, held);
    double slope = 0;
    for (int a = 0; a < size; a++) {
      candidate[a] -= w[face[a]];
      slope += (g[face[a]] - g[face[0]]) * candidate[a];
    }
    double curvature = curvature(candidate, size, trialChange);
    return -(slope + 0.5 * curvature);
  }

  /** The free assets, the one of least variance first. */
  private int collectFace() {
    int size = 0;
    for (int i = 0; i < n; i++) {
      if (free[i]) {
        face[size++] = i;
        if (sigma[i][i] < sigma[face[0]][face[0]]) {
          face[size - 1] = face[0];
          face[0] = i;
        }
      }
    }
    return size;
  }

  private boolean isFaceOptimal(int size) {
    int sharpest = sharpest();
    for (int a = 0; a < size; a++) {
      int i = face[a];
      if (Math.abs(g[i] - g[sharpest]) > rounding[i] + rounding[sharpest]) {
        return false;
      }
    }
    return true;
  }

  /** The free asset whose gradient, which is the multiplier of the budget, is known best; or −1. */
  private int sharpest() {
    int sharpest = -1;
    for (int i = 0; i < n; i++) {
      if (free[i] && (sharpest < 0 || rounding[i] < rounding[sharpest])) {
        sharpest = i;
      }
    }
    return sharpest;
  }

  /** Takes back the released weights that the direction would push out of their bounds. */
  private boolean dropOutward(int size) {
    boolean dropped = false;
    for (int a = 0; a < size; a++) {
      int i = face[a];
      if ((w[i] <= lower[i] && direction[a] <= 0) || (w[i] >= upper[i] && direction[a] >= 0)) {
        free[i] = false;
        dropped = true;
      }
    }
    return dropped;
  }

  private double ratio(int i, double move) {
    if (move == 0) {
      return Double.POSITIVE_INFINITY;
    }
    return ((move > 0 ? upper[i] : lower[i]) - w[i]) / move;
  }

  /** γ move'Σ move; leaves γ Σ move in {@code change}. */
  private double curvature(double[] move, int size, double[] change) {
    Arrays.fill(change, 0);
    for (int a = 0; a < size; a++) {
      addColumn(face[a], move[a], change);
    }
    double curvature = 0;
    for (int a = 0; a < size; a++) {
      curvature += move[a] * change[face[a]];
    }
    return curvature;
  }

  private void addColumn(int column, double move, double[] change) {
    if (move != 0) {
      double[] row = sigma[column];
      double scaled = riskAversion * move;
      for (int i = 0; i < n; i++) {
        change[i] += scaled * row[i];
      }
    }
  }

  /** Moves along a path on the face; whether any weight changed in floating point. */
  private boolean move(int size, double[] path, double step, double[] change) {
    boolean moved = false;
    for (int a = 0; a < size; a++) {
      int i = face[a];
      double before = w[i];
      w[i] =
          ratio(i, path[a]) <= step * (1 + EPSILON)
              ? (path[a] > 0 ? upper[i] : lower[i])
              : clip(before + step * path[a], i);
      moved |= w[i] != before;
      free[i] = isInside(i);
    }
    for (int i = 0; i < n; i++) {
      g[i] += step * change[i];
    }
    return moved;
  }

  /**
   * Frees bounded weights whose multiplier has the wrong sign beyond rounding.
   *
   * @param all all of them, or only the worst
   * @return the worst, or −1 if there is none
   */
  private int release(boolean all) {
    int sharpest = sharpest();
    double multiplier;
    double known;
    int partner = -1;
    if (sharpest >= 0) {
      multiplier = g[sharpest];
      known = rounding[sharpest];
    } else {
      // At a vertex every multiplier between these two will do, if they are in order.
      int cheapest = -1;
      int dearest = -1;
      for (int i = 0; i < n; i++) {
        if (w[i] < upper[i] && !stuck[i] && (cheapest < 0 || g[i] < g[cheapest])) {
          cheapest = i;
        }
        if (w[i] > lower[i] && !stuck[i] && (dearest < 0 || g[i] > g[dearest])) {
          dearest = i;
        }
      }
      if (cheapest < 0 || dearest < 0 || cheapest == dearest) {
        return -1;
      }
      if (g[dearest] - g[cheapest] <= rounding[cheapest] + rounding[dearest]) {
        return -1;
      }
      multiplier = 0.5 * g[cheapest] + 0.5 * g[dearest];
      known = 0;
      partner = g[dearest] - multiplier > multiplier - g[cheapest] ? cheapest : dearest;
      free[cheapest] = true;
      free[dearest] = true;
      if (!all) {
        return cheapest == partner ? dearest : cheapest;
      }
    }
    int worst = -1;
    for (int i = 0; i < n; i++) {
      double wrong = wrong(i, multiplier) - rounding[i] - known;
      if (wrong > 0 && !stuck[i]) {
        if (worst < 0 || wrong(i, multiplier) > wrong(worst, multiplier)) {
          worst = i;
        }
        free[i] |= all;
      }
    }
    if (worst >= 0) {
      free[worst] = true;
    }
    return partner >= 0 && worst < 0 ? partner : worst;
  }

  /** How far a bounded weight's multiplier is on the wrong side; negative on the right one. */
  private double wrong(int i, double multiplier) {
    if (isInside(i) || lower[i] == upper[i]) {
      return Double.NEGATIVE_INFINITY;
    }
    return w[i] <= lower[i] ? multiplier - g[i] : g[i] - multiplier;
  }

  /** Makes the sum exact, and the gradient and its rounding anew from the data. */
  private void evaluate() {
    balance();
    Arrays.fill(covarianceWithPortfolio, 0);
    Arrays.fill(rounding, 0);
    for (int j = 0; j < n; j++) {
      double[] row = sigma[j];
      double weight = w[j];
      if (weight != 0) {
        for (int i = 0; i < n; i++) {
          double term = row[i] * weight;
          covarianceWithPortfolio[i] += term;
          rounding[i] += Math.abs(term);
        }
      }
    }
    for (int i = 0; i < n; i++) {
      g[i] = riskAversion * covarianceWithPortfolio[i] - mu[i];
      rounding[i] = ROUNDINGS * EPSILON * (riskAversion * rounding[i] + Math.abs(mu[i]));
    }
  }

  /**
   * Puts what rounding took from the sum on the inner weight of least variance that can hold it.
   */
  private void balance() {
    for (int pass = 0; pass < 3; pass++) {
      double missing = budget - ScenarioRules.sum(w);
      if (missing == 0) {
        return;
      }
      int payer = -1;
      int roomiest = 0;
      for (int i = 0; i < n; i++) {
        if (isInside(i)
            && room(i, missing) > Math.abs(missing)
            && (payer < 0 || sigma[i][i] < sigma[payer][payer])) {
          payer = i;
        }
        if (room(i, missing) > room(roomiest, missing)) {
          roomiest = i;
        }
      }
      int chosen = payer >= 0 ? payer : roomiest;
      w[chosen] = clip(w[chosen] + missing, chosen);
      free[chosen] = isInside(chosen);
    }
  }

  private double room(int i, double missing) {
    return missing > 0 ? upper[i] - w[i] : w[i] - lower[i];
  }

  private boolean isInside(int i) {
    return w[i] > lower[i] && w[i] < upper[i];
  }

  private double clip(double value, int i) {
    return Math.min(Math.max(value, lower[i]), upper[i]);
  }

  /** The standard deviation of an asset's return. */
  double deviation(int i) {
    return Math.sqrt(sigma[i][i]);
  }

  /** A bound on what is left to gain, from the gradient last evaluated. */
  double gap(double[] gapLower, double[] gapUpper, double[] scratch) {
    return Knapsack.gap(g, w, gapLower, gapUpper, budget, scratch);
  }
}
