package io.github.sae4j.engine;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * Selection of sparse codes in double precision: short rather than fast, the oracle of the tests.
 */
final class DoubleSelection {
  private DoubleSelection() {}

  /**
   * @param pre {@code [rows, nLatents]}, row after row
   */
  static SparseCodes select(double[] pre, int rows, int nLatents, Selection rule) {
    int[] starts = new int[rows + 1];
    List<Integer> latents = new ArrayList<>();
    for (int b = 0; b < rows; b++) {
      latents.addAll(selectRow(pre, b * nLatents, nLatents, rule));
      starts[b + 1] = latents.size();
    }
    int[] chosen = latents.stream().mapToInt(Integer::intValue).toArray();
    double[] values = new double[chosen.length];
    for (int b = 0; b < rows; b++) {
      for (int i = starts[b]; i < starts[b + 1]; i++) {
        values[i] = pre[b * nLatents + chosen[i]];
      }
    }
    return SparseCodes.ofDoubles(nLatents, starts, chosen, values);
  }

  private static List<Integer> selectRow(double[] pre, int row, int nLatents, Selection rule) {
    BitSet among = rule instanceof Selection.TopKAmong top ? top.latents() : null;
    List<Integer> positive = new ArrayList<>();
    for (int j = 0; j < nLatents; j++) {
      if (pre[row + j] > 0 && (among == null || among.get(j))) {
        positive.add(j);
      }
    }
    int k = limit(rule, nLatents);
    return positive.stream()
        .sorted(Comparator.comparingDouble((Integer j) -> -pre[row + j]))
        .limit(k)
        .sorted()
        .toList();
  }

  private static int limit(Selection rule, int nLatents) {
    if (rule instanceof Selection.TopK top) {
      return top.k();
    }
    if (rule instanceof Selection.TopKAmong top) {
      return top.k();
    }
    return nLatents;
  }
}
