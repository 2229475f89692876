package io.parabola.cli.page;

import java.util.Locale;

/**
 * A picture as SVG inside a page. Its colours are the page's style classes, so that it follows
 * light and dark; its text is text, so that it is sharp, small and can be read aloud. (A chart
 * library draws letters as outlines in fixed colours, and starts the desktop toolkit to do it.)
 */
public final class Svg {
  private final StringBuilder text = new StringBuilder();

  public Svg(int width, int height, String description) {
    add(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
        width, height, Html.escape(description));
  }

  private void add(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }

  public Svg line(String style, double x1, double y1, double x2, double y2) {
    add(
        "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
        style, x1, y1, x2, y2);
    return this;
  }

  public Svg rectangle(String style, double x, double y, double width, double height) {
    add(
        "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\"/>\n",
        style, x, y, width, height);
    return this;
  }

  public Svg circle(String style, double x, double y, double radius) {
    add("<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>\n", style, x, y, radius);
    return this;
  }

  public Svg square(String style, double x, double y, double half) {
    return rectangle(style, x - half, y - half, 2 * half, 2 * half);
  }

  /** A line through points; those without a value are left out. */
  public Svg curve(String style, double[] x, double[] y) {
    text.append("<polyline class=\"").append(style).append("\" points=\"");
    for (int k = 0; k < x.length; k++) {
      if (!Double.isNaN(y[k])) {
        add("%.1f,%.1f ", x[k], y[k]);
      }
    }
    text.append("\"/>\n");
    return this;
  }

  /** A closed surface. */
  public Svg area(String style, double[] x, double[] y) {
    text.append("<polygon class=\"").append(style).append("\" points=\"");
    for (int k = 0; k < x.length; k++) {
      add("%.1f,%.1f ", x[k], y[k]);
    }
    text.append("\"/>\n");
    return this;
  }

  /** The grid of two axes, with their labels. */
  public Svg axes(
      Scale right, Scale up, String unitRight, String unitUp, String below, String beside) {
    for (double tick : up.ticks()) {
      line("grid", right.from(), up.at(tick), right.to(), up.at(tick));
      label("tick", "end", right.from() - 8, up.at(tick) + 4, up.label(tick) + unitUp);
    }
    for (double tick : right.ticks()) {
      line("grid", right.at(tick), up.from(), right.at(tick), up.to());
      label("tick", "middle", right.at(tick), up.from() + 18, right.label(tick) + unitRight);
    }
    label("axis", "middle", (right.from() + right.to()) / 2, up.from() + 42, below);
    return upright("axis", 14, (up.from() + up.to()) / 2, beside);
  }

  /** Text; anchor is start, middle or end. */
  public Svg label(String style, String anchor, double x, double y, String label) {
    add(
        "<text class=\"%s\" text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>\n",
        style, anchor, x, y, Html.escape(label));
    return this;
  }

  /** Text that reads upwards. */
  public Svg upright(String style, double x, double y, String label) {
    add(
        "<text class=\"%s\" text-anchor=\"middle\" transform=\"translate(%.1f %.1f) rotate(-90)\">%s</text>\n",
        style, x, y, Html.escape(label));
    return this;
  }

  /** Opens a group whose elements share a tooltip; ended by {@link #end}. */
  public Svg group(String tooltip) {
    add("<g><title>%s</title>", Html.escape(tooltip));
    return this;
  }

  public Svg end() {
    text.append("</g>\n");
    return this;
  }

  @Override
  public String toString() {
    return text + "</svg>\n";
  }
}
