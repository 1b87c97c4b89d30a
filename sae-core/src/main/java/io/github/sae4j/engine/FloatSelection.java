package io.github.sae4j.engine;

import java.util.Arrays;
import java.util.List;

/** Selection of sparse codes from single-precision pre-activations on the host. */
final class FloatSelection {
  private FloatSelection() {}

  /**
   * @param pre {@code [rows, nLatents]}, row after row
   */
  static SparseCodes select(float[] pre, int rows, int nLatents, Selection rule) {
    List<SparseCodes> parts =
        RowRanges.map(rows, (from, to) -> selectRange(pre, from, to, nLatents, rule));
    return SparseCodes.concatenate(parts);
  }

  private static SparseCodes selectRange(
      float[] pre, int from, int to, int nLatents, Selection rule) {
    if (rule instanceof Selection.TopK top) {
      return topK(pre, from, to, nLatents, top.k(), new TopKSelector(top.k(), null));
    }
    if (rule instanceof Selection.TopKAmong top) {
      return topK(pre, from, to, nLatents, top.k(), new TopKSelector(top.k(), top.latents()));
    }
    if (rule instanceof Selection.Positive) {
      return positive(pre, from, to, nLatents);
    }
    throw new IllegalArgumentException(rule + " does not give sparse codes");
  }

  private static SparseCodes topK(
      float[] pre, int from, int to, int nLatents, int k, TopKSelector selector) {
    int[] starts = new int[to - from + 1];
    int[] latents = new int[(to - from) * k];
    float[] values = new float[(to - from) * k];
    for (int b = from; b < to; b++) {
      selector.select(pre, b * nLatents, nLatents);
      int at = starts[b - from];
      selector.copyTo(latents, values, at);
      starts[b - from + 1] = at + selector.size();
    }
    return SparseCodes.ofFloats(nLatents, starts, latents, values);
  }

  private static SparseCodes positive(float[] pre, int from, int to, int nLatents) {
    int[] starts = new int[to - from + 1];
    int[] latents = new int[Math.max(64, (to - from) * nLatents / 16)];
    float[] values = new float[latents.length];
    int at = 0;
    for (int b = from; b < to; b++) {
      if (at + nLatents > latents.length) {
        int larger = Math.max(2 * latents.length, at + nLatents);
        latents = Arrays.copyOf(latents, larger);
        values = Arrays.copyOf(values, larger);
      }
      int row = b * nLatents;
      for (int j = 0; j < nLatents; j++) {
        if (pre[row + j] > 0f) {
          latents[at] = j;
          values[at++] = pre[row + j];
        }
      }
      starts[b - from + 1] = at;
    }
    return SparseCodes.ofFloats(nLatents, starts, latents, values);
  }
}
