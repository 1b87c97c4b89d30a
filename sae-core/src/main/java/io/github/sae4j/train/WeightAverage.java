package io.github.sae4j.train;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.Variant;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The exponential moving average of weights over the steps of a run, which smooths out what single
 * batches did to them (Gao et al. 2024, arXiv 2406.04093, appendix A.1, with a decay of 0.999):
 *
 * <pre>a₁ = w₁      aₜ = wₜ + κₜ·(aₜ₋₁ − wₜ)   with κₜ = 1 − (1 − decay)/(1 − decayᵗ)</pre>
 *
 * <p>That is {@code decay·a + (1 − decay)·w} from zero, divided by {@code 1 − decayᵗ} as Adam's
 * mean is, so that what came before the first step has no weight. Running states of training that
 * stand among the weights ({@link Variant.Extra#learnt}) are means already, and the latest hold.
 */
final class WeightAverage {
  private final double decay;
  private final INDArray average;
  private final Function<INDArray, SaeParameters> parts;
  private final List<String> states;

  /**
   * @param like of the weights' shape and type
   * @param parts cuts such an array
   * @param extras among its parts
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
   * Takes in the weights after a step. Three passes in place, each a single rounding: bits do not
   * depend on how ND4J divides the work.
   *
   * @param step its number, from 1
   */
  void update(INDArray weights, long step) {
    double share = 1 - (1 - decay) / (1 - Math.pow(decay, (double) step));
    average.subi(weights).muli(share).addi(weights);
    if (!states.isEmpty()) {
      SaeParameters now = parts.apply(weights);
      SaeParameters kept = parts.apply(average);
      states.forEach(key -> kept.get(key).assign(now.get(key)));
    }
  }

  /** The average itself, not a copy. */
  INDArray average() {
    return average;
  }

  /** Its numbers, for a checkpoint. */
  HostFloats numbers() {
    return HostFloats.of(average);
  }
}
