package io.github.sae4j.bench;

import java.util.ArrayList;
import java.util.List;

/** Durations of the same work, done again and again. */
final class Samples {
  private static final double NANOS = 1e9;

  private final List<Double> seconds = new ArrayList<>();

  void add(double duration) {
    seconds.add(duration);
  }

  /** Adds what has passed since a reading of {@link System#nanoTime}. */
  void addSince(long nanoTime) {
    add((System.nanoTime() - nanoTime) / NANOS);
  }

  int count() {
    return seconds.size();
  }

  void clear() {
    seconds.clear();
  }

  /**
   * The middle one, or the mean of the two in the middle.
   *
   * @throws IllegalStateException if there are none
   */
  double median() {
    requireSome();
    List<Double> sorted = seconds.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  double mean() {
    requireSome();
    return seconds.stream().mapToDouble(Double::doubleValue).sum() / seconds.size();
  }

  private void requireSome() {
    if (seconds.isEmpty()) {
      throw new IllegalStateException("nothing was measured");
    }
  }
}
