package io.parabola.cli;

import io.parabola.cli.files.Console;
import io.parabola.cli.files.CsvText;
import io.parabola.cli.files.Failure;
import io.parabola.cli.files.JsonText;
import io.parabola.cli.files.OutputFiles;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where a command's table and summary go. With {@code --out}, the table is a file and the summary
 * is on standard output; without, the table is on standard output and the summary on standard
 * error. {@code --json} puts the summary, as JSON, on standard output, and then no table goes
 * there.
 */
final class TableOutput implements AutoCloseable {
  private final Console console;
  private final Path file;
  private final boolean json;
  private final OutputFiles files = new OutputFiles();
  private final CsvText table;

  TableOutput(Console console, Path file, boolean json) {
    this.console = console;
    this.file = file;
    this.json = json;
    try {
      this.table = new CsvText(writer());
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private Writer writer() {
    if (file != null) {
      return files.open(file);
    }
    return json
        ? Writer.nullWriter()
        : new OutputStreamWriter(console.out(), StandardCharsets.UTF_8);
  }

  CsvText table() {
    return table;
  }

  /** A second file, complete when the first is. */
  CsvText open(Path another) {
    return new CsvText(files.open(another));
  }

  /** Completes the files, then prints the summary. */
  void finish(String sentence, JsonText.Body summary) {
    finish(sentence, summary, null);
  }

  /**
   * Completes the files, then prints the summary; ends with a failure where there is one, which
   * stands alone on standard error.
   */
  void finish(String sentence, JsonText.Body summary, Failure failure) {
    table.flush();
    requireStandardOutput();
    files.commit();
    if (json) {
      console.out().print(JsonText.of(summary));
    } else if (file != null) {
      console.out().println(sentence + "; wrote " + file);
    } else if (failure == null) {
      console.err().println(sentence);
    }
    requireStandardOutput();
    if (failure != null) {
      throw failure;
    }
  }

  /** Fails where what was printed has not arrived; flushes, too. */
  private void requireStandardOutput() {
    if (console.out().checkError()) {
      throw Failure.input("standard output cannot be written");
    }
  }

  @Override
  public void close() {
    files.close();
  }
}
