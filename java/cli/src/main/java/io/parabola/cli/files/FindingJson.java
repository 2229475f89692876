package io.parabola.cli.files;

import io.parabola.models.Finding;

/** A finding about the data, in a summary. */
public final class FindingJson {
  private FindingJson() {}

  public static void write(JsonText json, Finding finding) {
    json.put("kind", finding.kind().name());
    json.put("assets", finding.assets());
    json.put("text", finding.text());
  }
}
