package io.github.sae4j.examples.classic;

/**
 * Makes all frequencies of a natural picture about equally strong by multiplying frequency f, in
 * cycles per pixel, by {@code |f|·exp(−(|f|/f₀)⁴)}. Amplitudes of natural pictures fall as 1/f, and
 * the highest frequencies are noise (Olshausen and Field 1997, "Sparse coding with an overcomplete
 * basis set", section 3, f₀ = 0.4). The filter is applied as a kernel, its inverse Fourier
 * transform cut to a square.
 */
final class Whitening {
  private static final int FREQUENCIES = 64;

  private final int radius;
  private final float[] kernel;

  /**
   * @param cutoff f₀
   * @param radius radius of the kernel, whose side is {@code 2·radius + 1}
   */
  Whitening(double cutoff, int radius) {
    if (!(cutoff > 0) || radius < 1 || 2 * radius + 1 > FREQUENCIES) {
      throw new IllegalArgumentException(
          "cutoff must be positive and radius in 1 to %d, got %s and %d"
              .formatted((FREQUENCIES - 1) / 2, cutoff, radius));
    }
    this.radius = radius;
    this.kernel = kernel(cutoff, radius);
  }

  /** Returns a kernel with sum 0, as the filter is 0 at frequency 0. */
  private static float[] kernel(double cutoff, int radius) {
    int side = 2 * radius + 1;
    double[] exact = new double[side * side];
    double sum = 0;
    for (int i = 0; i < exact.length; i++) {
      exact[i] = at(i % side - radius, i / side - radius, cutoff);
      sum += exact[i];
    }
    float[] kernel = new float[exact.length];
    for (int i = 0; i < exact.length; i++) {
      kernel[i] = (float) (exact[i] - sum / exact.length);
    }
    return kernel;
  }

  /** Returns the filter's inverse Fourier transform at a pixel. */
  private static double at(int x, int y, double cutoff) {
    double sum = 0;
    for (int u = -FREQUENCIES / 2; u < FREQUENCIES / 2; u++) {
      for (int v = -FREQUENCIES / 2; v < FREQUENCIES / 2; v++) {
        double f = Math.hypot(u, v) / FREQUENCIES;
        double gain = f * Math.exp(-Math.pow(f / cutoff, 4));
        sum += gain * Math.cos(2 * Math.PI * (u * x + v * y) / FREQUENCIES);
      }
    }
    return sum / (FREQUENCIES * FREQUENCIES);
  }

  /**
   * Returns the whitened picture without its border, smaller by {@code 2·radius} in each direction.
   */
  Photograph apply(Photograph picture) {
    int side = 2 * radius + 1;
    int width = picture.width() - side + 1;
    int height = picture.height() - side + 1;
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "a kernel of side %d needs a larger picture than %d x %d"
              .formatted(side, picture.width(), picture.height()));
    }
    float[] white = new float[width * height];
    for (int y = 0; y < height; y++) {
      for (int k = 0; k < kernel.length; k++) {
        float weight = kernel[k];
        int from = (y + k / side) * picture.width() + k % side;
        for (int x = 0; x < width; x++) {
          white[y * width + x] += weight * picture.grey()[from + x];
        }
      }
    }
    return new Photograph(width, height, white);
  }
}
