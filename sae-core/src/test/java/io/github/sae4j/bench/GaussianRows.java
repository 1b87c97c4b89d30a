package io.github.sae4j.bench;

import io.github.sae4j.format.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Standard Gaussian activations in a file, which training reads as it reads any. */
final class GaussianRows {
  /** As many as the PyTorch program has. */
  static final int ROWS = 65_536;

  private GaussianRows() {}

  /** Writes {@code rows} rows of {@code width} values. */
  static void write(Path file, int rows, int width) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[Math.multiplyExact(rows, width)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    new SafetensorsWriter().floats("activations", values, rows, width).write(file);
  }

  /** The number that a standard Gaussian exceeds with this probability, below one half or at it. */
  static double quantileAbove(double probability) {
    double low = 0;
    double high = 40;
    for (int i = 0; i < 100; i++) {
      double middle = (low + high) / 2;
      if (above(middle) > probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** P(Z &gt; z) by Simpson's rule; good to ten digits, and needs no library. */
  private static double above(double z) {
    int steps = 2000;
    double h = Math.min(z, 10) / steps;
    double sum = density(0) + density(h * steps);
    for (int i = 1; i < steps; i++) {
      sum += (i % 2 == 1 ? 4 : 2) * density(i * h);
    }
    return 0.5 - sum * h / 3;
  }

  private static double density(double z) {
    return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
  }
}
