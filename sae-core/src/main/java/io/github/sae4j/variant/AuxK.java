package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Residual;
import io.github.sae4j.engine.Selection;
import java.util.BitSet;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Auxiliary loss that revives dead latents: the k_aux dead latents with the largest pre-activations
 * z reconstruct the error of the live ones, {@code e = x − x̂} (Gao et al. 2024, arXiv 2406.04093,
 * appendix A.2). As in their code, the loss is relative to the variance of e; here it is multiplied
 * by the variance of x, to match the scale of the reconstruction loss:
 *
 * <pre>L_aux = α · (Var x / Var e) · mean_b ‖z·W_dec − e‖²</pre>
 *
 * <p>e and the variances are treated as constants, and the reconstruction of e does not use the
 * decoder bias.
 */
record AuxK(int k, double coefficient, BitSet dead) implements AuxiliaryLoss {

  /** Returns the auxiliary loss of a variant; empty if it is turned off or no latent is dead. */
  static List<AuxiliaryLoss> of(KSparse variant, BitSet dead) {
    if (variant.kAux() == 0 || variant.auxCoefficient() == 0 || dead.isEmpty()) {
      return List.of();
    }
    int k = Math.min(variant.kAux(), dead.cardinality());
    return List.of(new AuxK(k, variant.auxCoefficient(), dead));
  }

  @Override
  public Selection selection() {
    return new Selection.TopKAmong(k, dead);
  }

  @Override
  public double addTo(
      GradientSum gradients,
      Engine engine,
      Codes selected,
      INDArray target,
      INDArray error,
      SaeParameters p) {
    double errorVariance = Variances.of(error, engine);
    if (errorVariance == 0) {
      return 0;
    }
    double weight = coefficient * Variances.of(target, engine) / errorVariance;
    Residual residual;
    try (INDArray left = error.neg()) {
      residual = engine.residual(selected, p.wDec(), null, left, null);
    }
    gradients.addDecoder(selected, residual.error(), 2 * weight);
    gradients.addEncoder(residual.products(), 2 * weight);
    return weight * residual.squares() / target.size(0);
  }
}
