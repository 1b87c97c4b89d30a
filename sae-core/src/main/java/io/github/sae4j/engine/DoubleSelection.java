package io.github.sae4j.engine;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Selection of sparse codes in double precision: short rather than fast, the oracle of the tests.
 */
final class DoubleSelection {
  private DoubleSelection() {}

  /**
   * @param pre {@code [rows, nLatents]}, row after row
   */
  static SparseCodes select(double[] pre, int rows, int nLatents, Selection rule) {
    requireNumbers(pre, nLatents);
    List<Integer> chosen = new ArrayList<>();
    if (rule instanceof Selection.BatchTopK top) {
      chosen.addAll(largest(pre, 0, pre.length, (long) top.k() * rows, null, nLatents));
    } else {
      BitSet among = rule instanceof Selection.TopKAmong top ? top.latents() : null;
      for (int b = 0; b < rows; b++) {
        int row = b * nLatents;
        chosen.addAll(largest(pre, row, row + nLatents, limit(rule, nLatents), among, nLatents));
      }
    }
    int[] starts = new int[rows + 1];
    chosen.forEach(place -> starts[place / nLatents + 1]++);
    for (int b = 0; b < rows; b++) {
      starts[b + 1] += starts[b];
    }
    return SparseCodes.ofDoubles(
        nLatents,
        starts,
        chosen.stream().mapToInt(place -> place % nLatents).toArray(),
        chosen.stream().mapToDouble(place -> pre[place]).toArray());
  }

  /** The places of the largest positive values, in ascending order; the first among equals. */
  private static List<Integer> largest(
      double[] pre, int from, int to, long limit, BitSet among, int nLatents) {
    return IntStream.range(from, to)
        .filter(place -> pre[place] > 0)
        .filter(place -> among == null || among.get(place % nLatents))
        .boxed()
        .sorted(Comparator.comparingDouble((Integer place) -> -pre[place]))
        .limit(limit)
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

  private static void requireNumbers(double[] pre, int nLatents) {
    for (int place = 0; place < pre.length; place++) {
      if (Double.isNaN(pre[place])) {
        throw new NotFiniteException(place / nLatents, place % nLatents);
      }
    }
  }
}
