package io.github.sae4j.dashboard;

import io.github.sae4j.dashboard.PlotCanvas.Anchor;
import io.github.sae4j.dashboard.PlotCanvas.At;
import io.github.sae4j.eval.SweepPoint;
import java.awt.Color;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Draws FVU against L0, with a colour and marker per kind of SAE, a dash pattern per width, a line
 * through the means over seeds, and a small point per seed if there are several.
 */
final class ParetoDrawing {
  static final int WIDTH = 1000;
  static final int HEIGHT = 540;
  private static final int LEFT = 82;
  private static final int RIGHT = 690;
  private static final int TOP = 16;
  private static final int BOTTOM = 466;
  private static final int LEGEND = 722;
  private static final int LEGEND_LINE = 25;
  private static final int LEGEND_LETTERS = 30;
  private static final int TEXT = 14;
  private static final double MEAN_SIZE = 6;
  private static final double SEED_SIZE = 3.2;
  private static final double SEED_OPACITY = .55;
  private static final Color INK = new Color(0x3a, 0x3f, 0x47);
  private static final Color GRID = new Color(0xe3, 0xe6, 0xea);
  private static final List<List<Double>> DASHES =
      List.of(List.of(), List.of(7.0, 4.0), List.of(2.0, 3.0), List.of(10.0, 3.0, 2.0, 3.0));

  private final List<ParetoCurve> curves;
  private final List<String> kinds;
  private final List<Integer> widths;
  private final PlotAxis l0;
  private final PlotAxis fvu;
  private final PlotCanvas canvas;

  /**
   * @param points points whose L0 and FVU are positive
   */
  ParetoDrawing(List<SweepPoint> points, PlotCanvas canvas) {
    this.canvas = canvas;
    curves = ParetoCurve.through(points);
    kinds = curves.stream().map(ParetoCurve::kind).distinct().toList();
    widths = curves.stream().map(ParetoCurve::nLatents).distinct().sorted().toList();
    l0 = PlotAxis.of(points.stream().map(SweepPoint::l0).toList());
    fvu = PlotAxis.of(points.stream().map(SweepPoint::fvu).toList());
  }

  void draw() {
    drawAxes();
    for (ParetoCurve curve : curves) {
      drawLine(curve);
    }
    for (ParetoCurve curve : curves) {
      drawPoints(curve);
    }
    drawLegend();
  }

  private void drawAxes() {
    for (BigDecimal tick : l0.ticks()) {
      double x = x(tick.doubleValue());
      canvas.line(List.of(new At(x, TOP), new At(x, BOTTOM)), GRID, 1, List.of());
      canvas.text(PlotAxis.label(tick), new At(x, BOTTOM + 22), Anchor.MIDDLE, TEXT, INK);
    }
    for (BigDecimal tick : fvu.ticks()) {
      double y = y(tick.doubleValue());
      canvas.line(List.of(new At(LEFT, y), new At(RIGHT, y)), GRID, 1, List.of());
      canvas.text(PlotAxis.label(tick), new At(LEFT - 10, y + 5), Anchor.END, TEXT, INK);
    }
    canvas.text(
        "L0 (mean active latents per row)" + scale(l0),
        new At((LEFT + RIGHT) / 2.0, BOTTOM + 56),
        Anchor.MIDDLE,
        TEXT + 1,
        INK);
    canvas.turnedText(
        "FVU (fraction of variance unexplained)" + scale(fvu),
        new At(24, (TOP + BOTTOM) / 2.0),
        TEXT + 1,
        INK);
  }

  private static String scale(PlotAxis axis) {
    return axis.logarithmic() ? ", logarithmic" : "";
  }

  private void drawLine(ParetoCurve curve) {
    List<At> through = curve.points().stream().map(seeds -> at(seeds.l0(), seeds.fvu())).toList();
    if (through.size() > 1) {
      canvas.line(through, marker(curve.kind()).colour(), 2, dash(curve.nLatents()));
    }
  }

  private void drawPoints(ParetoCurve curve) {
    PlotMarker marker = marker(curve.kind());
    for (ParetoCurve.Seeds seeds : curve.points()) {
      boolean single = seeds.each().size() == 1;
      canvas.point(
          marker,
          at(seeds.l0(), seeds.fvu()),
          MEAN_SIZE,
          1,
          single ? about(seeds.each().get(0)) : meanText(seeds));
      if (!single) {
        for (SweepPoint point : seeds.each()) {
          canvas.point(marker, at(point.l0(), point.fvu()), SEED_SIZE, SEED_OPACITY, about(point));
        }
      }
    }
  }

  private static String about(SweepPoint point) {
    return String.format(
        Locale.ROOT, "%s: L0 %.2f, FVU %.4f", point.run(), point.l0(), point.fvu());
  }

  private static String meanText(ParetoCurve.Seeds seeds) {
    SweepPoint first = seeds.each().get(0);
    return String.format(
        Locale.ROOT,
        "mean of %d seeds (%s, %,d latents, strength %s): L0 %.2f, FVU %.4f",
        seeds.each().size(),
        first.variant(),
        first.nLatents(),
        PlotDrawing.decimal(first.sparsitySetting()),
        seeds.l0(),
        seeds.fvu());
  }

  private void drawLegend() {
    double y = TOP + 12;
    for (String kind : kinds) {
      PlotMarker marker = marker(kind);
      stroke(y, marker.colour(), List.of());
      canvas.point(marker, new At(LEGEND + 17, y), MEAN_SIZE, 1, "");
      y = legendText(kind, y);
    }
    if (widths.size() > 1) {
      y += LEGEND_LINE / 2.0;
      for (int width : widths) {
        stroke(y, INK, dash(width));
        y = legendText(String.format(Locale.ROOT, "%,d latents", width), y);
      }
    }
    boolean seeds =
        curves.stream().flatMap(c -> c.points().stream()).anyMatch(p -> p.each().size() > 1);
    if (seeds) {
      y += LEGEND_LINE / 2.0;
      PlotMarker neutral = new PlotMarker(INK, List.of());
      canvas.point(neutral, new At(LEGEND + 17, y), MEAN_SIZE, 1, "");
      y = legendText("mean over seeds", y);
      canvas.point(neutral, new At(LEGEND + 17, y), SEED_SIZE, SEED_OPACITY, "");
      legendText("one seed", y);
    }
  }

  private void stroke(double y, Color colour, List<Double> dash) {
    canvas.line(List.of(new At(LEGEND, y), new At(LEGEND + 34, y)), colour, 2, dash);
  }

  private double legendText(String text, double y) {
    String shown =
        text.length() > LEGEND_LETTERS ? text.substring(0, LEGEND_LETTERS - 1) + "…" : text;
    canvas.text(shown, new At(LEGEND + 44, y + 5), Anchor.START, TEXT, INK);
    return y + LEGEND_LINE;
  }

  private PlotMarker marker(String kind) {
    return PlotMarker.of(kinds.indexOf(kind));
  }

  private List<Double> dash(int width) {
    return DASHES.get(widths.indexOf(width) % DASHES.size());
  }

  private At at(double l0Value, double fvuValue) {
    return new At(x(l0Value), y(fvuValue));
  }

  private double x(double value) {
    return LEFT + l0.position(value) * (RIGHT - LEFT);
  }

  private double y(double value) {
    return BOTTOM - fvu.position(value) * (BOTTOM - TOP);
  }

  /** Returns the points that can be drawn: L0 = 0 has no position on a logarithmic axis. */
  static List<SweepPoint> drawable(List<SweepPoint> points) {
    return points.stream()
        .filter(
            point -> Stream.of(point.l0(), point.fvu()).allMatch(v -> v > 0 && Double.isFinite(v)))
        .toList();
  }
}
