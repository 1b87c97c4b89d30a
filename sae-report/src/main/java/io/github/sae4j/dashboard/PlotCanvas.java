package io.github.sae4j.dashboard;

import java.awt.Color;
import java.util.List;

/** A surface to draw a plot on. Positions are in points from the upper left corner. */
interface PlotCanvas {

  /** How text is aligned relative to its position. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  /** A position. */
  record At(double x, double y) {}

  /**
   * Draws a line through positions.
   *
   * @param dash lengths of strokes and gaps; empty for a solid line
   */
  void line(List<At> through, Color colour, double width, List<Double> dash);

  /** Draws text with its baseline at a position, aligned by its anchor. */
  void text(String text, At at, Anchor anchor, double size, Color colour);

  /** Draws text that reads upwards, centred on a position. */
  void turnedText(String text, At at, double size, Color colour);

  /**
   * Draws a point.
   *
   * @param opacity 0 to 1
   * @param about description shown when the user points at it; empty for none
   */
  void point(PlotMarker marker, At at, double size, double opacity, String about);
}
