package io.github.sae4j.dashboard;

import java.awt.Color;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Draws an SVG element for use within a page. */
final class SvgCanvas implements PlotCanvas {
  private final StringBuilder out = new StringBuilder();

  /**
   * @param label alternative text for users who cannot see the picture
   */
  SvgCanvas(int width, int height, String label) {
    out.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
            width,
            height,
            escaped(label)));
  }

  @Override
  public void line(List<At> through, Color colour, double width, List<Double> dash) {
    String places =
        through.stream()
            .map(at -> number(at.x()) + "," + number(at.y()))
            .collect(Collectors.joining(" "));
    String dashes =
        dash.isEmpty()
            ? ""
            : " stroke-dasharray=\"%s\""
                .formatted(dash.stream().map(SvgCanvas::number).collect(Collectors.joining(" ")));
    out.append(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"%s/>\n"
            .formatted(places, hex(colour), number(width), dashes));
  }

  @Override
  public void text(String text, At at, Anchor anchor, double size, Color colour) {
    out.append(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\" font-size=\"%s\" fill=\"%s\">%s</text>\n"
            .formatted(
                number(at.x()),
                number(at.y()),
                anchor.name().toLowerCase(Locale.ROOT),
                number(size),
                hex(colour),
                escaped(text)));
  }

  @Override
  public void turnedText(String text, At at, double size, Color colour) {
    out.append(
        "<text transform=\"translate(%s %s) rotate(-90)\" text-anchor=\"middle\" font-size=\"%s\" fill=\"%s\">%s</text>\n"
            .formatted(number(at.x()), number(at.y()), number(size), hex(colour), escaped(text)));
  }

  @Override
  public void point(PlotMarker marker, At at, double size, double opacity, String about) {
    String style = "fill=\"%s\" opacity=\"%s\"".formatted(hex(marker.colour()), number(opacity));
    String shape =
        marker.isCircle()
            ? "<circle cx=\"%s\" cy=\"%s\" r=\"%s\" %s>"
                .formatted(number(at.x()), number(at.y()), number(size), style)
            : "<path d=\"%s\" %s>".formatted(path(marker, at, size), style);
    if (about.isEmpty()) {
      out.append(shape.substring(0, shape.length() - 1)).append("/>\n");
      return;
    }
    String end = marker.isCircle() ? "</circle>" : "</path>";
    out.append("<g class=\"point\" data-about=\"%s\">".formatted(escaped(about)))
        .append(shape)
        .append("<title>")
        .append(escaped(about))
        .append("</title>")
        .append(end)
        .append("</g>\n");
  }

  private static String path(PlotMarker marker, At at, double size) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < marker.corners().size(); i += 2) {
      path.append(i == 0 ? "M" : "L")
          .append(number(at.x() + size * marker.corners().get(i)))
          .append(' ')
          .append(number(at.y() + size * marker.corners().get(i + 1)));
    }
    return path.append('Z').toString();
  }

  /** Returns the SVG element. */
  String element() {
    return out + "</svg>\n";
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String hex(Color colour) {
    return String.format(Locale.ROOT, "#%06x", colour.getRGB() & 0xffffff);
  }

  private static String number(double value) {
    return PlotDrawing.decimal(value);
  }
}
