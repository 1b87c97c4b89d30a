package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Selection;

/**
 * TopK SAE: {@code f = ReLU(TopK_k(pre))} (Gao et al. 2024, "Scaling and evaluating sparse
 * autoencoders", arXiv 2406.04093, section 2.3). No sparsity loss; dead latents are brought back by
 * the auxiliary loss AuxK (appendix A.2), see {@link Objective}.
 *
 * @param k activations a row
 * @param kAux dead latents that reconstruct the error of a row; 0 turns AuxK off
 * @param auxCoefficient weight of the auxiliary loss, 1/32 in the paper
 */
public record TopK(int k, int kAux, double auxCoefficient) implements Variant {
  /** The paper's weight of the auxiliary loss. */
  public static final double AUX_COEFFICIENT = 1.0 / 32;

  public TopK {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, got " + k);
    }
    if (kAux < 0) {
      throw new IllegalArgumentException("kAux must not be negative, got " + kAux);
    }
    if (!(auxCoefficient >= 0 && Double.isFinite(auxCoefficient))) {
      throw new IllegalArgumentException(
          "auxCoefficient must be a finite number of at least 0, got " + auxCoefficient);
    }
  }

  /** With AuxK of half the input's width, as in the paper. */
  public static TopK withAuxK(int k, int nIn) {
    return new TopK(k, Math.max(1, nIn / 2), AUX_COEFFICIENT);
  }

  @Override
  public String name() {
    return "topk";
  }

  @Override
  public Selection selection() {
    return new Selection.TopK(k);
  }

  @Override
  public SparsityPenalty penalty(Codes codes, SaeParameters parameters, Engine engine) {
    return SparsityPenalty.NONE;
  }

  @Override
  public TopK scaled(double factor) {
    return new TopK(Math.max(1, (int) Math.ceil(k * factor)), kAux, auxCoefficient);
  }
}
