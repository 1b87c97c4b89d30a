package io.github.sae4j.bench;

import java.util.ArrayList;
import java.util.List;

/** Durations of the same work, done again and again. */
public final class Samples {
  private static final double NANOS = 1e9;

  private final List<Double> seconds = new ArrayList<>();

  public void add(double duration) {
    seconds.add(duration);
  }

  /** Adds what has passed since a reading of {@link System#nanoTime}. */
  void addSince(long nanoTime) {
    add((System.nanoTime() - nanoTime) / NANOS);
  }

  public int count() {
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
  public double median() {
    requireSome();
    List<Double> sorted = seconds.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** All of them, in seconds, in the order in which they were measured. */
  public List<Double> seconds() {
    return List.copyOf(seconds);
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
