package io.parabola.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Pictures of the results: both axes logarithmic, a line for each series. */
final class Charts {
  private final Path directory;

  Charts(Path directory) {
    this.directory = directory;
  }

  /** A series: x and y, both above 0. */
  record Series(List<Double> x, List<Double> y) {}

  /**
   * Draws one.
   *
   * @param name of the file, without .png
   * @return the file
   */
  Path draw(String name, String title, String x, String y, Map<String, Series> series)
      throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(900)
            .height(520)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .theme(Styler.ChartTheme.Matlab)
            .build();
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setXAxisDecimalPattern("#,###").setYAxisDecimalPattern("#,##0.###");
    chart.getStyler().setMarkerSize(7);
    new LinkedHashMap<>(series)
        .forEach(
            (label, line) -> {
              if (!line.x().isEmpty()) {
                chart.addSeries(label, line.x(), line.y()).setMarker(SeriesMarkers.CIRCLE);
              }
            });
    Files.createDirectories(directory);
    Path file = directory.resolve(name + ".png");
    BitmapEncoder.saveBitmap(chart, file.toString(), BitmapEncoder.BitmapFormat.PNG);
    return file;
  }
}
