package io.github.sae4j.variant;

import io.github.sae4j.cpu.OrderedSums;
import io.github.sae4j.engine.Engine;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How much the rows of a batch differ. */
final class Variances {
  private Variances() {}

  /** {@code Σ ‖a − ā‖²} over the rows, with ā the mean row. */
  static double of(INDArray a, Engine engine) {
    try (INDArray mean = engine.columnSums(a).divi(a.size(0))) {
      return OrderedSums.squaredDistances(a, mean);
    }
  }
}
