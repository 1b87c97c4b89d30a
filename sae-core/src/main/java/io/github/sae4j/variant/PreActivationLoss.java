package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Latents;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.engine.ThresholdPull;
import java.util.Optional;

/**
 * Pulls the pre-activations of dead latents up to their thresholds: {@code c·Σ ReLU(θ − h)} over
 * the dead latents, averaged over rows (Conerly et al. 2025, "Circuits Updates, January 2025"),
 * with a unit-norm decoder. The thresholds also move down toward them.
 */
record PreActivationLoss(double coefficient, Latents dead) implements AuxiliaryLoss {

  /**
   * Uses the variant's own selection, which includes the rows where a dead latent is above its
   * threshold.
   */
  @Override
  public Optional<Selection> selection() {
    return Optional.empty();
  }

  @Override
  public Later addTo(
      GradientSum gradients,
      Engine engine,
      Codes selected,
      Tensor target,
      Tensor error,
      Weights p) {
    ThresholdPull pull =
        engine.pullToThresholds(
            selected,
            gradients.preActivationSums(p),
            p.get(JumpRelu.THRESHOLD.key()),
            dead,
            coefficient);
    gradients.addToEveryRow(engine.ones(dead, p.nLatents(), p.bEnc()), -coefficient);
    gradients.addEncoder(pull.above(), 1);
    gradients.add(JumpRelu.THRESHOLD.key(), pull.toThresholds());
    return pull.sum().times(coefficient).over(target.rows());
  }
}
