package io.github.sae4j.nd4j;

import io.github.sae4j.cpu.Kernels;
import io.github.sae4j.engine.SparseCodes;

/**
 * One row of sparse codes, and operations on the rows of a matrix {@code [nLatents, width]} that it
 * refers to.
 */
final class CodedRow {
  private final int[] latents;
  private final float[] values;
  private final int start;
  private final int end;
  private final int width;

  CodedRow(SparseCodes codes, int row, int width) {
    this.latents = codes.latents();
    this.values = codes.floats();
    this.start = codes.rowStarts()[row];
    this.end = codes.rowStarts()[row + 1];
    this.width = width;
  }

  /** {@code sum += codes·w}. */
  void decode(float[] w, float[] sum) {
    Kernels kernels = Kernels.INSTANCE;
    int i = start;
    for (; i + 4 <= end; i += 4) {
      kernels.axpy4(
          values[i],
          latents[i] * width,
          values[i + 1],
          latents[i + 1] * width,
          values[i + 2],
          latents[i + 2] * width,
          values[i + 3],
          latents[i + 3] * width,
          w,
          sum,
          0,
          width);
    }
    for (; i < end; i++) {
      kernels.axpy(values[i], w, latents[i] * width, sum, 0, width);
    }
  }

  /** {@code products[i] = y·w[latent of i]} for each entry i of the row. */
  void products(float[] w, float[] y, float[] products) {
    Kernels kernels = Kernels.INSTANCE;
    int i = start;
    for (; i + 4 <= end; i += 4) {
      kernels.dot4(
          w,
          latents[i] * width,
          latents[i + 1] * width,
          latents[i + 2] * width,
          latents[i + 3] * width,
          y,
          0,
          width,
          products,
          i);
    }
    for (; i < end; i++) {
      products[i] = kernels.dot(y, 0, w, latents[i] * width, width);
    }
  }

  /** {@code products[i] += weights[latent of i]}. */
  void addWeights(float[] weights, float[] products) {
    for (int i = start; i < end; i++) {
      products[i] += weights[latents[i]];
    }
  }
}
