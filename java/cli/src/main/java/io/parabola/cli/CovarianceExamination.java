package io.parabola.cli;

import io.parabola.Covariance;
import io.parabola.CovarianceDiagnosis;
import io.parabola.CovarianceDiagnosis.Element;
import io.parabola.CovarianceDoctor;
import io.parabola.CovarianceRepair;
import io.parabola.cli.files.Console;
import io.parabola.cli.files.CsvText;
import io.parabola.cli.files.Failure;
import io.parabola.cli.files.JsonText;
import io.parabola.cli.files.NumberTable;
import java.nio.file.Path;
import java.util.List;

/** {@code covariance --cov}: says what is wrong with a matrix from a file, repairs it if asked. */
final class CovarianceExamination {
  private final Console console;
  private final Path file;
  private final CovarianceDoctor.Repair repair;
  private final Path out;
  private final boolean json;

  /**
   * An examination of a file.
   *
   * @param repair null: none
   * @param out null: none, so that only what is repaired is printed
   */
  CovarianceExamination(
      Console console, Path file, CovarianceDoctor.Repair repair, Path out, boolean json) {
    this.console = console;
    this.file = file;
    this.repair = repair;
    this.out = out;
    this.json = json;
  }

  int run() {
    NumberTable table =
        NumberTable.labelled(file, NumberTable.Values.FINITE).requireDistinctLabels();
    List<String> assets = table.columns();
    int[] rows = table.rowsOf(assets, "its header");
    int n = assets.size();
    double[] matrix = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        matrix[i * n + j] = table.get(rows[i], j);
      }
    }
    CovarianceDiagnosis diagnosis = CovarianceDoctor.examine(assets, matrix);
    if (repair == null && (out == null || !diagnosis.isCovariance())) {
      return report(diagnosis);
    }
    CovarianceRepair repaired =
        repair == null ? null : CovarianceDoctor.repair(assets, matrix, repair);
    Covariance sigma = repaired == null ? Covariance.of(assets, matrix) : repaired.covariance();
    try (TableOutput output = new TableOutput(console, out, json)) {
      write(output.table(), sigma);
      output.finish(
          summary(diagnosis) + (repaired == null ? "" : "; " + repaired.text()),
          j -> {
            write(j, diagnosis);
            if (repaired != null) {
              j.object("repair", o -> write(o, repaired));
            }
          });
    }
    if (!json) {
      diagnosis.lines().forEach(line -> console.err().println("note: " + line));
    }
    return 0;
  }

  /** What was found, to standard output; a matrix that is no covariance is wrong input. */
  private int report(CovarianceDiagnosis diagnosis) {
    if (json) {
      console.out().print(JsonText.of(j -> write(j, diagnosis)));
    } else {
      console.out().println(summary(diagnosis));
      diagnosis.lines().forEach(console.out()::println);
    }
    if (!diagnosis.isCovariance()) {
      throw Failure.input(
          file
              + ": "
              + diagnosis.problem()
              + "; choose one of --repair=clip, nearest-correlation, shrink");
    }
    return 0;
  }

  private static String summary(CovarianceDiagnosis diagnosis) {
    int n = diagnosis.assets().size();
    String what = diagnosis.isCovariance() ? "covariance of " : "not a covariance: matrix of ";
    String eigenvalues =
        String.format(
            ", eigenvalues %.4g to %.4g",
            diagnosis.smallestEigenvalue(), diagnosis.largestEigenvalue());
    boolean correlations = !Double.isNaN(diagnosis.condition());
    return what
        + n
        + (n == 1 ? " asset" : " assets")
        + eigenvalues
        + (correlations ? ", rank " + diagnosis.rank() : "")
        + (correlations && Double.isFinite(diagnosis.condition())
            ? String.format(", condition of the correlations %.4g", diagnosis.condition())
            : "");
  }

  static void write(CsvText csv, Covariance sigma) {
    List<String> assets = sigma.assets();
    csv.put("asset").put(assets).endLine();
    for (int i = 0; i < assets.size(); i++) {
      csv.put(assets.get(i));
      for (int j = 0; j < assets.size(); j++) {
        csv.put(sigma.get(i, j));
      }
      csv.endLine();
    }
  }

  private static void write(JsonText json, CovarianceDiagnosis diagnosis) {
    json.put("assets", diagnosis.assets().size());
    json.put("covariance", diagnosis.isCovariance());
    if (!diagnosis.isCovariance()) {
      json.put("problem", diagnosis.problem());
    }
    json.put("smallestEigenvalue", diagnosis.smallestEigenvalue());
    json.put("largestEigenvalue", diagnosis.largestEigenvalue());
    json.put("rank", diagnosis.rank());
    json.put("condition", diagnosis.condition());
    json.objects(
        "negativeEigenvalues",
        diagnosis.negativeEigenvalues(),
        (o, e) -> {
          o.put("value", e.value()).put("ofCorrelations", e.ofCorrelations());
          o.objects(
              "loadings",
              e.loadings(),
              (l, loading) -> l.put("asset", loading.asset()).put("weight", loading.weight()));
        });
    json.objects(
        "impossibleCorrelations",
        diagnosis.impossibleCorrelations(),
        (o, c) -> o.put("first", c.first()).put("second", c.second()).put("value", c.value()));
    json.objects("negativeVariances", diagnosis.negativeVariances(), CovarianceExamination::write);
    json.objects(
        "asymmetries",
        diagnosis.asymmetries(),
        (o, a) ->
            o.put("row", a.row())
                .put("column", a.column())
                .put("value", a.value())
                .put("transposed", a.transposed()));
    json.objects("withoutVariance", diagnosis.withoutVariance(), CovarianceExamination::write);
    json.objects("duplicates", diagnosis.duplicates(), (o, group) -> o.put("assets", group));
    json.put("constants", diagnosis.constants());
  }

  private static void write(JsonText json, Element element) {
    json.put("row", element.row()).put("column", element.column()).put("value", element.value());
  }

  static void write(JsonText json, CovarianceRepair repair) {
    json.put("name", repair.repair().label());
    json.put("distance", repair.distance());
    json.put("relativeDistance", repair.relativeDistance());
    json.put("largestChange", repair.largestChange());
    json.put("row", repair.row());
    json.put("column", repair.column());
    json.put("smallestEigenvalueBefore", repair.smallestEigenvalueBefore());
    json.put("smallestEigenvalueAfter", repair.smallestEigenvalueAfter());
    json.put("text", repair.text());
  }
}
