package io.github.sae4j.train;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.variant.Variant;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The exponential moving average of weights over the steps of a run, which smooths out the effects
 * of single batches (Gao et al. 2024, arXiv 2406.04093, appendix A.1, with a decay of 0.999):
 *
 * <pre>a₁ = w₁      aₜ = wₜ + κₜ·(aₜ₋₁ − wₜ)   with κₜ = 1 − (1 − decay)/(1 − decayᵗ)</pre>
 *
 * <p>This is {@code decay·a + (1 − decay)·w} starting from zero, divided by {@code 1 − decayᵗ} like
 * Adam's mean, so values before the first step have no weight. Running states among the weights
 * ({@link Variant.Extra#learnt}) are already means, so their latest values are used.
 */
final class WeightAverage {
  private final double decay;
  private final INDArray average;
  private final Function<INDArray, SaeParameters> parts;
  private final List<String> states;

  /**
   * @param like an array with the weights' shape and type
   * @param parts splits such an array into parts
   * @param extras the variant's own arrays among the parts
   */
  WeightAverage(
      double decay,
      INDArray like,
      Function<INDArray, SaeParameters> parts,
      List<Variant.Extra> extras) {
    this.decay = decay;
    this.average = Nd4j.zeros(like.dataType(), like.shape());
    this.parts = parts;
    this.states = extras.stream().filter(extra -> !extra.learnt()).map(Variant.Extra::key).toList();
  }

  /**
   * Adds the weights after a step. Uses three passes in place with a single rounding each, so the
   * bits do not depend on how ND4J divides the work.
   *
   * @param step number of the step, from 1
   */
  void update(INDArray weights, long step) {
    average.subi(weights).muli(keep(decay, step)).addi(weights);
    if (!states.isEmpty()) {
      SaeParameters now = parts.apply(weights);
      SaeParameters kept = parts.apply(average);
      states.forEach(key -> kept.get(key).assign(now.get(key)));
    }
  }

  /**
   * Returns the weight of the average so far in a step's update, which corrects for its start at 0.
   *
   * @param step number of the step, from 1
   */
  static double keep(double decay, long step) {
    return 1 - (1 - decay) / (1 - Math.pow(decay, (double) step));
  }

  /** Returns the average itself, not a copy. */
  INDArray average() {
    return average;
  }

  /** Returns its values, for a checkpoint. */
  HostFloats numbers() {
    return HostFloats.of(average);
  }
}
