package io.parabola.internal;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Why no weights meet the constraints of a scenario: a smallest set of limits that clash, by how
 * much they do, and the changes of one of them that mend it.
 *
 * <p>The certificate names limits that clash. From these, one after the other is left out if what
 * remains still clashes (the deletion filter), so that in the end each is needed. How far one of
 * them must give way is found by Newton's method on the certificate's margin, which is linear in
 * the limit while the certificate stays the same.
 */
public final class InfeasibilityReport {
  /** What the row is called that stands for a target return. */
  public static final String TARGET_RETURN = "target return";

  /** Names beyond this are counted. */
  private static final int NAMES = 5;

  /** Groups of bounds up to this are reduced asset by asset. */
  private static final int REDUCED_BY_ASSET = 20;

  private static final int ADVICE = 3;
  private static final int TRIED = 8;
  private static final int NEWTON_STEPS = 60;

  /** Kinds of limits. */
  public enum Kind {
    /** Upper bounds of some assets' weights. */
    UPPER_BOUNDS,
    /** Lower bounds of some assets' weights. */
    LOWER_BOUNDS,
    /** The row that stands for a target return. */
    TARGET_RETURN,
    /** The turnover, with the current weights. */
    TURNOVER,
    /** The gross exposure. */
    GROSS_EXPOSURE,
    /** One side of a row. */
    ROW,
    /** The budget. */
    BUDGET
  }

  /**
   * A limit, or the bounds of several assets taken together.
   *
   * @param kind what it is
   * @param atMost whether it is an upper limit; of the budget, which side of it clashes
   * @param row for a row: its index in A, from 0; −1 else
   * @param assets for bounds: whose, ascending; else empty
   */
  public record Limit(Kind kind, boolean atMost, int row, List<Integer> assets) {}

  /**
   * A change of one limit that alone makes the whole set feasible.
   *
   * @param limit which
   * @param by the least it has to give way, above 0; in the units of the limit, for bounds of each
   *     asset
   * @param to what the limit may be then, rounded outwards to few digits; NaN for bounds that
   *     differ, which all give way by {@code roundedBy}
   * @param roundedBy {@code by}, rounded outwards to few digits
   */
  public record Relaxation(Limit limit, double by, double to, double roundedBy) {}

  private final FeasibleSet set;
  private final List<String> assetNames;
  private final List<String> rowNames;
  private final List<Limit> clash;
  private final double shortfall;
  private final List<Relaxation> relaxations = new ArrayList<>();
  private final String text;

  private InfeasibilityReport(
      FeasibleSet set,
      FarkasCertificate certificate,
      List<String> assetNames,
      List<String> rowNames) {
    this.set = set;
    this.assetNames = assetNames;
    this.rowNames = rowNames;
    List<Limit> used = limits(certificate);
    clash = reduce(Feasibility.decide(only(used)).feasible() ? allLimits() : used);
    Limit lead = null;
    double least = Double.NaN;
    for (Limit limit : inOrderOfInterest(clash)) {
      least = leastRelaxation(only(clash), limit);
      if (least > 0) {
        lead = limit;
        break;
      }
    }
    if (lead == null) {
      // All are within rounding of being met.
      lead = inOrderOfInterest(clash).get(0);
      least = Math.ulp(limitOf(lead));
    }
    shortfall = least;
    for (Limit limit : clash.subList(0, Math.min(TRIED, clash.size()))) {
      Relaxation relaxation = relaxation(limit);
      if (relaxation != null) {
        relaxations.add(relaxation);
      }
    }
    boolean budgetOnly =
        lead.kind() == Kind.BUDGET
            && ScenarioRules.shortfall(set.lower, set.upper, set.rowLower[0]) != 0;
    text =
        budgetOnly
            ? ScenarioRules.explainInfeasible(set.lower, set.upper, set.rowLower[0])
            : "infeasible: " + clashText(lead) + adviceText(lead);
  }

  /**
   * Explains.
   *
   * @param set the constraints
   * @param assetNames n names
   * @param rowNames m names; a row called {@value #TARGET_RETURN} is spoken of as such
   * @return the report, or null if there are weights that meet the constraints
   */
  public static InfeasibilityReport explain(
      FeasibleSet set, List<String> assetNames, List<String> rowNames) {
    Feasibility verdict = Feasibility.decide(set);
    return verdict.feasible()
        ? null
        : new InfeasibilityReport(set, verdict.certificate(), assetNames, rowNames);
  }

  /**
   * The limits that clash: all of them together cannot be met, and without any one of them the
   * others can.
   *
   * @return at least 1, bounds first
   */
  public List<Limit> clash() {
    return List.copyOf(clash);
  }

  /**
   * By how much the first limit that the text names is missed when the others of the clash are met.
   *
   * @return above 0, in the limit's own units
   */
  public double shortfall() {
    return shortfall;
  }

  /**
   * The changes of one limit that alone mend the whole set; each was tested by solving again.
   *
   * @return none if other limits clash besides; of a clash of many limits only the first are tried
   */
  public List<Relaxation> relaxations() {
    return List.copyOf(relaxations);
  }

  /**
   * The explanation.
   *
   * @return one line that starts with "infeasible: "
   */
  public String text() {
    return text;
  }

  // ---- Limits of a set.

  /** The limits that a certificate makes use of, bounds first. */
  private List<Limit> limits(FarkasCertificate certificate) {
    List<Integer> ups = new ArrayList<>();
    List<Integer> downs = new ArrayList<>();
    for (int i = 0; i < set.size(); i++) {
      if (certificate.boundRate[i] > 0) {
        ups.add(i);
      } else if (certificate.boundRate[i] < 0) {
        downs.add(i);
      }
    }
    List<Limit> limits = new ArrayList<>();
    if (!ups.isEmpty()) {
      limits.add(new Limit(Kind.UPPER_BOUNDS, true, -1, List.copyOf(ups)));
    }
    if (!downs.isEmpty()) {
      limits.add(new Limit(Kind.LOWER_BOUNDS, false, -1, List.copyOf(downs)));
    }
    for (int r = 1; r < set.rows(); r++) {
      if (certificate.y[r] != 0) {
        limits.add(new Limit(rowKind(r - 1), certificate.y[r] > 0, r - 1, List.of()));
      }
    }
    if (certificate.kappa > 0) {
      limits.add(new Limit(Kind.TURNOVER, true, -1, List.of()));
    }
    if (certificate.rho > 0) {
      limits.add(new Limit(Kind.GROSS_EXPOSURE, true, -1, List.of()));
    }
    if (certificate.y[0] != 0) {
      limits.add(new Limit(Kind.BUDGET, certificate.y[0] > 0, -1, List.of()));
    }
    return limits;
  }

  /** Every limit that there is, bounds first; of the budget and equalities both sides. */
  private List<Limit> allLimits() {
    List<Limit> limits = new ArrayList<>();
    List<Integer> ups = new ArrayList<>();
    List<Integer> downs = new ArrayList<>();
    for (int i = 0; i < set.size(); i++) {
      if (Double.isFinite(set.upper[i])) {
        ups.add(i);
      }
      if (Double.isFinite(set.lower[i])) {
        downs.add(i);
      }
    }
    if (!ups.isEmpty()) {
      limits.add(new Limit(Kind.UPPER_BOUNDS, true, -1, List.copyOf(ups)));
    }
    if (!downs.isEmpty()) {
      limits.add(new Limit(Kind.LOWER_BOUNDS, false, -1, List.copyOf(downs)));
    }
    for (int r = set.rows() - 1; r >= 0; r--) {
      Kind kind = r == 0 ? Kind.BUDGET : rowKind(r - 1);
      if (Double.isFinite(set.rowLower[r])) {
        limits.add(new Limit(kind, false, r - 1, List.of()));
      }
      if (Double.isFinite(set.rowUpper[r])) {
        limits.add(new Limit(kind, true, r - 1, List.of()));
      }
    }
    if (Double.isFinite(set.turnover)) {
      limits.add(new Limit(Kind.TURNOVER, true, -1, List.of()));
    }
    if (Double.isFinite(set.grossExposure)) {
      limits.add(new Limit(Kind.GROSS_EXPOSURE, true, -1, List.of()));
    }
    return limits;
  }

  private Kind rowKind(int row) {
    return rowNames.get(row).equals(TARGET_RETURN) ? Kind.TARGET_RETURN : Kind.ROW;
  }

  /** The set with these limits and no others. */
  private FeasibleSet only(Iterable<Limit> limits) {
    FeasibleSet result = set.unlimited();
    for (Limit limit : limits) {
      int r = limit.row() + 1;
      switch (limit.kind()) {
        case UPPER_BOUNDS -> limit.assets().forEach(i -> result.upper[i] = set.upper[i]);
        case LOWER_BOUNDS -> limit.assets().forEach(i -> result.lower[i] = set.lower[i]);
        case TURNOVER -> result.turnover = set.turnover;
        case GROSS_EXPOSURE -> result.grossExposure = set.grossExposure;
        default -> {
          if (limit.atMost()) {
            result.rowUpper[r] = set.rowUpper[r];
          } else {
            result.rowLower[r] = set.rowLower[r];
          }
        }
      }
    }
    return result;
  }

  /** Lets a limit give way. */
  private static FeasibleSet relaxed(FeasibleSet set, Limit limit, double by) {
    FeasibleSet result = set.copy();
    int r = limit.row() + 1;
    switch (limit.kind()) {
      case UPPER_BOUNDS -> limit.assets().forEach(i -> result.upper[i] += by);
      case LOWER_BOUNDS -> limit.assets().forEach(i -> result.lower[i] -= by);
      case TURNOVER -> result.turnover += by;
      case GROSS_EXPOSURE -> result.grossExposure += by;
      default -> {
        if (limit.atMost()) {
          result.rowUpper[r] += by;
        } else {
          result.rowLower[r] -= by;
        }
      }
    }
    return result;
  }

  /** By how much the certificate's margin falls per unit that a limit gives way. */
  private static double rate(FarkasCertificate certificate, Limit limit) {
    double y = certificate.y[limit.row() + 1];
    double sum = 0;
    switch (limit.kind()) {
      case UPPER_BOUNDS, LOWER_BOUNDS -> {
        for (int i : limit.assets()) {
          sum += Math.max(0, limit.atMost() ? certificate.boundRate[i] : -certificate.boundRate[i]);
        }
        return sum;
      }
      case TURNOVER -> {
        return certificate.kappa;
      }
      case GROSS_EXPOSURE -> {
        return certificate.rho;
      }
      default -> {
        return Math.max(0, limit.atMost() ? y : -y);
      }
    }
  }

  // ---- The smallest clash.

  private List<Limit> reduce(List<Limit> limits) {
    List<Limit> found = filter(limits);
    List<Limit> single = new ArrayList<>();
    boolean split = false;
    for (Limit limit : found) {
      if (limit.assets().size() > 1 && limit.assets().size() <= REDUCED_BY_ASSET) {
        split = true;
        limit
            .assets()
            .forEach(i -> single.add(new Limit(limit.kind(), limit.atMost(), -1, List.of(i))));
      } else {
        single.add(limit);
      }
    }
    return split ? joined(filter(single)) : found;
  }

  /** Leaves out what is not needed; of each that stays it is known that it is. */
  private List<Limit> filter(List<Limit> limits) {
    List<Limit> current = limits;
    Set<Limit> needed = new LinkedHashSet<>();
    while (needed.size() < current.size()) {
      Limit candidate = null;
      for (Limit limit : current) {
        if (!needed.contains(limit)) {
          candidate = limit;
          break;
        }
      }
      List<Limit> others = new ArrayList<>(current);
      others.remove(candidate);
      Feasibility verdict = Feasibility.decide(only(others));
      if (verdict.feasible()) {
        needed.add(candidate);
        continue;
      }
      List<Limit> used = new ArrayList<>();
      for (Limit limit : others) {
        if (needed.contains(limit) || rate(verdict.certificate(), limit) > 0) {
          used.add(limit);
        }
      }
      // Within rounding, what the proof uses may be feasible where all is not.
      boolean clashes = used.size() == others.size() || !Feasibility.decide(only(used)).feasible();
      current = clashes ? used : others;
    }
    return current;
  }

  /** Bounds of one kind as one limit again. */
  private static List<Limit> joined(List<Limit> limits) {
    List<Limit> result = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      List<Integer> assets = new ArrayList<>();
      for (Limit limit : limits) {
        if (limit.kind() == kind) {
          if (limit.assets().isEmpty()) {
            result.add(limit);
          }
          assets.addAll(limit.assets());
        }
      }
      if (!assets.isEmpty()) {
        assets.sort(null);
        result.add(new Limit(kind, kind == Kind.UPPER_BOUNDS, -1, List.copyOf(assets)));
      }
    }
    return result;
  }

  /** What the explanation may start from: all but bounds. */
  private static List<Limit> inOrderOfInterest(List<Limit> clash) {
    return clash.stream()
        .filter(limit -> limit.assets().isEmpty())
        .sorted(Comparator.comparing(Limit::kind))
        .toList();
  }

  // ---- Relaxations.

  /** The least that a limit has to give way for the set to be feasible; NaN if that is no use. */
  private static double leastRelaxation(FeasibleSet set, Limit limit) {
    double by = 0;
    for (int step = 0; step < NEWTON_STEPS; step++) {
      Feasibility verdict = Feasibility.decide(relaxed(set, limit, by));
      if (verdict.feasible()) {
        return by;
      }
      double next = by + verdict.certificate().margin / rate(verdict.certificate(), limit);
      by = Math.max(next, Math.nextUp(by));
      if (!Double.isFinite(by)) {
        break;
      }
    }
    return Double.NaN;
  }

  private Relaxation relaxation(Limit limit) {
    double by = leastRelaxation(set, limit);
    boolean bounds = !limit.assets().isEmpty();
    double budget = set.hasBudget() ? Math.abs(set.rowLower[0]) : 0;
    double weight = ScenarioRules.FARTHEST * Math.max(1, budget);
    if (Double.isNaN(by) || bounds && by > weight) {
      return null;
    }
    double from = limitOf(limit);
    boolean up = limit.atMost();
    if (Double.isNaN(from)) {
      for (BigDecimal rounded : outwards(by, by, true)) {
        if (Feasibility.decide(relaxed(set, limit, rounded.doubleValue())).feasible()) {
          return new Relaxation(limit, by, Double.NaN, rounded.doubleValue());
        }
      }
      return null;
    }
    for (BigDecimal rounded : outwards(up ? from + by : from - by, by, up)) {
      double to = rounded.doubleValue();
      if (Feasibility.decide(changed(limit, to)).feasible()) {
        return new Relaxation(limit, by, to, Math.abs(to - from));
      }
    }
    return null;
  }

  /** The limit's value; NaN for bounds that differ. */
  private double limitOf(Limit limit) {
    int r = limit.row() + 1;
    switch (limit.kind()) {
      case UPPER_BOUNDS, LOWER_BOUNDS -> {
        double[] bounds = limit.atMost() ? set.upper : set.lower;
        double first = bounds[limit.assets().get(0)];
        boolean equal = limit.assets().stream().allMatch(i -> bounds[i] == first);
        return equal ? first : Double.NaN;
      }
      case TURNOVER -> {
        return set.turnover;
      }
      case GROSS_EXPOSURE -> {
        return set.grossExposure;
      }
      default -> {
        return limit.atMost() ? set.rowUpper[r] : set.rowLower[r];
      }
    }
  }

  /** The whole set with a limit at another value; an equality stays one. */
  private FeasibleSet changed(Limit limit, double to) {
    FeasibleSet result = set.copy();
    int r = limit.row() + 1;
    switch (limit.kind()) {
      case UPPER_BOUNDS -> limit.assets().forEach(i -> result.upper[i] = to);
      case LOWER_BOUNDS -> limit.assets().forEach(i -> result.lower[i] = to);
      case TURNOVER -> result.turnover = to;
      case GROSS_EXPOSURE -> result.grossExposure = to;
      default -> {
        boolean equality = set.rowLower[r] == set.rowUpper[r];
        if (limit.atMost() || equality) {
          result.rowUpper[r] = to;
        }
        if (!limit.atMost() || equality) {
          result.rowLower[r] = to;
        }
      }
    }
    return result;
  }

  /**
   * A value rounded outwards to ever more digits, from as few as lie within a hundredth of the
   * change; first of all what it is but for rounding.
   */
  private static List<BigDecimal> outwards(double value, double change, boolean up) {
    List<BigDecimal> candidates = new ArrayList<>();
    BigDecimal exact = new BigDecimal(value);
    BigDecimal clean =
        exact.round(new MathContext(12, RoundingMode.HALF_EVEN)).stripTrailingZeros();
    if (clean.precision() <= 6) {
      candidates.add(clean);
    }
    for (int digits = 4; digits <= 17; digits++) {
      RoundingMode mode = up ? RoundingMode.CEILING : RoundingMode.FLOOR;
      BigDecimal rounded = clean.round(new MathContext(digits, mode));
      if (rounded.subtract(exact).abs().doubleValue() <= 0.01 * change) {
        candidates.add(rounded);
      }
    }
    double next = value;
    for (int i = 0; i < 8; i++) {
      next = up ? Math.nextUp(next) : Math.nextDown(next);
    }
    candidates.add(new BigDecimal(value));
    candidates.add(new BigDecimal(next));
    return candidates;
  }

  // ---- Words.

  private String clashText(Limit lead) {
    List<Limit> others = new ArrayList<>(clash);
    others.remove(lead);
    double limit = limitOf(lead);
    double reach = lead.atMost() ? limit + shortfall : limit - shortfall;
    String reached = about(reach, shortfall, lead.atMost());
    String missed = about(shortfall, shortfall, true);
    String shortBy = " (short by " + missed + ")";
    String overBy = " (over by " + missed + ")";
    String rest = list(others);
    boolean one = others.size() == 1 && others.get(0).assets().size() < 2;
    switch (lead.kind()) {
      case TARGET_RETURN:
        if (!lead.atMost()) {
          return "target return "
              + exact(limit)
              + " is above the largest attainable return, "
              + reached
              + (others.isEmpty() ? "" : ", within " + rest)
              + shortBy;
        }
        break;
      case TURNOVER:
        return "turnover "
            + exact(limit)
            + " is too little: from the current weights, "
            + rest
            + (one ? " takes at least " : " take at least ")
            + reached
            + shortBy;
      case GROSS_EXPOSURE:
        return "gross exposure "
            + exact(limit)
            + " is too little: "
            + rest
            + (one ? " takes at least " : " take at least ")
            + reached
            + shortBy;
      default:
        break;
    }
    String needs =
        name(lead) + (lead.atMost() ? " allows at most " : " needs at least ") + exact(limit);
    String ending = reached + (lead.atMost() ? overBy : shortBy);
    if (others.isEmpty()) {
      return needs + ", but without coefficients it is " + ending;
    }
    if (isSum(lead, others)) {
      List<Integer> assets = others.get(0).assets();
      return needs
          + " in "
          + names(assets)
          + ", but "
          + (assets.size() == 1 ? "its " : "their ")
          + (others.get(0).atMost() ? "upper" : "lower")
          + (assets.size() == 1 ? " bound is " : " bounds sum to ")
          + ending;
    }
    return needs
        + ", but "
        + rest
        + (one ? " leaves" : " leave")
        + (lead.atMost() ? " at least " : " at most ")
        + ending;
  }

  /** Whether the row is the sum of just those assets whose bounds it clashes with. */
  private boolean isSum(Limit lead, List<Limit> others) {
    if (lead.row() < 0 || others.size() != 1 || others.get(0).assets().isEmpty()) {
      return false;
    }
    double[] coefficients = set.a[lead.row() + 1];
    List<Integer> assets = others.get(0).assets();
    return lead.atMost() != others.get(0).atMost()
        && assets.stream().allMatch(i -> coefficients[i] == 1);
  }

  private String adviceText(Limit lead) {
    List<Limit> others = new ArrayList<>(clash);
    others.remove(lead);
    boolean sum = isSum(lead, others);
    List<String> advice = new ArrayList<>();
    for (Relaxation relaxation : relaxations) {
      Limit limit = relaxation.limit();
      if (advice.size() == ADVICE) {
        break;
      }
      boolean up = limit.atMost();
      String verb = up ? "raising " : "lowering ";
      boolean same = !Double.isNaN(relaxation.to());
      String amount =
          same ? " to " + exact(relaxation.to()) : " by " + exact(relaxation.roundedBy());
      if (limit.assets().isEmpty()) {
        String what =
            switch (limit.kind()) {
              case TARGET_RETURN -> "the target return";
              case TURNOVER -> "the turnover";
              case GROSS_EXPOSURE -> "the gross exposure";
              case BUDGET -> "the budget";
              default -> limit == lead ? "the row" : name(limit);
            };
        advice.add(verb + what + amount);
      } else if (limit.assets().size() == 1) {
        advice.add(verb + (sum ? "it" : bounds(limit)) + amount);
      } else if (sum) {
        advice.add(verb + "each" + amount);
      } else {
        advice.add(verb + bounds(limit) + amount + " each");
      }
    }
    if (advice.isEmpty()) {
      return "; no single change was found that mends it: other limits may clash besides";
    }
    return "; " + String.join(" or ", advice) + " mends it";
  }

  /** The budget first, then rows, then bounds. */
  private String list(List<Limit> limits) {
    List<String> texts = new ArrayList<>();
    int rows = 0;
    for (int k = limits.size() - 1; k >= 0; k--) {
      Limit limit = limits.get(k);
      if (!limit.assets().isEmpty()) {
        texts.add(bounds(limit));
      } else if (limit.row() < 0) {
        texts.add(name(limit) + " " + exact(limitOf(limit)));
      } else if (++rows <= NAMES) {
        boolean equality = set.rowLower[limit.row() + 1] == set.rowUpper[limit.row() + 1];
        String side = equality ? " (exactly " : limit.atMost() ? " (at most " : " (at least ";
        texts.add(name(limit) + side + exact(limitOf(limit)) + ")");
      }
    }
    if (rows > NAMES) {
      texts.add((rows - NAMES) + " more rows");
    }
    int last = texts.size() - 1;
    return last <= 0
        ? String.join("", texts)
        : String.join(", ", texts.subList(0, last)) + " and " + texts.get(last);
  }

  private String name(Limit limit) {
    return switch (limit.kind()) {
      case TURNOVER -> "turnover";
      case GROSS_EXPOSURE -> "gross exposure";
      case BUDGET -> "budget";
      case TARGET_RETURN -> "target return";
      default -> "row \"" + rowNames.get(limit.row()) + "\"";
    };
  }

  private String bounds(Limit limit) {
    return "the "
        + (limit.atMost() ? "upper" : "lower")
        + (limit.assets().size() == 1 ? " bound of " : " bounds of ")
        + names(limit.assets());
  }

  private String names(List<Integer> assets) {
    return assets.size() > NAMES
        ? assets.size() + " assets"
        : String.join(", ", assets.stream().map(assetNames::get).toList());
  }

  private static String exact(double value) {
    return plain(new BigDecimal(value).round(new MathContext(12)));
  }

  /** To four digits, and so that a difference of this size is seen. */
  private static String about(double value, double difference, boolean up) {
    BigDecimal clean = new BigDecimal(value).round(new MathContext(12));
    double smaller = value == 0 ? difference : Math.min(Math.abs(value), difference);
    int places = 3 - (int) Math.floor(Math.log10(smaller));
    return plain(clean.setScale(places, up ? RoundingMode.CEILING : RoundingMode.FLOOR));
  }

  private static String plain(BigDecimal value) {
    BigDecimal stripped = value.stripTrailingZeros();
    double size = Math.abs(stripped.doubleValue());
    return size == 0
        ? "0"
        : size >= 1e-6 && size < 1e15 ? stripped.toPlainString() : stripped.toString();
  }
}
