package io.github.sae4j.nd4j;

import io.github.sae4j.cpu.OrderedSums;
import io.github.sae4j.engine.EntryRule;
import io.github.sae4j.engine.Inputs;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The rules that occur on codes stored as a matrix, as operations of ND4J. */
final class DenseRules {
  private DenseRules() {}

  /**
   * Returns a rule's results.
   *
   * @param overwrite whether the codes' own matrix may receive them
   */
  static DenseCodes map(DenseCodes codes, EntryRule rule, Inputs inputs, boolean overwrite) {
    INDArray matrix = codes.matrix();
    double p = inputs.p().get();
    return switch (rule) {
      case SCALE -> codes.times(p);
      case TANH ->
          codes.with(
              p == 1 ? Transforms.tanh(matrix, true) : Transforms.tanh(matrix.mul(p), false));
      case POWER_SLOPE -> {
        try (INDArray active = active(matrix)) {
          double factor = inputs.q().get() * p;
          INDArray shifted = matrix.add(EntryRule.EPSILON);
          yield codes.with(Transforms.pow(shifted, p - 1, false).muli(factor).muli(active));
        }
      }
      case SIGMOID_GRADIENT -> {
        INDArray f = same(inputs);
        try (INDArray inverse = f.rsub(1)) {
          yield codes.with((overwrite ? matrix.muli(f) : matrix.mul(f)).muli(inverse));
        }
      }
      case TANH_GRADIENT -> {
        try (INDArray slope = same(inputs).mul(same(inputs)).rsubi(1)) {
          yield codes.with(overwrite ? matrix.muli(slope) : matrix.mul(slope));
        }
      }
      default -> throw unsupported(rule);
    };
  }

  /** Returns the sum of a rule's results over active codes. */
  static double sum(DenseCodes codes, EntryRule rule, Inputs inputs) {
    if (rule != EntryRule.POWER) {
      throw unsupported(rule);
    }
    INDArray shifted = codes.matrix().add(EntryRule.EPSILON);
    try (INDArray active = active(codes.matrix());
        INDArray powers = Transforms.pow(shifted, inputs.p().get(), false)) {
      return OrderedSums.sum(powers.muli(active));
    }
  }

  private static INDArray same(Inputs inputs) {
    return NdCodes.matrix(inputs.same().get(0));
  }

  private static INDArray active(INDArray matrix) {
    return matrix.gt(0).castTo(matrix.dataType());
  }

  private static IllegalArgumentException unsupported(EntryRule rule) {
    return new IllegalArgumentException(rule + " is a rule for sparse codes, got a matrix");
  }
}
