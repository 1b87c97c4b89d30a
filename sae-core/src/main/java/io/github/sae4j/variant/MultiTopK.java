package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Residual;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.Tensor;
import java.util.Optional;

/**
 * Multi-TopK: adds the reconstruction loss with more activations at a small weight, so codes stay
 * useful with a different k at inference (Gao et al. 2024, arXiv 2406.04093, section 5.2): {@code
 * L(k) + L(4k)/8}.
 *
 * @param k activations per row in this loss
 * @param weight weight of the loss
 */
record MultiTopK(int k, double weight) implements AuxiliaryLoss {
  /** Factor by which this loss has more activations. */
  static final int MORE = 4;

  static final double WEIGHT = 1.0 / 8;

  @Override
  public Optional<Selection> selection() {
    return Optional.of(new Selection.TopK(k));
  }

  @Override
  public Later addTo(
      GradientSum gradients,
      Engine engine,
      Codes selected,
      Tensor target,
      Tensor error,
      Weights p) {
    Residual residual = engine.residual(selected, p.decoder(), p.bDec(), target, null);
    gradients.addDecoder(selected, residual.error(), 2 * weight);
    gradients.addReconstruction(residual.error(), 2 * weight);
    gradients.addEncoder(residual.products(), 2 * weight);
    return residual.squares().times(weight).over(target.rows());
  }
}
