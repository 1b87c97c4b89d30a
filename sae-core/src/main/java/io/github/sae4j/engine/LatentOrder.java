package io.github.sae4j.engine;

import io.github.sae4j.cpu.Kernels;

/**
 * The entries of sparse codes grouped by latent, in row order, so that {@code codesᵀ·y} becomes a
 * loop over latents that threads can divide without conflicts.
 */
public final class LatentOrder {
  private final int[] starts;
  private final int[] entries;
  private final int[] rows;

  /** Groups the entries by a counting sort, in two passes. */
  LatentOrder(int nLatents, int[] rowStarts, int[] latents) {
    int batch = rowStarts.length - 1;
    int stored = rowStarts[batch];
    starts = new int[nLatents + 1];
    entries = new int[stored];
    rows = new int[stored];
    int[] next = new int[nLatents + 1];
    for (int i = 0; i < stored; i++) {
      next[latents[i] + 1]++;
    }
    for (int l = 0; l < nLatents; l++) {
      next[l + 1] += next[l];
    }
    System.arraycopy(next, 0, starts, 0, nLatents + 1);
    for (int b = 0; b < batch; b++) {
      for (int i = rowStarts[b]; i < rowStarts[b + 1]; i++) {
        int at = next[latents[i]]++;
        entries[at] = i;
        rows[at] = b;
      }
    }
  }

  /** {@code out += scale·Σ values[i]·y[row of i]} over the entries i of a latent. */
  public void addRows(
      int latent, float[] values, float scale, float[] y, int width, float[] out, int outAt) {
    Kernels kernels = Kernels.INSTANCE;
    int end = starts[latent + 1];
    int at = starts[latent];
    for (; at + 4 <= end; at += 4) {
      kernels.axpy4(
          scale * values[entries[at]],
          rows[at] * width,
          scale * values[entries[at + 1]],
          rows[at + 1] * width,
          scale * values[entries[at + 2]],
          rows[at + 2] * width,
          scale * values[entries[at + 3]],
          rows[at + 3] * width,
          y,
          out,
          outAt,
          width);
    }
    for (; at < end; at++) {
      kernels.axpy(scale * values[entries[at]], y, rows[at] * width, out, outAt, width);
    }
  }
}
