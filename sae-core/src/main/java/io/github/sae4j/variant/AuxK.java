package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Latents;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Residual;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Auxiliary loss that revives dead latents: the k_aux dead latents with the largest pre-activations
 * z reconstruct the error of the live ones, {@code e = x − x̂} (Gao et al. 2024, arXiv 2406.04093,
 * appendix A.2). As in their code, the loss is relative to the variance of e; here it is multiplied
 * by the variance of x, to match the scale of the reconstruction loss:
 *
 * <pre>L_aux = α · (Var x / Var e) · mean_b ‖z·W_dec − e‖²</pre>
 *
 * <p>e and the variances are treated as constants, and the reconstruction of e does not use the
 * decoder bias. An error without variance adds no loss.
 */
record AuxK(int k, double coefficient, Latents dead) implements AuxiliaryLoss {

  /** Returns the auxiliary loss of a variant; empty if it is turned off or no latent is dead. */
  static List<AuxiliaryLoss> of(KSparse variant, Latents dead) {
    if (variant.kAux() == 0 || variant.auxCoefficient() == 0 || dead.isEmpty()) {
      return List.of();
    }
    int k = Math.min(variant.kAux(), dead.count());
    return List.of(new AuxK(k, variant.auxCoefficient(), dead));
  }

  @Override
  public Optional<Selection> selection() {
    return Optional.of(new Selection.TopKAmong(k, dead));
  }

  @Override
  public Later addTo(
      GradientSum gradients,
      Engine engine,
      Codes selected,
      Tensor target,
      Tensor error,
      Weights p) {
    Later weight = engine.spread(target).times(coefficient).over(engine.spread(error));
    Residual residual;
    try (Tensor left = engine.scaled(error, -1)) {
      residual = engine.residual(selected, p.decoder(), null, left, null);
    }
    gradients.addDecoder(selected, residual.error(), weight.times(2));
    gradients.addEncoder(residual.products(), weight.times(2));
    return weight.times(residual.squares()).over(target.rows());
  }
}
