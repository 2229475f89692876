package io.parabola;

import io.parabola.internal.PositiveSemidefinite;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What {@link CovarianceDoctor} found in a matrix that is meant to be a covariance. Immutable.
 *
 * @param assets the n names
 * @param problem why {@link Covariance#of(List, double[])} refuses it, in one line; null if it does
 *     not
 * @param notFinite elements that are NaN or infinite; where there are any, nothing below is looked
 *     for
 * @param negativeVariances elements of the diagonal below zero
 * @param asymmetries pairs whose two covariances differ by more than rounding; what follows is
 *     about their mean
 * @param withoutVariance covariances other than zero of an asset whose variance is zero
 * @param impossibleCorrelations pairs whose correlation lies beyond 1 or −1 by more than rounding,
 *     the worst first
 * @param negativeEigenvalues eigenvalues that are negative by more than rounding, the lowest first;
 *     none if the matrix is positive semidefinite
 * @param duplicates groups of assets with equal variances and correlations of 1
 * @param constants assets of variance zero
 * @param smallestEigenvalue of the matrix; NaN if an element is not finite
 * @param largestEigenvalue of the matrix; NaN if an element is not finite
 * @param rank how many eigenvalues of the correlations are above rounding; 0 if an element is not
 *     finite or a variance negative
 * @param condition largest eigenvalue of the correlations over the smallest; infinite if that is
 *     not above rounding, NaN where there are no correlations
 */
public record CovarianceDiagnosis(
    List<String> assets,
    String problem,
    List<Element> notFinite,
    List<Element> negativeVariances,
    List<Asymmetry> asymmetries,
    List<Element> withoutVariance,
    List<Correlation> impossibleCorrelations,
    List<Eigenvalue> negativeEigenvalues,
    List<List<String>> duplicates,
    List<String> constants,
    double smallestEigenvalue,
    double largestEigenvalue,
    int rank,
    double condition) {

  /** Findings of one kind beyond this are counted in {@link #lines}. */
  private static final int NAMED = 5;

  /**
   * One element.
   *
   * @param row the asset of its row
   * @param column the asset of its column
   * @param value what stands there
   */
  public record Element(String row, String column, double value) {}

  /**
   * Two elements that should be one.
   *
   * @param row an asset
   * @param column another
   * @param value what stands in the row of the one and the column of the other
   * @param transposed what stands in the row of the other and the column of the one
   */
  public record Asymmetry(String row, String column, double value, double transposed) {}

  /**
   * A correlation.
   *
   * @param first an asset
   * @param second another
   * @param value their covariance over the root of the product of their variances
   */
  public record Correlation(String first, String second, double value) {}

  /**
   * A share in an eigenvector.
   *
   * @param asset the asset
   * @param weight its element of the vector, which has length 1
   */
  public record Loading(String asset, double weight) {}

  /**
   * An eigenvalue.
   *
   * @param value λ
   * @param ofCorrelations whether of the correlations: beside an asset of far larger variance that
   *     of the covariance is lost in rounding
   * @param loadings the assets that carry it: those of at least half the largest loading, the
   *     largest first and positive
   */
  public record Eigenvalue(double value, boolean ofCorrelations, List<Loading> loadings) {}

  /** Makes the lists immutable. */
  public CovarianceDiagnosis {
    assets = List.copyOf(assets);
    notFinite = List.copyOf(notFinite);
    negativeVariances = List.copyOf(negativeVariances);
    asymmetries = List.copyOf(asymmetries);
    withoutVariance = List.copyOf(withoutVariance);
    impossibleCorrelations = List.copyOf(impossibleCorrelations);
    negativeEigenvalues = List.copyOf(negativeEigenvalues);
    duplicates = List.copyOf(duplicates);
    constants = List.copyOf(constants);
  }

  /**
   * Whether it is a covariance.
   *
   * @return whether {@link Covariance#of(List, double[])} takes it
   */
  public boolean isCovariance() {
    return problem == null;
  }

  /**
   * Everything found, for people: first what makes it no covariance, then what is odd about it.
   *
   * @return one line each; none if nothing was found
   */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    add(lines, notFinite, e -> element(e) + ": must be finite", "elements that are not finite");
    add(
        lines,
        negativeVariances,
        e -> element(e) + ": a variance cannot be negative",
        "negative variances");
    add(
        lines,
        asymmetries,
        a ->
            element(new Element(a.row, a.column, a.value))
                + " but "
                + element(new Element(a.column, a.row, a.transposed))
                + ": not symmetric",
        "pairs that are not symmetric");
    add(
        lines,
        withoutVariance,
        e -> element(e) + " of an asset whose variance is 0",
        "covariances of assets without variance");
    add(
        lines,
        impossibleCorrelations,
        c -> PositiveSemidefinite.impossible(c.first, c.second, c.value),
        "correlations beyond 1 or -1");
    add(
        lines,
        negativeEigenvalues,
        e ->
            (e.ofCorrelations ? "negative eigenvalue of its correlations " : "negative eigenvalue ")
                + PositiveSemidefinite.carried(e.value, e.loadings),
        "negative eigenvalues");
    add(
        lines,
        duplicates,
        group -> String.join(", ", group) + " are duplicates: correlation 1 and equal variances",
        "groups of duplicates");
    add(lines, constants, asset -> asset + " is constant: its variance is 0", "constant assets");
    if (isCovariance() && rank < assets.size() - constants.size()) {
      lines.add(
          "singular: rank "
              + rank
              + " of "
              + assets.size()
              + " assets; some portfolios have no variance");
    }
    return lines;
  }

  private static <T> void add(
      List<String> lines, List<T> findings, Function<T, String> words, String plural) {
    findings.stream().limit(NAMED).map(words).forEach(lines::add);
    if (findings.size() > NAMED) {
      lines.add("and " + (findings.size() - NAMED) + " more " + plural);
    }
  }

  private static String element(Element e) {
    return "covariance[" + e.row + ", " + e.column + "] = " + e.value;
  }
}
