package io.parabola.models.estimators;

import io.parabola.Covariance;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A covariance, and how it came about.
 *
 * @param estimator its name
 * @param covariance Σ, n × n, per period; in factor form where it is a factor model's
 * @param mean the means of the returns that it is about [n], per period; not copied
 * @param figures what there is to know beside it, by name: the intensity of a shrinkage, the weight
 *     of the last observation
 * @param notes what was done to get it, a sentence each; empty if nothing had to be
 */
public record CovarianceEstimate(
    String estimator,
    Covariance covariance,
    double[] mean,
    Map<String, Double> figures,
    List<String> notes) {

  /** Copies the figures and the notes. */
  public CovarianceEstimate {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    notes = List.copyOf(notes);
  }
}
