package io.parabola.cli.files;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;

/**
 * A CSV under construction: names quoted where they must be, numbers with 17 significant digits.
 */
public final class CsvText {
  private final CsvWriter csv;
  private CsvWriter.CsvWriterRecord line;
  private double previous = Double.NaN;
  private String previousText = "";

  public CsvText(Writer writer) {
    this.csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(writer);
  }

  public CsvText put(String text) {
    if (line == null) {
      line = csv.writeRecord();
    }
    line.writeField(text);
    return this;
  }

  public CsvText put(Iterable<String> texts) {
    for (String text : texts) {
      put(text);
    }
    return this;
  }

  public CsvText put(long value) {
    return put(Long.toString(value));
  }

  public CsvText put(double value) {
    if (value == 0) {
      return put("0");
    }
    // Most weights of a portfolio stand at one of two bounds; formatting them anew would take most
    // of the time.
    if (value != previous) {
      previous = value;
      previousText = Numbers.exact(value);
    }
    return put(previousText);
  }

  public CsvText put(double[] values) {
    for (double value : values) {
      put(value);
    }
    return this;
  }

  public CsvText endLine() {
    line.endRecord();
    line = null;
    return this;
  }

  /** Hands on what is buffered; the writer underneath stays open. */
  public void flush() {
    try {
      csv.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
