package io.github.sae4j.apply.compress;

import io.github.sae4j.engine.SparseCodes;
import java.util.Arrays;

/** The rows of a block, without its SAE. */
final class Block {
  private final int rows;
  private final int[] starts; // [rows + 1]
  private final int[] latents; // in the order of the file
  private final float[] values;
  private final float[] norms; // mean and deviation of each row; null without a layer norm
  private final Corrections corrections; // null without an error bound

  Block(
      int[] starts,
      int[] latents,
      float[] values,
      float[] normsOrNull,
      Corrections correctionsOrNull) {
    this.rows = starts.length - 1;
    this.starts = starts;
    this.latents = latents;
    this.values = values;
    this.norms = normsOrNull;
    this.corrections = correctionsOrNull;
  }

  int rows() {
    return rows;
  }

  /** Adds the codes of rows {@code [from, to)}, latents in ascending order, to a batch. */
  void copyCodes(int from, int to, CodeBatch batch) {
    for (int row = from; row < to; row++) {
      long[] entries = new long[starts[row + 1] - starts[row]];
      for (int i = 0; i < entries.length; i++) {
        int entry = starts[row] + i;
        int bits = Float.floatToRawIntBits(values[entry]);
        entries[i] = (long) latents[entry] << 32 | (bits & 0xffffffffL);
      }
      Arrays.sort(entries);
      batch.add(entries);
    }
  }

  /** Reconstructs rows {@code [from, to)}. */
  void decode(Decoder decoder, int from, int to, float[] dst, int dstOffset) {
    int width = decoder.nIn();
    for (int row = from; row < to; row++) {
      int at = dstOffset + (row - from) * width;
      decoder.decode(latents, values, starts[row], starts[row + 1], dst, at);
      if (norms != null) {
        Decoder.undoNorm(dst, at, width, norms[2 * row], norms[2 * row + 1]);
      }
      if (corrections != null) {
        corrections.apply(row, dst, at);
      }
    }
  }

  /** Codes of rows of several blocks. */
  static final class CodeBatch {
    private final int[] starts;
    private int row;
    private int[] latents = new int[64];
    private float[] values = new float[64];

    CodeBatch(int rows) {
      this.starts = new int[rows + 1];
    }

    private void add(long[] entries) {
      int n = starts[row];
      if (n + entries.length > latents.length) {
        int larger = Math.max(2 * latents.length, Math.addExact(n, entries.length));
        latents = Arrays.copyOf(latents, larger);
        values = Arrays.copyOf(values, larger);
      }
      for (long entry : entries) {
        latents[n] = (int) (entry >>> 32);
        values[n++] = Float.intBitsToFloat((int) entry);
      }
      starts[++row] = n;
    }

    SparseCodes toCodes(int nLatents) {
      return SparseCodes.ofFloats(nLatents, starts, latents, values);
    }
  }
}
