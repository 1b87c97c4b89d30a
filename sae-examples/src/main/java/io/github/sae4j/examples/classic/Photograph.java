package io.github.sae4j.examples.classic;

import io.github.sae4j.format.MalformedFileException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A greyscale picture. */
final class Photograph {
  private final int width;
  private final int height;
  private final float[] grey;

  /**
   * @param width width in pixels
   * @param height height in pixels
   * @param grey {@code [height, width]} in row-major order
   */
  Photograph(int width, int height, float[] grey) {
    if (grey.length != width * height) {
      throw new IllegalArgumentException(
          "a picture of %d x %d has %d values, got %d"
              .formatted(width, height, width * height, grey.length));
    }
    this.width = width;
    this.height = height;
    this.grey = grey;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** Returns {@code [height, width]} in row-major order, not copied. */
  float[] grey() {
    return grey;
  }

  /**
   * Reads a picture in a format supported by ImageIO; grey is the mean of red, green and blue, 0 to
   * 1.
   *
   * @throws MalformedFileException if it cannot be read as a picture
   */
  static Photograph read(Path file) throws IOException {
    BufferedImage image;
    try (var in = Files.newInputStream(file)) {
      image = ImageIO.read(in);
    } catch (javax.imageio.IIOException e) {
      throw new MalformedFileException(file, -1, "expected a picture, found " + e.getMessage());
    }
    if (image == null) {
      throw new MalformedFileException(
          file, -1, "expected a picture, found a format that ImageIO does not support");
    }
    float[] grey = new float[image.getWidth() * image.getHeight()];
    for (int i = 0; i < grey.length; i++) {
      int rgb = image.getRGB(i % image.getWidth(), i / image.getWidth());
      grey[i] = ((rgb >> 16 & 255) + (rgb >> 8 & 255) + (rgb & 255)) / (3 * 255f);
    }
    return new Photograph(image.getWidth(), image.getHeight(), grey);
  }

  /** Returns the picture at half width and height; each pixel is the mean of four. */
  Photograph halved() {
    int w = width / 2;
    int h = height / 2;
    float[] half = new float[w * h];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        int at = 2 * y * width + 2 * x;
        half[y * w + x] = (grey[at] + grey[at + 1] + grey[at + width] + grey[at + width + 1]) / 4;
      }
    }
    return new Photograph(w, h, half);
  }

  /** Returns the picture with mean 0 and standard deviation 1; all 0 if every pixel is the same. */
  Photograph standardised() {
    double sum = 0;
    double squares = 0;
    for (float value : grey) {
      sum += value;
      squares += (double) value * value;
    }
    double mean = sum / grey.length;
    double deviation = Math.sqrt(Math.max(0, squares / grey.length - mean * mean));
    float[] standard = new float[grey.length];
    for (int i = 0; i < grey.length && deviation > 0; i++) {
      standard[i] = (float) ((grey[i] - mean) / deviation);
    }
    return new Photograph(width, height, standard);
  }
}
