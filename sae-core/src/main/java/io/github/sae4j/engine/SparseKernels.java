package io.github.sae4j.engine;

/**
 * The sparse primitives, and the work on decoder rows, as loops over {@code float[]}; the inner
 * loops run over a latent's weights, which lie side by side, in a form that the JIT compiler turns
 * into vector instructions.
 */
final class SparseKernels {
  private SparseKernels() {}

  /** {@code out[b] += Σ codes[b, l]·w[l]}: {@code [rows, width]}, rows on all cores. */
  static void decode(SparseCodes codes, float[] w, int width, float[] out) {
    int[] starts = codes.rowStarts();
    int[] latents = codes.latents();
    float[] values = codes.floats();
    RowRanges.run(
        codes.rows(),
        (from, to) -> {
          for (int b = from; b < to; b++) {
            for (int i = starts[b]; i < starts[b + 1]; i++) {
              axpy(values[i], w, latents[i] * width, out, b * width, width);
            }
          }
        });
  }

  /** {@code products[i] = y[b]·w[l]} for each entry i = (b, l) of {@code at}. */
  static void sampledProduct(float[] y, float[] w, int width, SparseCodes at, float[] products) {
    int[] starts = at.rowStarts();
    int[] latents = at.latents();
    RowRanges.run(
        at.rows(),
        (from, to) -> {
          for (int b = from; b < to; b++) {
            for (int i = starts[b]; i < starts[b + 1]; i++) {
              products[i] = dot(y, b * width, w, latents[i] * width, width);
            }
          }
        });
  }

  /**
   * {@code out[l] += Σ codes[b, l]·y[b]}: {@code [nLatents, width]}. A counting sort brings the
   * entries of a latent together, in order of row, so that threads divide latents and never meet.
   */
  static void accumulate(SparseCodes codes, float[] y, int width, float[] out) {
    int nLatents = codes.nLatents();
    int entries = (int) codes.activations();
    int[] latentStarts = new int[nLatents + 1];
    for (int i = 0; i < entries; i++) {
      latentStarts[codes.latents()[i] + 1]++;
    }
    for (int l = 0; l < nLatents; l++) {
      latentStarts[l + 1] += latentStarts[l];
    }
    int[] rows = new int[entries];
    float[] values = new float[entries];
    int[] next = latentStarts.clone();
    for (int b = 0; b < codes.rows(); b++) {
      for (int i = codes.rowStarts()[b]; i < codes.rowStarts()[b + 1]; i++) {
        int at = next[codes.latents()[i]]++;
        rows[at] = b;
        values[at] = codes.floats()[i];
      }
    }
    RowRanges.run(
        nLatents,
        (from, to) -> {
          for (int l = from; l < to; l++) {
            for (int i = latentStarts[l]; i < latentStarts[l + 1]; i++) {
              axpy(values[i], y, rows[i] * width, out, l * width, width);
            }
          }
        });
  }

  /** {@code g[l] −= (g[l]·w[l])·w[l]}, rows on all cores. */
  static void projectRows(float[] g, float[] w, int latents, int width) {
    RowRanges.run(
        latents,
        (from, to) -> {
          for (int l = from; l < to; l++) {
            float along = dot(g, l * width, w, l * width, width);
            axpy(-along, w, l * width, g, l * width, width);
          }
        });
  }

  /** {@code w[l] /= ‖w[l]‖}, rows on all cores; a zero row stays zero. */
  static void normaliseRows(float[] w, int latents, int width) {
    RowRanges.run(
        latents,
        (from, to) -> {
          for (int l = from; l < to; l++) {
            float squares = dot(w, l * width, w, l * width, width);
            float scale = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
            for (int j = l * width; j < (l + 1) * width; j++) {
              w[j] *= scale;
            }
          }
        });
  }

  private static void axpy(float a, float[] x, int xAt, float[] y, int yAt, int n) {
    for (int j = 0; j < n; j++) {
      y[yAt + j] += a * x[xAt + j];
    }
  }

  /** Eight partial sums, which the processor can add side by side. */
  private static float dot(float[] x, int xAt, float[] y, int yAt, int n) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    int j = 0;
    for (; j + 8 <= n; j += 8) {
      s0 += x[xAt + j] * y[yAt + j];
      s1 += x[xAt + j + 1] * y[yAt + j + 1];
      s2 += x[xAt + j + 2] * y[yAt + j + 2];
      s3 += x[xAt + j + 3] * y[yAt + j + 3];
      s4 += x[xAt + j + 4] * y[yAt + j + 4];
      s5 += x[xAt + j + 5] * y[yAt + j + 5];
      s6 += x[xAt + j + 6] * y[yAt + j + 6];
      s7 += x[xAt + j + 7] * y[yAt + j + 7];
    }
    float sum = ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    for (; j < n; j++) {
      sum += x[xAt + j] * y[yAt + j];
    }
    return sum;
  }
}
