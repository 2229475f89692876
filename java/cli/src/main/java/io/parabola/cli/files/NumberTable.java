package io.parabola.cli.files;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A CSV of numbers under a header of names, where each number still knows its line and column:
 * every file that the command reads is one. UTF-8, perhaps with a byte order mark, perhaps gzipped
 * (told by its content, not by its name).
 */
public final class NumberTable {

  /** Which values a file may hold besides finite numbers. */
  public enum Values {
    /** None: each is finite. */
    FINITE,
    /** Empty and NaN, both read as NaN. */
    GAPS,
    /** Plus and minus infinity. */
    BOUNDS,
    /** Any number, and empty read as NaN: whether a row can be used is judged row by row. */
    SCENARIOS
  }

  private final String file;
  private final boolean labelled;
  private final String corner;
  private final List<String> columns;
  private final List<String> labels;
  private final int[] fileColumns;
  private final long[] lines;
  private final double[] values;
  private final BitSet empty;

  private NumberTable(
      String file,
      boolean labelled,
      String corner,
      List<String> columns,
      List<String> labels,
      int[] fileColumns,
      long[] lines,
      double[] values,
      BitSet empty) {
    this.file = file;
    this.labelled = labelled;
    this.corner = corner;
    this.columns = columns;
    this.labels = labels;
    this.fileColumns = fileColumns;
    this.lines = lines;
    this.values = values;
    this.empty = empty;
  }

  /** Reads a file whose first column names the rows. */
  public static NumberTable labelled(Path path, Values kind) {
    return open(path, true, kind);
  }

  /** Reads a file of numbers only. */
  public static NumberTable unlabelled(Path path, Values kind) {
    return open(path, false, kind);
  }

  private static NumberTable open(Path path, boolean labelled, Values kind) {
    String file = path.toString();
    if (Files.isDirectory(path)) {
      throw Failure.input(file + ": is a directory, not a file");
    }
    if (Files.exists(path) && !Files.isReadable(path)) {
      throw Failure.input(file + ": no permission to read it");
    }
    // Not Files.newInputStream, which asks for a position, and a pipe has none.
    try (InputStream stream = new FileInputStream(path.toFile())) {
      return read(file, stream, labelled, kind);
    } catch (FileNotFoundException e) {
      throw Failure.input(file + ": no such file");
    } catch (IOException e) {
      throw Failure.input(file + ": cannot be read: " + e.getMessage());
    }
  }

  /** Reads a stream that is called {@code file} in messages; closes nothing. */
  public static NumberTable read(String file, InputStream stream, boolean labelled, Values kind)
      throws IOException {
    try (CsvReader<CsvRecord> csv =
        CsvReader.builder()
            .allowExtraFields(true)
            .allowMissingFields(true)
            .skipEmptyLines(true)
            .ofCsvRecord(text(stream))) {
      return parse(file, csv.iterator(), labelled, kind);
    } catch (UncheckedIOException e) {
      throw unreadable(file, e.getCause());
    } catch (CsvParseException e) {
      if (e.getCause() instanceof IOException cause) {
        throw unreadable(file, cause);
      }
      throw malformed(file, e);
    } catch (CharacterCodingException | EOFException | ZipException e) {
      throw unreadable(file, e);
    }
  }

  private static Failure unreadable(String file, IOException e) {
    if (e instanceof CharacterCodingException) {
      return Failure.input(file + ": is not UTF-8 text");
    }
    if (e instanceof EOFException || e instanceof ZipException) {
      return Failure.input(file + ": is not a complete gzip file: " + e.getMessage());
    }
    return Failure.input(file + ": cannot be read: " + e.getMessage());
  }

  /** The reader's exception names the line, and its cause says what is wrong there. */
  private static Failure malformed(String file, CsvParseException e) {
    Matcher line = Pattern.compile("line (\\d+)").matcher(firstLine(e.getMessage()));
    String place = line.find() ? ": " + line.group() : "";
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return Failure.input(file + place + ": not a CSV: " + firstLine(cause.getMessage()));
  }

  private static Reader text(InputStream stream) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(stream, 1 << 16);
    buffered.mark(4);
    byte[] head = buffered.readNBytes(2);
    buffered.reset();
    if (head.length == 2 && (head[0] & 0xFF) == 0x1F && (head[1] & 0xFF) == 0x8B) {
      buffered = new BufferedInputStream(new GZIPInputStream(buffered, 1 << 16), 1 << 16);
    }
    buffered.mark(4);
    byte[] mark = buffered.readNBytes(3);
    if (!Arrays.equals(mark, new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF})) {
      buffered.reset();
    }
    // With a line feed at the very end, a quotation mark left open in the last line is found as in
    // any other: its field holds a line feed.
    InputStream lines =
        new SequenceInputStream(buffered, new ByteArrayInputStream(new byte[] {'\n'}));
    // A reader made from a charset would replace what is not UTF-8; one made from a decoder can
    // refuse it.
    return new InputStreamReader(
        lines,
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT));
  }

  private static NumberTable parse(
      String file, Iterator<CsvRecord> records, boolean labelled, Values kind) {
    if (!records.hasNext()) {
      throw Failure.input(file + ": is empty");
    }
    int first = labelled ? 1 : 0;
    CsvRecord names = records.next();
    requireClosedQuotes(file, names);
    List<String> header = names.getFields().stream().map(String::trim).toList();
    checkHeader(file, header, first);
    int width = header.size() - first;

    List<String> labels = new ArrayList<>();
    long[] lines = new long[64];
    double[] values = new double[64 * width];
    BitSet empty = new BitSet();
    int rows = 0;
    while (records.hasNext()) {
      CsvRecord row = records.next();
      long line = row.getStartingLineNumber();
      requireClosedQuotes(file, row);
      if (row.getFieldCount() != header.size()) {
        throw Failure.input(
            String.format(
                "%s: line %d has %d %s, but the header has %d",
                file,
                line,
                row.getFieldCount(),
                row.getFieldCount() == 1 ? "column" : "columns",
                header.size()));
      }
      if (rows == lines.length) {
        lines = Arrays.copyOf(lines, 2 * rows);
        values = Arrays.copyOf(values, Math.multiplyExact(2 * rows, width));
      }
      lines[rows] = line;
      if (labelled) {
        labels.add(row.getField(0).trim());
      }
      for (int j = 0; j < width; j++) {
        String text = row.getField(j + first);
        values[rows * width + j] =
            value(file, line, j + first + 1, header.get(j + first), text, kind);
        if (text.isBlank()) {
          empty.set(rows * width + j);
        }
      }
      rows++;
    }
    if (rows == 0) {
      throw Failure.input(file + ": has a header, but no rows");
    }
    return new NumberTable(
        file,
        labelled,
        labelled ? header.get(0) : "",
        header.subList(first, header.size()),
        labels,
        IntStream.rangeClosed(first + 1, header.size()).toArray(),
        Arrays.copyOf(lines, rows),
        Arrays.copyOf(values, rows * width),
        empty);
  }

  /** No name and no number has a line break: where there is one, a quotation mark was left open. */
  private static void requireClosedQuotes(String file, CsvRecord row) {
    for (int j = 0; j < row.getFieldCount(); j++) {
      String text = row.getField(j);
      if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
        throw Failure.input(
            String.format(
                "%s: line %d, column %d: a quotation mark is opened and not closed in the same line",
                file, row.getStartingLineNumber(), j + 1));
      }
    }
  }

  private static void checkHeader(String file, List<String> header, int first) {
    if (header.size() == 1 && (header.get(0).contains(";") || header.get(0).contains("\t"))) {
      throw Failure.input(
          file + ": line 1: columns are separated by commas, not by semicolons or tabs");
    }
    if (header.size() <= first) {
      throw Failure.input(
          file + ": line 1: a column is missing: only \"" + String.join(",", header) + "\"");
    }
    Map<String, Integer> seen = new HashMap<>();
    for (int j = first; j < header.size(); j++) {
      String name = header.get(j);
      if (name.isEmpty()) {
        throw Failure.input(file + ": line 1, column " + (j + 1) + ": the name is empty");
      }
      Integer before = seen.putIfAbsent(name, j);
      if (before != null) {
        throw Failure.input(
            String.format(
                "%s: line 1, column %d: %s is already the name of column %d",
                file, j + 1, name, before + 1));
      }
    }
  }

  private static double value(
      String file, long line, int column, String name, String text, Values kind) {
    if ((kind == Values.GAPS || kind == Values.SCENARIOS) && text.isBlank()) {
      return Double.NaN;
    }
    double value;
    try {
      value = Numbers.parse(text);
    } catch (NumberFormatException e) {
      throw Failure.input(
          place(file, line, column, name)
              + (text.isBlank() ? "the value is missing" : "\"" + text + "\" is not a number"));
    }
    boolean allowed =
        switch (kind) {
          case FINITE -> Double.isFinite(value);
          case GAPS -> !Double.isInfinite(value);
          case BOUNDS -> !Double.isNaN(value) && !Numbers.overflows(text, value);
          case SCENARIOS -> true;
        };
    if (!allowed) {
      throw Failure.input(
          place(file, line, column, name)
              + text.trim()
              + (kind == Values.BOUNDS ? " is not a bound" : " is not a finite number"));
    }
    return value;
  }

  private static String place(String file, long line, int column, String name) {
    return file + ": line " + line + ", column " + column + " (" + name + "): ";
  }

  private static String firstLine(String message) {
    return message == null ? "malformed" : message.lines().findFirst().orElse("malformed");
  }

  public String file() {
    return file;
  }

  public List<String> columns() {
    return columns;
  }

  /** The names of the rows; empty if they have none. */
  public List<String> labels() {
    return labels;
  }

  public int rows() {
    return lines.length;
  }

  public double get(int row, int column) {
    return values[row * columns.size() + column];
  }

  /** Whether there was no text at all where {@link #get} gives NaN. */
  public boolean isEmpty(int row, int column) {
    return empty.get(row * columns.size() + column);
  }

  /** [rows, columns] row-major; not a copy. */
  public double[] values() {
    return values;
  }

  /** "file: line 3, column 2 (BTC): ", for a message about one value. */
  public String place(int row, int column) {
    return place(file, lines[row], fileColumns[column], columns.get(column));
  }

  /** "file: line 3: ", for a message about one row. */
  public String place(int row) {
    return file + ": line " + lines[row] + ": ";
  }

  /** The header of the first column; empty where that is one of the columns of numbers. */
  public String corner() {
    return corner;
  }

  /**
   * The table without some of its columns; the others keep their places in the file.
   *
   * @throws Failure if a name is not among them, or none would be left
   */
  public NumberTable without(Collection<String> excluded) {
    for (String name : excluded) {
      if (!columns.contains(name)) {
        throw Failure.input(file + ": cannot leave out \"" + name + "\": no such asset");
      }
    }
    int[] kept =
        IntStream.range(0, columns.size())
            .filter(j -> !excluded.contains(columns.get(j)))
            .toArray();
    if (kept.length == 0) {
      throw Failure.input(file + ": no asset is left of " + columns.size());
    }
    double[] left = new double[rows() * kept.length];
    BitSet leftEmpty = new BitSet();
    for (int k = 0; k < left.length; k++) {
      int row = k / kept.length;
      int column = kept[k % kept.length];
      left[k] = get(row, column);
      leftEmpty.set(k, isEmpty(row, column));
    }
    return new NumberTable(
        file,
        labelled,
        corner,
        Arrays.stream(kept).mapToObj(columns::get).toList(),
        labels,
        Arrays.stream(kept).map(j -> fileColumns[j]).toArray(),
        lines,
        left,
        leftEmpty);
  }

  /** The header must be exactly this, e.g. "asset,mean". */
  public NumberTable requireHeader(String expected) {
    String found = String.join(",", columns);
    if (labelled) {
      found = corner + "," + found;
    }
    if (!found.equals(expected)) {
      throw Failure.input(
          file + ": line 1: the header must be \"" + expected + "\", but is \"" + found + "\"");
    }
    return this;
  }

  /** No two rows may have one name. */
  public NumberTable requireDistinctLabels() {
    Map<String, Integer> seen = new HashMap<>();
    for (int r = 0; r < labels.size(); r++) {
      if (labels.get(r).isEmpty()) {
        throw Failure.input(place(r) + "the name is empty");
      }
      Integer before = seen.putIfAbsent(labels.get(r), r);
      if (before != null) {
        throw Failure.input(
            place(r) + labels.get(r) + " occurs twice, first in line " + lines[before]);
      }
    }
    return this;
  }

  /**
   * Where each of the assets is among the rows.
   *
   * @param source the file that names the assets, for messages
   */
  public int[] rowsOf(List<String> assets, String source) {
    requireDistinctLabels();
    int[] order = orderOf(labels, assets, source, "row");
    checkExtra(labels, assets, source, r -> place(r));
    return order;
  }

  /** Where each of the assets is among the columns. */
  public int[] columnsOf(List<String> assets, String source) {
    int[] order = orderOf(columns, assets, source, "column");
    checkExtra(columns, assets, source, j -> file + ": line 1, column " + fileColumns[j] + ": ");
    return order;
  }

  private int[] orderOf(List<String> names, List<String> assets, String source, String what) {
    Map<String, Integer> index = new HashMap<>();
    for (int k = 0; k < names.size(); k++) {
      index.put(names.get(k), k);
    }
    int[] order = new int[assets.size()];
    for (int i = 0; i < order.length; i++) {
      Integer k = index.get(assets.get(i));
      if (k == null) {
        throw Failure.input(
            file + ": no " + what + " for asset " + assets.get(i) + ", which " + source + " has");
      }
      order[i] = k;
    }
    return order;
  }

  private static void checkExtra(
      List<String> names,
      List<String> assets,
      String source,
      java.util.function.IntFunction<String> place) {
    if (names.size() > assets.size()) {
      java.util.Set<String> known = new java.util.HashSet<>(assets);
      for (int k = 0; k < names.size(); k++) {
        if (!known.contains(names.get(k))) {
          throw Failure.input(place.apply(k) + names.get(k) + " is not an asset of " + source);
        }
      }
    }
  }
}
