package io.github.sae4j.dashboard;

import io.github.sae4j.dashboard.PlotCanvas.Anchor;
import io.github.sae4j.dashboard.PlotCanvas.At;
import io.github.sae4j.format.AtomicFiles;
import java.awt.Color;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Plots one quantity over the course of several training runs. */
public final class CurvesPlot {
  private static final int WIDTH = 1040;
  private static final int HEIGHT = 480;
  private static final int LEFT = 82;
  private static final int RIGHT = 690;
  private static final int TOP = 16;
  private static final int BOTTOM = 410;
  private static final int LEGEND = 714;
  private static final int LEGEND_LINE = 25;
  private static final int TEXT = 14;
  private static final Color INK = new Color(0x3a, 0x3f, 0x47);
  private static final Color GRID = new Color(0xe3, 0xe6, 0xea);

  private final Map<String, TrainingCurves.Curve> curves;
  private final PlotAxis across;
  private final PlotAxis up;
  private final PngCanvas canvas = new PngCanvas(WIDTH, HEIGHT);

  private CurvesPlot(Map<String, TrainingCurves.Curve> curves) {
    if (curves.isEmpty() || curves.values().stream().anyMatch(curve -> curve.at().isEmpty())) {
      throw new IllegalArgumentException(
          "expected at least one curve, each with points, got " + curves);
    }
    this.curves = curves;
    List<Double> values = new ArrayList<>();
    double last = 0;
    for (TrainingCurves.Curve curve : curves.values()) {
      values.addAll(curve.values());
      last = Math.max(last, curve.at().get(curve.at().size() - 1));
    }
    this.across = new PlotAxis(0, last, false);
    this.up = PlotAxis.of(values);
  }

  /**
   * Draws the plot; the scale is logarithmic if all values are positive and span a wide range.
   *
   * @param curves curves by name, in legend order; each must have points
   * @param xTitle title of the horizontal axis
   * @param yTitle title of the vertical axis
   * @param png file to write, replaced atomically
   */
  public static void write(
      Map<String, TrainingCurves.Curve> curves, String xTitle, String yTitle, Path png)
      throws IOException {
    CurvesPlot plot = new CurvesPlot(curves);
    plot.drawAxes(xTitle, yTitle);
    plot.drawCurves();
    byte[] picture = plot.canvas.bytes();
    AtomicFiles.write(png, out -> out.write(picture));
  }

  private void drawAxes(String xTitle, String yTitle) {
    for (BigDecimal tick : across.ticks()) {
      double x = x(tick.doubleValue());
      canvas.line(List.of(new At(x, TOP), new At(x, BOTTOM)), GRID, 1, List.of());
      canvas.text(PlotAxis.label(tick), new At(x, BOTTOM + 22), Anchor.MIDDLE, TEXT, INK);
    }
    for (BigDecimal tick : up.ticks()) {
      double y = y(tick.doubleValue());
      canvas.line(List.of(new At(LEFT, y), new At(RIGHT, y)), GRID, 1, List.of());
      canvas.text(PlotAxis.label(tick), new At(LEFT - 10, y + 5), Anchor.END, TEXT, INK);
    }
    canvas.text(xTitle, new At((LEFT + RIGHT) / 2.0, BOTTOM + 54), Anchor.MIDDLE, TEXT + 1, INK);
    canvas.turnedText(
        yTitle + (up.logarithmic() ? ", logarithmic" : ""),
        new At(24, (TOP + BOTTOM) / 2.0),
        TEXT + 1,
        INK);
  }

  private void drawCurves() {
    int next = 0;
    double y = TOP + 12;
    for (Map.Entry<String, TrainingCurves.Curve> each : curves.entrySet()) {
      Color colour = PlotMarker.of(next++).colour();
      List<At> through = new ArrayList<>();
      for (int i = 0; i < each.getValue().at().size(); i++) {
        through.add(new At(x(each.getValue().at().get(i)), y(each.getValue().values().get(i))));
      }
      canvas.line(through, colour, 2.2, List.of());
      canvas.line(List.of(new At(LEGEND, y), new At(LEGEND + 26, y)), colour, 3, List.of());
      canvas.text(each.getKey(), new At(LEGEND + 34, y + 5), Anchor.START, TEXT, INK);
      y += LEGEND_LINE;
    }
  }

  private double x(double value) {
    return LEFT + across.position(value) * (RIGHT - LEFT);
  }

  private double y(double value) {
    return BOTTOM - up.position(value) * (BOTTOM - TOP);
  }
}
