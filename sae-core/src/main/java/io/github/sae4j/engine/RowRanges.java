package io.github.sae4j.engine;

import java.util.List;
import java.util.stream.IntStream;

/** Splits work over consecutive items into ranges that run on all cores. */
final class RowRanges {
  private static final int RANGES_PER_CORE = 4;

  private RowRanges() {}

  /** What to do with the items {@code [from, to)}. */
  interface RangeFunction<T> {
    T apply(int from, int to);
  }

  /** What to do with the items {@code [from, to)}, without a result. */
  interface RangeAction {
    void apply(int from, int to);
  }

  /** Applies the function to ranges that cover {@code [0, n)}; results in the order of ranges. */
  static <T> List<T> map(int n, RangeFunction<T> function) {
    int ranges = count(n);
    return IntStream.range(0, ranges)
        .parallel()
        .mapToObj(r -> function.apply(bound(n, ranges, r), bound(n, ranges, r + 1)))
        .toList();
  }

  /** Runs the action on ranges that cover {@code [0, n)}. */
  static void run(int n, RangeAction action) {
    int ranges = count(n);
    IntStream.range(0, ranges)
        .parallel()
        .forEach(r -> action.apply(bound(n, ranges, r), bound(n, ranges, r + 1)));
  }

  private static int count(int n) {
    return Math.max(1, Math.min(n, RANGES_PER_CORE * Runtime.getRuntime().availableProcessors()));
  }

  private static int bound(int n, int ranges, int r) {
    return (int) ((long) n * r / ranges);
  }
}
