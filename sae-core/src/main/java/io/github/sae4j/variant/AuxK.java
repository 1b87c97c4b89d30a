package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Residual;
import io.github.sae4j.engine.Selection;
import java.util.BitSet;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The auxiliary loss that brings dead latents back: the k_aux dead latents with the largest
 * pre-activations z reconstruct what the living leave over, {@code e = x − x̂} (Gao et al. 2024,
 * arXiv 2406.04093, appendix A.2). As in their code the loss is relative to the variance of e, here
 * times the variance of x, so that it stands in the scale of the reconstruction loss:
 *
 * <pre>L_aux = α · (Var x / Var e) · mean_b ‖z·W_dec − e‖²</pre>
 *
 * <p>e and the variances count as constants, and the decoder bias takes no part in the
 * reconstruction of e.
 */
record AuxK(int k, double coefficient, BitSet dead) {

  /** The auxiliary loss of a variant, or null where it has none or no latent is dead. */
  static AuxK of(Variant variant, BitSet dead) {
    if (variant instanceof TopK topK
        && topK.kAux() > 0
        && topK.auxCoefficient() > 0
        && !dead.isEmpty()) {
      return new AuxK(Math.min(topK.kAux(), dead.cardinality()), topK.auxCoefficient(), dead);
    }
    return null;
  }

  Selection selection() {
    return new Selection.TopKAmong(k, dead);
  }

  /**
   * The loss at a batch.
   *
   * @param error {@code x̂ − x}, {@code [rows, nIn]}
   * @param codes the auxiliary codes z
   * @param gradients receives, added, the gradients, sums over the rows
   * @return the loss, a mean over the rows
   */
  double addTo(
      GradientSum gradients,
      Engine engine,
      INDArray x,
      INDArray error,
      Codes codes,
      SaeParameters p) {
    double errorVariance = variance(error, engine);
    if (errorVariance == 0) {
      return 0;
    }
    double weight = coefficient * variance(x, engine) / errorVariance;
    Residual residual;
    try (INDArray left = error.neg()) {
      residual = engine.residual(codes, p.wDec(), null, left, null);
    }
    gradients.addDecoder(codes, residual.error(), 2 * weight);
    gradients.addEncoder(residual.products(), 2 * weight);
    return weight * residual.squares() / x.size(0);
  }

  /** {@code Σ ‖a − ā‖²}, with ā the mean row. */
  private static double variance(INDArray a, Engine engine) {
    INDArray mean = engine.columnSums(a).divi(a.size(0));
    return squaredNorm(a) - a.size(0) * squaredNorm(mean);
  }

  private static double squaredNorm(INDArray a) {
    double norm = a.norm2Number().doubleValue();
    return norm * norm;
  }
}
