package io.parabola.cli.stress;

import io.parabola.InvalidInputException;
import io.parabola.cli.files.Failure;
import io.parabola.cli.files.Numbers;
import io.parabola.cli.files.Quantity;
import io.parabola.cli.files.TimeColumn;
import io.parabola.models.Period;
import io.parabola.models.Returns;
import io.parabola.models.stress.Interval;
import io.parabola.models.stress.MarketState;
import io.parabola.models.stress.MarketStates;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A scenario file, YAML: the options of {@code parabola stress} by name, with units, and what the
 * command line has no room for: states of the market, jumps, windows of the past. Each error has
 * its line and column, and what was expected there.
 */
public final class ScenarioFile {
  /** What a value may be; each turns it into what its option would be given. */
  private enum Kind {
    WHOLE,
    NUMBER,
    FRACTION,
    LENGTH,
    FILE,
    BOUND,
    TEXT,
    NAMES,
    SWITCH
  }

  private record Key(String option, Kind kind) {}

  /** The sections, and in each the keys that are options. */
  private static final Map<String, Map<String, Key>> SECTIONS = sections();

  private static Map<String, Map<String, Key>> sections() {
    Map<String, Map<String, Key>> all = new LinkedHashMap<>();
    all.put(
        "",
        keys(
            "scenarios", Kind.WHOLE,
            "seed", Kind.WHOLE,
            "horizon", Kind.LENGTH,
            "confidence", Kind.FRACTION,
            "loss-limit", Kind.FRACTION));
    Map<String, Key> universe =
        keys(
            "prices", Kind.FILE,
            "gaps", Kind.TEXT,
            "exclude", Kind.NAMES,
            "periods-per-year", Kind.NUMBER,
            "mean", Kind.FILE,
            "observations", Kind.WHOLE,
            "exposures", Kind.FILE,
            "estimator", Kind.TEXT,
            "mean-estimator", Kind.TEXT,
            "by-time", Kind.SWITCH,
            "half-life", Kind.NUMBER,
            "threshold", Kind.NUMBER,
            "factors", Kind.WHOLE);
    universe.put("covariance", new Key("--cov", Kind.FILE));
    universe.put("factor-covariance", new Key("--factor-cov", Kind.FILE));
    universe.put("specific-variance", new Key("--specific", Kind.FILE));
    all.put("universe", universe);
    all.put(
        "portfolio",
        keys(
            "risk-aversion", Kind.NUMBER,
            "budget", Kind.FRACTION,
            "lower", Kind.BOUND,
            "upper", Kind.BOUND,
            "rows", Kind.FILE,
            "current", Kind.FILE,
            "benchmark", Kind.FILE,
            "max-turnover", Kind.FRACTION,
            "max-gross", Kind.FRACTION,
            "cost-rate", Kind.FRACTION));
    Map<String, Key> means = keys("degrees-of-freedom", Kind.NUMBER);
    means.put("certain", new Key("--certain-means", Kind.SWITCH));
    all.put("expected-returns", means);
    Map<String, Key> returns = keys("mean-block", Kind.LENGTH, "decay", Kind.NUMBER);
    returns.put("distribution", new Key("--returns", Kind.TEXT));
    returns.put("degrees-of-freedom", new Key("--tail-degrees-of-freedom", Kind.NUMBER));
    all.put("returns", returns);
    Map<String, Key> output = keys("format", Kind.TEXT, "quantiles", Kind.TEXT);
    all.put("output", output);
    Map<String, Key> resampled = new LinkedHashMap<>();
    resampled.put("samples", new Key("--resampled", Kind.WHOLE));
    all.put("resampled-frontier", resampled);
    return all;
  }

  private static Map<String, Key> keys(Object... namesAndKinds) {
    Map<String, Key> keys = new LinkedHashMap<>();
    for (int k = 0; k < namesAndKinds.length; k += 2) {
      keys.put(
          (String) namesAndKinds[k], new Key("--" + namesAndKinds[k], (Kind) namesAndKinds[k + 1]));
    }
    return keys;
  }

  /** Keys that hold more than an option does. */
  private static final Map<String, List<String>> FURTHER =
      Map.of("", List.of("states", "windows"), "returns", List.of("jumps"));

  /** Jumps of all assets at once. */
  public record Jumps(double intensity, double mean, double volatility) {}

  /** A window of the past, by its first and last time. */
  public record Window(String name, String from, String to) {}

  /** The value of an option, and where it stands. */
  public record Setting(String value, String place) {}

  /** In a message. */
  private static final int ASSETS_NAMED = 20;

  private final Path file;
  private Period period;
  private final Map<String, Setting> settings = new LinkedHashMap<>();
  private MarketStates states;
  private Jumps jumps;
  private List<Window> windows;
  private final Map<String, String> assetPlaces = new LinkedHashMap<>();
  private final Map<String, String> windowPlaces = new LinkedHashMap<>();

  private ScenarioFile(Path file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @param periodsPerYear given beside it; null for what it says itself, or 365
   */
  public static ScenarioFile read(Path file, Double periodsPerYear) {
    ScenarioFile read = new ScenarioFile(file);
    String text;
    try {
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw Failure.input(file + ": no such file");
    } catch (CharacterCodingException e) {
      throw Failure.input(file + ": is not text in UTF-8");
    } catch (IOException e) {
      throw Failure.input(file + ": cannot be read: " + e.getMessage());
    }
    Optional<Node> root;
    try {
      root =
          new Compose(LoadSettings.builder().setLabel(file.toString()).build())
              .composeReader(new StringReader(text));
    } catch (MarkedYamlEngineException e) {
      Mark mark = e.getProblemMark().or(e::getContextMark).orElse(null);
      throw Failure.input(
          (mark == null ? file + ": " : read.place(mark)) + "is not YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw Failure.input(file + ": is not YAML: " + e.getMessage().lines().findFirst().orElse(""));
    }
    if (root.isEmpty()) {
      throw Failure.input(file + ": is empty");
    }
    read.period = read.periodOf(root.get(), periodsPerYear);
    read.section("", root.get());
    return read;
  }

  /** What the options are that it sets. */
  public Map<String, Setting> settings() {
    return settings;
  }

  /** Null if it has none. */
  public MarketStates states() {
    return states;
  }

  /** Null if it has none. */
  public Jumps jumps() {
    return jumps;
  }

  /** Null if it says nothing of them. */
  public List<Window> windows() {
    return windows;
  }

  /**
   * Checks that states name assets that there are.
   *
   * @throws Failure at the place of one that there is not
   */
  public void requireAssets(List<String> assets) {
    assetPlaces.forEach(
        (asset, place) -> {
          if (!assets.contains(asset)) {
            throw Failure.input(
                place
                    + "there is no asset "
                    + asset
                    + nearest(asset, assets).map(n -> ", meant is perhaps " + n).orElse("")
                    + "; expected one of "
                    + String.join(", ", assets.subList(0, Math.min(ASSETS_NAMED, assets.size())))
                    + (assets.size() > ASSETS_NAMED ? ", ..." : ""));
          }
        });
  }

  /**
   * Checks that windows are written as the prices' times are.
   *
   * @param returns null where there are no prices
   * @throws Failure at the place of one that is not
   */
  public void requireWindows(Returns returns) {
    windowPlaces.forEach(
        (place, time) -> {
          if (returns == null) {
            throw Failure.input(place + "needs prices, of whose past it is a part");
          }
          String like = returns.times().get(0);
          if (!TimeColumn.isLike(time, like)) {
            throw Failure.input(
                place + time + ": expected a time as the prices have it, such as " + like);
          }
        });
  }

  private String place(Mark mark) {
    return String.format(
        Locale.ROOT, "%s: line %d, column %d: ", file, mark.getLine() + 1, mark.getColumn() + 1);
  }

  private String place(Node node) {
    return node.getStartMark().map(this::place).orElse(file + ": ");
  }

  private Failure failure(Node node, String message) {
    return Failure.input(place(node) + message);
  }

  private Failure unexpected(Node node, String key, String expected) {
    return failure(node, key + ": " + shown(node) + ": expected " + expected);
  }

  private static String shown(Node node) {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue().isEmpty() ? "nothing" : scalar.getValue();
    }
    return node instanceof SequenceNode ? "a list" : "keys and values";
  }

  /** The keys of a mapping, none of them twice and none unknown. */
  private Map<String, Node> entries(Node node, String what, List<String> known) {
    if (!(node instanceof MappingNode mapping)) {
      throw failure(node, what + ": expected keys: " + String.join(", ", known));
    }
    Map<String, Node> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Node keyNode = tuple.getKeyNode();
      String key = keyNode instanceof ScalarNode scalar ? scalar.getValue() : shown(keyNode);
      if (!known.isEmpty() && !known.contains(key)) {
        throw failure(
            keyNode,
            "unknown key "
                + key
                + nearest(key, known).map(n -> ", meant is perhaps " + n).orElse("")
                + "; expected one of "
                + String.join(", ", known));
      }
      if (entries.put(key, tuple.getValueNode()) != null) {
        throw failure(keyNode, "the key " + key + " comes twice");
      }
    }
    return entries;
  }

  /** The known key that a mistyped one is nearest to, if it is near. */
  private static Optional<String> nearest(String key, List<String> known) {
    TreeMap<Integer, String> byDistance = new TreeMap<>();
    for (String candidate : known) {
      byDistance.putIfAbsent(distance(key, candidate), candidate);
    }
    return byDistance.isEmpty() || byDistance.firstKey() > Math.max(1, key.length() / 3)
        ? Optional.empty()
        : Optional.of(byDistance.firstEntry().getValue());
  }

  /** Levenshtein's. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, k -> k);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, 1 + Math.min(above, row[j - 1]));
        diagonal = above;
      }
    }
    return row[b.length()];
  }

  /** Units of time need it before all else is read. */
  private Period periodOf(Node root, Double given) {
    double periodsPerYear = 365;
    if (given != null) {
      periodsPerYear = given;
    } else if (root instanceof MappingNode mapping) {
      for (NodeTuple section : mapping.getValue()) {
        if (section.getKeyNode() instanceof ScalarNode key
            && key.getValue().equals("universe")
            && section.getValueNode() instanceof MappingNode universe) {
          for (NodeTuple tuple : universe.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode name
                && name.getValue().equals("periods-per-year")) {
              periodsPerYear = scalar(tuple.getValueNode(), "periods-per-year", Quantity::number);
              if (!(periodsPerYear > 0) || Double.isInfinite(periodsPerYear)) {
                throw unexpected(tuple.getValueNode(), "periods-per-year", "a positive number");
              }
            }
          }
        }
      }
    }
    return StressPeriods.of(periodsPerYear);
  }

  private <T> T scalar(Node node, String key, Function<String, T> read) {
    if (!(node instanceof ScalarNode scalar)) {
      throw unexpected(node, key, "one value");
    }
    try {
      return read.apply(scalar.getValue());
    } catch (Quantity.Malformed e) {
      throw unexpected(node, key, e.getMessage());
    }
  }

  private void section(String section, Node node) {
    Map<String, Key> options = SECTIONS.get(section);
    List<String> known = new ArrayList<>(options.keySet());
    known.addAll(FURTHER.getOrDefault(section, List.of()));
    if (section.isEmpty()) {
      SECTIONS.keySet().stream().filter(s -> !s.isEmpty()).forEach(known::add);
    }
    entries(node, section.isEmpty() ? "the file" : section, known)
        .forEach(
            (key, value) -> {
              if (section.isEmpty() && SECTIONS.containsKey(key)) {
                section(key, value);
              } else if (options.containsKey(key)) {
                Key option = options.get(key);
                settings.put(
                    option.option(),
                    new Setting(text(key, option.kind(), value), place(value) + key));
              } else {
                switch (key) {
                  case "states" -> states = readStates(value);
                  case "windows" -> windows = readWindows(value);
                  default -> jumps = readJumps(value);
                }
              }
            });
  }

  /** A value as its option takes it. */
  private String text(String key, Kind kind, Node value) {
    return switch (kind) {
      case WHOLE -> scalar(value, key, this::whole);
      case NUMBER -> Numbers.exact(scalar(value, key, Quantity::number));
      case FRACTION -> Numbers.exact(scalar(value, key, Quantity::fraction));
      case LENGTH -> Integer.toString(scalar(value, key, t -> Quantity.length(t, period)));
      case FILE -> scalar(value, key, this::beside);
      case BOUND -> scalar(value, key, this::bound);
      case TEXT -> scalar(value, key, t -> t);
      case SWITCH -> scalar(value, key, this::truth);
      case NAMES -> names(key, value);
    };
  }

  private String whole(String text) {
    if (!text.matches("[+-]?[0-9][0-9_,]*")) {
      throw new Quantity.Malformed("a whole number");
    }
    return text.replaceAll("[_,]", "");
  }

  private String truth(String text) {
    if (!text.equals("true") && !text.equals("false")) {
      throw new Quantity.Malformed("true or false");
    }
    return text;
  }

  /** Files are found beside the scenario file, wherever the command is run. */
  private String beside(String text) {
    if (text.isBlank()) {
      throw new Quantity.Malformed("the name of a file");
    }
    Path directory = file.toAbsolutePath().getParent();
    Path found = directory.resolve(text);
    Path working = Path.of("").toAbsolutePath();
    return found.startsWith(working) ? working.relativize(found).toString() : found.toString();
  }

  private String bound(String text) {
    if (text.equals("inf") || text.equals("-inf")) {
      return text;
    }
    try {
      return Numbers.exact(Quantity.fraction(text));
    } catch (Quantity.Malformed e) {
      if (Character.isDigit(text.isEmpty() ? ' ' : text.charAt(0)) && !text.contains(".csv")) {
        throw new Quantity.Malformed("a share, such as 0.1 or 10 %, or a file asset,bound");
      }
      return beside(text);
    }
  }

  private String names(String key, Node value) {
    if (value instanceof SequenceNode list) {
      return list.getValue().stream()
          .map(item -> scalar(item, key, t -> t))
          .collect(Collectors.joining(","));
    }
    return scalar(value, key, t -> t);
  }

  private List<Node> items(Node node, String key) {
    if (node instanceof SequenceNode list) {
      return list.getValue();
    }
    throw unexpected(node, key, "a list, each item after a dash");
  }

  private MarketStates readStates(Node node) {
    List<MarketState> read = new ArrayList<>();
    for (Node item : items(node, "states")) {
      read.add(readState(item));
    }
    try {
      return MarketStates.of(read);
    } catch (InvalidInputException e) {
      throw failure(node, e.getMessage());
    }
  }

  private MarketState readState(Node node) {
    Map<String, Node> entries =
        entries(
            node,
            "state",
            List.of("name", "probability", "volatility", "correlation", "mean-shift", "assets"));
    String name = scalar(required(node, entries, "name"), "name", t -> filled(t, "a name"));
    Node share = required(node, entries, "probability");
    double probability = scalar(share, "probability", Quantity::fraction);
    require(share, "probability", probability >= 0 && probability <= 1, "a share between 0 and 1");
    Interval volatility = interval(entries.get("volatility"), "volatility", 1);
    requireVolatility(entries.get("volatility"), volatility);
    Interval correlation = interval(entries.get("correlation"), "correlation", 0);
    requireCorrelation(entries.get("correlation"), correlation);
    Map<String, MarketState.Asset> assets = new LinkedHashMap<>();
    if (entries.containsKey("assets")) {
      entries(entries.get("assets"), "assets", List.of())
          .forEach(
              (asset, own) -> {
                assets.put(asset, readAsset(own));
                assetPlaces.putIfAbsent(asset, place(own));
              });
    }
    return new MarketState(name, probability, volatility, correlation, shift(entries), assets);
  }

  private MarketState.Asset readAsset(Node node) {
    Map<String, Node> entries =
        entries(node, "asset", List.of("volatility", "correlation", "mean-shift"));
    double volatility = 1;
    if (entries.containsKey("volatility")) {
      volatility = scalar(entries.get("volatility"), "volatility", Quantity::fraction);
      requireVolatility(entries.get("volatility"), Interval.of(volatility));
    }
    double correlation = Double.NaN;
    if (entries.containsKey("correlation")) {
      correlation = scalar(entries.get("correlation"), "correlation", Quantity::fraction);
      requireCorrelation(entries.get("correlation"), Interval.of(correlation));
    }
    return new MarketState.Asset(volatility, correlation, shift(entries));
  }

  private double shift(Map<String, Node> entries) {
    return entries.containsKey("mean-shift")
        ? scalar(entries.get("mean-shift"), "mean-shift", t -> Quantity.shareOverTime(t, period))
        : 0;
  }

  private Node required(Node node, Map<String, Node> entries, String key) {
    if (!entries.containsKey(key)) {
      throw failure(node, "the key " + key + " is missing");
    }
    return entries.get(key);
  }

  private void require(Node node, String key, boolean condition, String expected) {
    if (!condition) {
      throw unexpected(node, key, expected);
    }
  }

  private void requireVolatility(Node node, Interval volatility) {
    require(
        node,
        "volatility",
        volatility.low() >= 0 && volatility.high() < Double.POSITIVE_INFINITY,
        "a multiplier of volatilities, at least 0, such as 1.5");
  }

  private void requireCorrelation(Node node, Interval correlation) {
    require(
        node,
        "correlation",
        correlation.low() >= 0 && correlation.high() <= 1,
        "how far correlations move towards one: between 0 (not at all) and 1 (all the way)");
  }

  /** A number, or [low, high]. */
  private Interval interval(Node node, String key, double otherwise) {
    if (node == null) {
      return Interval.of(otherwise);
    }
    if (!(node instanceof SequenceNode list)) {
      return Interval.of(scalar(node, key, Quantity::fraction));
    }
    if (list.getValue().size() != 2) {
      throw failure(node, key + ": a list of " + list.getValue().size() + ": expected [low, high]");
    }
    double low = scalar(list.getValue().get(0), key, Quantity::fraction);
    double high = scalar(list.getValue().get(1), key, Quantity::fraction);
    require(node, key, low <= high, "the lower number before the higher one");
    return new Interval(low, high);
  }

  private Jumps readJumps(Node node) {
    Map<String, Node> entries = entries(node, "jumps", List.of("intensity", "mean", "volatility"));
    Node intensityNode = required(node, entries, "intensity");
    double intensity = scalar(intensityNode, "intensity", t -> Quantity.rate(t, period));
    require(
        intensityNode,
        "intensity",
        intensity > 0 && intensity <= 500,
        "a number of jumps above 0, at most 500 in a period");
    Node meanNode = required(node, entries, "mean");
    double mean = scalar(meanNode, "mean", Quantity::fraction);
    require(
        meanNode,
        "mean",
        mean >= -1 && mean < Double.POSITIVE_INFINITY,
        "the mean return of a jump, at least -100 %, such as -15 %");
    double volatility = 0;
    if (entries.containsKey("volatility")) {
      volatility = scalar(entries.get("volatility"), "volatility", Quantity::fraction);
      require(
          entries.get("volatility"),
          "volatility",
          volatility >= 0 && volatility < Double.POSITIVE_INFINITY,
          "the volatility of a jump, at least 0, such as 5 %");
    }
    return new Jumps(intensity, mean, volatility);
  }

  private List<Window> readWindows(Node node) {
    List<Window> read = new ArrayList<>();
    for (Node item : items(node, "windows")) {
      Map<String, Node> entries = entries(item, "window", List.of("name", "from", "to"));
      String name = scalar(required(item, entries, "name"), "name", t -> filled(t, "a name"));
      String from = time(item, entries, "from");
      String to = time(item, entries, "to");
      require(
          entries.get("to"),
          "to",
          !TimeColumn.isAfter(from, to),
          "a time not before " + from + ", where the window begins");
      read.add(new Window(name, from, to));
    }
    return read;
  }

  private String time(Node window, Map<String, Node> entries, String key) {
    Node node = required(window, entries, key);
    String time = TimeColumn.iso(scalar(node, key, t -> filled(t, "a time")));
    windowPlaces.put(place(node) + key + ": ", time);
    return time;
  }

  private static String filled(String text, String expected) {
    if (text.isBlank()) {
      throw new Quantity.Malformed(expected);
    }
    return text;
  }
}
