package io.github.sae4j.train;

import io.github.sae4j.cpu.FlatFloats;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The exponential moving average of weights over the steps of a run, which smooths out what single
 * batches did to them (Gao et al. 2024, arXiv 2406.04093, appendix A.1, with a decay of 0.999):
 *
 * <pre>a₁ = w₁      aₜ = wₜ + κₜ·(aₜ₋₁ − wₜ)   with κₜ = 1 − (1 − decay)/(1 − decayᵗ)</pre>
 *
 * <p>That is {@code decay·a + (1 − decay)·w} from zero, divided by {@code 1 − decayᵗ} as Adam's
 * mean is, so that what came before the first step has no weight.
 */
final class WeightAverage {
  private final double decay;
  private final INDArray average;

  /**
   * @param like of the weights' shape and type
   */
  WeightAverage(double decay, INDArray like) {
    this.decay = decay;
    this.average = Nd4j.zeros(like.dataType(), like.shape());
  }

  /**
   * Takes in the weights after a step. Three passes in place, each a single rounding: bits do not
   * depend on how ND4J divides the work.
   *
   * @param step its number, from 1
   */
  void update(INDArray weights, long step) {
    double kept = 1 - (1 - decay) / (1 - Math.pow(decay, (double) step));
    average.subi(weights).muli(kept).addi(weights);
  }

  /** The average itself, not a copy. */
  INDArray average() {
    return average;
  }

  /** Its numbers, for a checkpoint. */
  FlatFloats numbers() {
    return FlatFloats.of(average);
  }
}
