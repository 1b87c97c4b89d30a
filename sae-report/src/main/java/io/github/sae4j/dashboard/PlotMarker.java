package io.github.sae4j.dashboard;

import java.awt.Color;
import java.awt.geom.Path2D;
import java.util.List;

/**
 * The appearance of a curve's points. The first colours are those of Okabe and Ito, which people
 * with colour blindness can tell apart, and shapes differ as well.
 *
 * @param colour colour of the points and lines
 * @param corners corners of a polygon around 0, each as x and y, at size 1; empty for a circle
 */
record PlotMarker(Color colour, List<Double> corners) {
  private static final int[] COLOURS = {
    0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x4D4D4D, 0x8C6D1F, 0x332288,
    0x882255, 0x999933, 0x9E9E9E
  };

  private static final List<List<Double>> SHAPES =
      List.of(
          List.of(),
          List.of(-.88, -.88, .88, -.88, .88, .88, -.88, .88),
          List.of(0.0, -1.15, 1.1, .8, -1.1, .8),
          List.of(0.0, -1.25, 1.25, 0.0, 0.0, 1.25, -1.25, 0.0),
          List.of(0.0, 1.15, 1.1, -.8, -1.1, -.8),
          plus(),
          List.of(-1.2, -.7, .7, -.7, 1.2, .7, -.7, .7));

  /** Returns the marker for the n-th curve; the first eighty-four are distinct. */
  static PlotMarker of(int number) {
    return new PlotMarker(
        new Color(COLOURS[number % COLOURS.length]), SHAPES.get(number % SHAPES.size()));
  }

  private static List<Double> plus() {
    double a = .42;
    double b = 1.15;
    return List.of(
        -a, -b, a, -b, a, -a, b, -a, b, a, a, a, a, b, -a, b, -a, a, -b, a, -b, -a, -a, -a);
  }

  boolean isCircle() {
    return corners.isEmpty();
  }

  /** Returns the polygon at a position. */
  Path2D polygon(double x, double y, double size) {
    Path2D path = new Path2D.Double();
    for (int i = 0; i < corners.size(); i += 2) {
      double cornerX = x + size * corners.get(i);
      double cornerY = y + size * corners.get(i + 1);
      if (i == 0) {
        path.moveTo(cornerX, cornerY);
      } else {
        path.lineTo(cornerX, cornerY);
      }
    }
    path.closePath();
    return path;
  }
}
