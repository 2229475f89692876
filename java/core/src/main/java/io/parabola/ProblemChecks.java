package io.parabola;

import java.util.List;

/** What a problem's values have to satisfy, with the words for those that do not. */
final class ProblemChecks {
  private final List<String> assets;

  ProblemChecks(List<String> assets) {
    this.assets = assets;
  }

  double[] copy(String what, double[] values) {
    if (values.length != assets.size()) {
      throw new InvalidInputException(
          what
              + " has "
              + values.length
              + " numbers, but the covariance has "
              + assets.size()
              + " assets");
    }
    return values.clone();
  }

  void finite(String what, double value) {
    if (!Double.isFinite(value)) {
      throw new InvalidInputException(what + " = " + value + ": must be finite");
    }
  }

  /** Null passes: the values are optional. */
  void finite(String what, double[] values) {
    for (int i = 0; values != null && i < values.length; i++) {
      finite(what + "[" + assets.get(i) + "]", values[i]);
    }
  }

  void bounds(double[] lower, double[] upper) {
    for (int i = 0; i < lower.length; i++) {
      String name = assets.get(i);
      if (Double.isNaN(lower[i]) || lower[i] == Double.POSITIVE_INFINITY) {
        throw new InvalidInputException(
            "lower[" + name + "] = " + lower[i] + ": must be a number or minus infinity");
      }
      if (Double.isNaN(upper[i]) || upper[i] == Double.NEGATIVE_INFINITY) {
        throw new InvalidInputException(
            "upper[" + name + "] = " + upper[i] + ": must be a number or infinity");
      }
      if (lower[i] > upper[i]) {
        throw new InvalidInputException(
            "bounds of " + name + " cross: lower " + lower[i] + " > upper " + upper[i]);
      }
    }
  }

  void limit(String what, double value) {
    if (!(value >= 0)) {
      throw new InvalidInputException(what + " = " + value + ": must be at least 0");
    }
  }

  void sameSize(LinearConstraints constraints) {
    if (constraints != null && constraints.size() != assets.size()) {
      throw new InvalidInputException(
          "the linear constraints are on "
              + constraints.size()
              + " assets, but the covariance has "
              + assets.size());
    }
  }

  void needsCurrentWeights(String what, boolean present) {
    if (present) {
      throw new InvalidInputException(
          what + " without currentWeights: what is traded away from is not known");
    }
  }
}
