package io.github.sae4j.variant;

import io.github.sae4j.engine.Selection;

/**
 * AbsTopK SAE: keeps the k pre-activations with the largest absolute values, signs included, so one
 * latent can represent two opposite concepts (Zhu et al. 2025, "AbsTopK: Rethinking sparse
 * autoencoders for bidirectional features", arXiv 2510.00404).
 *
 * @param k activations per row
 * @param kAux number of dead latents that reconstruct a row's error; 0 turns {@link AuxK} off
 * @param auxCoefficient weight of the auxiliary loss
 */
@VariantName("abs-topk")
public record AbsTopK(int k, int kAux, double auxCoefficient) implements KSparse {

  public AbsTopK {
    KSparse.requireValid(k, kAux, auxCoefficient);
  }

  @Override
  public String label() {
    return "AbsTopK, k = " + k;
  }

  @Override
  public Architecture architecture() {
    return Architecture.ABS_TOPK;
  }

  @Override
  public Selection selection(Weights p) {
    return new Selection.AbsTopK(k);
  }

  @Override
  public boolean isSigned() {
    return true;
  }

  @Override
  public AbsTopK withK(int k) {
    return new AbsTopK(k, kAux, auxCoefficient);
  }
}
