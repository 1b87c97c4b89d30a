package io.github.sae4j.dashboard;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;

/** Draws on a bitmap with two pixels per point in each direction. */
final class PngCanvas implements PlotCanvas {
  private static final int SCALE = 2;

  private final BufferedImage image;
  private final Graphics2D graphics;

  PngCanvas(int width, int height) {
    image = new BufferedImage(SCALE * width, SCALE * height, BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    graphics.scale(SCALE, SCALE);
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
  }

  @Override
  public void line(List<At> through, Color colour, double width, List<Double> dash) {
    Path2D path = new Path2D.Double();
    path.moveTo(through.get(0).x(), through.get(0).y());
    through.stream().skip(1).forEach(at -> path.lineTo(at.x(), at.y()));
    float[] lengths = new float[dash.size()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = dash.get(i).floatValue();
    }
    graphics.setColor(colour);
    graphics.setStroke(
        new BasicStroke(
            (float) width,
            BasicStroke.CAP_BUTT,
            BasicStroke.JOIN_ROUND,
            1,
            lengths.length == 0 ? null : lengths,
            0));
    graphics.draw(path);
  }

  @Override
  public void text(String text, At at, Anchor anchor, double size, Color colour) {
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, (int) size));
    graphics.setColor(colour);
    int width = graphics.getFontMetrics().stringWidth(text);
    double left =
        switch (anchor) {
          case START -> at.x();
          case MIDDLE -> at.x() - width / 2.0;
          case END -> at.x() - width;
        };
    graphics.drawString(text, (float) left, (float) at.y());
  }

  @Override
  public void turnedText(String text, At at, double size, Color colour) {
    AffineTransform before = graphics.getTransform();
    graphics.rotate(-Math.PI / 2, at.x(), at.y());
    text(text, at, Anchor.MIDDLE, size, colour);
    graphics.setTransform(before);
  }

  @Override
  public void point(PlotMarker marker, At at, double size, double opacity, String about) {
    Color c = marker.colour();
    graphics.setColor(
        new Color(c.getRed(), c.getGreen(), c.getBlue(), (int) Math.round(255 * opacity)));
    graphics.fill(
        marker.isCircle()
            ? new Ellipse2D.Double(at.x() - size, at.y() - size, 2 * size, 2 * size)
            : marker.polygon(at.x(), at.y(), size));
  }

  /** Returns the picture as a PNG file. */
  byte[] bytes() {
    graphics.dispose();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
