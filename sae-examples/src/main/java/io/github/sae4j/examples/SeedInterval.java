package io.github.sae4j.examples;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The mean of a figure over seeds, with its 95 % confidence interval (Student's t). */
public final class SeedInterval {
  /** Student's t for 95 % and 1, 2, 3, 4 degrees of freedom. */
  private static final double[] STUDENT = {12.706, 4.303, 3.182, 2.776};

  private SeedInterval() {}

  /** Returns the mean. */
  public static <T> double mean(List<T> trials, ToDoubleFunction<T> number) {
    return trials.stream().mapToDouble(number).average().orElseThrow();
  }

  /** Returns {@code mean ± half the interval's width}, or the mean alone of one trial. */
  public static <T> String text(List<T> trials, ToDoubleFunction<T> number, int digits) {
    double mean = mean(trials, number);
    int n = trials.size();
    if (n < 2) {
      return String.format(Locale.ROOT, "%." + digits + "f", mean);
    }
    double squares =
        trials.stream().mapToDouble(trial -> Math.pow(number.applyAsDouble(trial) - mean, 2)).sum();
    double half = STUDENT[Math.min(n, 5) - 2] * Math.sqrt(squares / (n - 1) / n);
    return String.format(Locale.ROOT, "%." + digits + "f ± %." + digits + "f", mean, half);
  }
}
