package io.github.sae4j.variant;

import io.github.sae4j.engine.Tensor;
import java.util.function.IntToDoubleFunction;

/**
 * Arithmetic on vectors between steps, computed on the heap and written back. Each operation is
 * rounded to the vector's precision, as an engine would round it.
 */
final class Vectors {
  private Vectors() {}

  /** {@code x − amount}, where the amount is rounded first. */
  static void subtract(Tensor x, double amount) {
    double[] values = x.toDoubles();
    double rounded = x.isDouble() ? amount : (float) amount;
    set(x, i -> values[i] - rounded, values.length);
  }

  /** {@code x·factor}, where the factor is rounded first. */
  static void scale(Tensor x, double factor) {
    double[] values = x.toDoubles();
    double rounded = x.isDouble() ? factor : (float) factor;
    set(x, i -> values[i] * rounded, values.length);
  }

  private static void set(Tensor x, IntToDoubleFunction value, int length) {
    double[] results = new double[length];
    for (int i = 0; i < length; i++) {
      results[i] = value.applyAsDouble(i);
    }
    x.setDoubles(results);
  }

  /** Returns {@code Σ xᵢ}, added in parts of 8,192 values. */
  static double sum(Tensor x) {
    return sum(x.toDoubles());
  }

  /** Returns {@code Σ |xᵢ|}, added in parts of 8,192 values. */
  static double magnitudes(Tensor x) {
    double[] values = x.toDoubles();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.abs(values[i]);
    }
    return sum(values);
  }

  private static double sum(double[] values) {
    double total = 0;
    for (int from = 0; from < values.length; from += 1 << 13) {
      double part = 0;
      for (int i = from; i < Math.min(values.length, from + (1 << 13)); i++) {
        part += values[i];
      }
      total += part;
    }
    return total;
  }
}
