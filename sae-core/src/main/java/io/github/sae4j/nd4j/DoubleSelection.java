package io.github.sae4j.nd4j;

import io.github.sae4j.engine.NotFiniteException;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.SparseCodes;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Selects sparse codes in double precision: simple rather than fast, and the oracle of the tests.
 */
final class DoubleSelection {
  private final double[] pre;
  private final int rows;
  private final int nLatents;

  private DoubleSelection(double[] pre, int rows, int nLatents) {
    this.pre = pre;
    this.rows = rows;
    this.nLatents = nLatents;
  }

  /**
   * @param pre {@code [rows, nLatents]}, row after row
   */
  static SparseCodes select(double[] pre, int rows, int nLatents, Selection rule) {
    DoubleSelection selection = new DoubleSelection(pre, rows, nLatents);
    selection.requireNumbers();
    return selection.codes(selection.chosen(rule));
  }

  /** Returns the positions of the codes, in ascending order. */
  private List<Integer> chosen(Selection rule) {
    IntPredicate positive = place -> pre[place] > 0;
    if (rule instanceof Selection.TopK top) {
      return largestOfRows(positive, top.k());
    }
    if (rule instanceof Selection.TopKAmong top) {
      BitSet among = top.latents().toBitSet();
      return largestOfRows(positive.and(place -> among.get(place % nLatents)), top.k());
    }
    if (rule instanceof Selection.AbsTopK top) {
      return largestOfRows(place -> pre[place] != 0, top.k());
    }
    if (rule instanceof Selection.BatchTopK top) {
      return largest(0, pre.length, positive, (long) top.k() * rows);
    }
    if (rule instanceof Selection.Positive) {
      return IntStream.range(0, pre.length).filter(positive).boxed().toList();
    }
    if (rule instanceof Selection.Above above) {
      double[] thresholds = above.thresholds();
      return IntStream.range(0, pre.length)
          .filter(place -> pre[place] > thresholds[place % nLatents])
          .boxed()
          .toList();
    }
    throw new IllegalArgumentException(rule + " does not produce sparse codes");
  }

  private List<Integer> largestOfRows(IntPredicate may, int k) {
    List<Integer> chosen = new ArrayList<>();
    for (int b = 0; b < rows; b++) {
      chosen.addAll(largest(b * nLatents, (b + 1) * nLatents, may, k));
    }
    return chosen;
  }

  /**
   * Returns the positions with the largest magnitudes among those allowed, in ascending order; ties
   * go to the first.
   */
  private List<Integer> largest(int from, int to, IntPredicate may, long limit) {
    return IntStream.range(from, to)
        .filter(may)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer place) -> -Math.abs(pre[place])))
        .limit(limit)
        .sorted()
        .toList();
  }

  private SparseCodes codes(List<Integer> chosen) {
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

  private void requireNumbers() {
    for (int place = 0; place < pre.length; place++) {
      if (Double.isNaN(pre[place])) {
        throw new NotFiniteException(place / nLatents, place % nLatents);
      }
    }
  }
}
