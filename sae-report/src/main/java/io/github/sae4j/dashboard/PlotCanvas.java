package io.github.sae4j.dashboard;

import java.awt.Color;
import java.util.List;

/** What a plot is drawn on. Places are in points, from the upper left corner. */
interface PlotCanvas {

  /** Where a text stands with respect to its place. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  /** A place. */
  record At(double x, double y) {}

  /**
   * A line through places.
   *
   * @param dash lengths of strokes and gaps; empty for a solid line
   */
  void line(List<At> through, Color colour, double width, List<Double> dash);

  /** A text whose base line, or middle where it is turned, is at a place. */
  void text(String text, At at, Anchor anchor, double size, Color colour);

  /** A text that reads from below, about the middle of a place. */
  void turnedText(String text, At at, double size, Color colour);

  /**
   * A point.
   *
   * @param opacity 0 to 1
   * @param about what it stands for, for those who point at it; empty for nothing
   */
  void point(PlotMarker marker, At at, double size, double opacity, String about);
}
