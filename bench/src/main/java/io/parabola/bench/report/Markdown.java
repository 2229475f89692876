package io.parabola.bench.report;

import java.util.List;

/** A page of text and tables under construction. */
final class Markdown {
  private final StringBuilder text = new StringBuilder();

  Markdown line(String line) {
    text.append(line).append('\n');
    return this;
  }

  Markdown heading(String words) {
    return line("").line("## " + words).line("");
  }

  Markdown small(String words) {
    return line("").line("### " + words).line("");
  }

  /** Begins a table: the first column is on the left, numbers are on the right. */
  Markdown header(String first, List<String> columns) {
    line("| " + first + " | " + String.join(" | ", columns) + " |");
    return line("|---|" + "---:|".repeat(columns.size()));
  }

  Markdown row(String first, List<String> cells) {
    return line("| " + first + " | " + String.join(" | ", cells) + " |");
  }

  String text() {
    return text.toString();
  }
}
