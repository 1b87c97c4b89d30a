package io.github.sae4j.variant;

import io.github.sae4j.cpu.OrderedSums;
import io.github.sae4j.engine.Engine;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Variance of a batch's rows. */
final class Variances {
  private Variances() {}

  /** Returns {@code Σ ‖a − ā‖²} over the rows, where ā is the mean row. */
  static double of(INDArray a, Engine engine) {
    try (INDArray mean = engine.columnSums(a).divi(a.size(0))) {
      return OrderedSums.squaredDistances(a, mean);
    }
  }
}
